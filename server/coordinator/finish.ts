/**
 * Takes workers' results: groups those of all streams into one transaction, settles their dependents in it, and
 * answers from what was committed, never from what was meant. Successes go through one statement; failures and
 * cancels are decided under locks.
 */
import { decideResults } from "../core/decide.js";
import { formatId } from "../core/job-id.js";
import type { Result, Verdict } from "../core/job.js";
import type { Metrics } from "../core/metrics.js";
import type { ChangedJob, LockedJob } from "../core/settlement.js";
import type { Finished, Store, SuccessResult } from "../core/store.js";
import type { Aftermath } from "./aftermath.js";
import { GroupCommit } from "./group-commit.js";

const RESULT_BATCH_MAX = 500;
const UNBLOCKED_IDS_MAX = 100;

export interface FinishOptions {
  readonly store: Pick<Store, "finishSucceeded" | "settle" | "judge">;
  readonly aftermath: Aftermath;
  readonly metrics: Metrics;
  readonly lanes: number;
  readonly random01: () => number;
}

export class Finish {
  readonly #options: FinishOptions;
  readonly #lane: GroupCommit<readonly Result[], readonly Verdict[]>;

  constructor(options: FinishOptions) {
    this.#options = options;
    this.#lane = new GroupCommit({
      lanes: options.lanes,
      weightMax: RESULT_BATCH_MAX,
      weightOf: (results) => results.length,
      flush: (groups) => this.#flush(groups),
      onFlushed: (groups, seconds) => options.metrics.flushed("finish", groups, seconds),
    });
  }

  /**
   * @returns one verdict a result, in order
   * @throws MusterError STORE_DOWN: nothing was decided; the worker keeps its results and sends them again
   */
  finish(results: readonly Result[]): Promise<readonly Verdict[]> {
    return this.#lane.add(results);
  }

  async #flush(groups: readonly (readonly Result[])[]): Promise<(readonly Verdict[])[]> {
    // Two results of one job in one flush: the first decides, the other is judged against it.
    const first = new Map<number, Result>();
    for (const result of groups.flat()) if (!first.has(result.ref.jobId)) first.set(result.ref.jobId, result);
    const results = [...first.values()];
    const startedMs = performance.now();
    const finished = await this.#succeed(results);
    const settled = await this.#fail(results);
    const unblocked = new Map<number, string[]>();
    for (const job of finished.unblocked) {
      const ids = unblocked.get(job.parentId) ?? [];
      ids.push(formatId(job.id, job.createdMs));
      unblocked.set(job.parentId, ids);
    }
    const judged = await this.#judge(groups.flat(), first, finished.recorded, settled.recorded);
    const verdicts = groups.map((group) =>
      group.map((result) => this.#verdict(result, { first, finished, settled, judged, unblocked })),
    );
    if (finished.unblocked.length > 0) {
      this.#options.metrics.cascaded(finished.unblocked.length, (performance.now() - startedMs) / 1000);
    }
    // The answers go out first: the promise of each group resolves before the dependents are claimed.
    setImmediate(() => this.#follow(finished, settled.changed));
    return verdicts;
  }

  #follow(finished: Finished, changed: readonly ChangedJob[]): void {
    if (finished.recorded.size > 0) this.#options.aftermath.changed([...finished.recorded]);
    if (finished.unblocked.length > 0) this.#options.aftermath.moved(finished.unblocked);
    this.#options.aftermath.settled(changed);
  }

  async #succeed(results: readonly Result[]): Promise<Finished> {
    const successes = results.flatMap(({ ref, outcome }): SuccessResult[] =>
      outcome.kind === "succeeded" ? [{ ref, output: outcome.output }] : [],
    );
    if (successes.length === 0) return { recorded: new Set(), unblocked: [] };
    return this.#options.store.finishSucceeded(successes);
  }

  async #fail(
    results: readonly Result[],
  ): Promise<{ recorded: Map<number, ChangedJob>; changed: readonly ChangedJob[] }> {
    const others = results.filter((result) => result.outcome.kind !== "succeeded");
    if (others.length === 0) return { recorded: new Map(), changed: [] };
    const failed = new Map(others.map((result) => [result.ref.jobId, result]));
    const { before, changed } = await this.#options.store.settle({
      ids: [...failed.keys()],
      mayEnd: (job) => mayEnd(job, failed.get(job.id)),
      decide: (locked) => decideResults(locked, others, this.#options.random01),
    });
    const recorded = new Map<number, ChangedJob>();
    for (const job of changed) {
      const result = failed.get(job.id);
      const was = before.get(job.id);
      if (result !== undefined && was?.state === "running" && was.leaseEpoch === result.ref.leaseEpoch)
        recorded.set(job.id, job);
    }
    return { recorded, changed };
  }

  async #judge(
    all: readonly Result[],
    first: ReadonlyMap<number, Result>,
    succeeded: ReadonlySet<number>,
    failed: ReadonlyMap<number, ChangedJob>,
  ): ReturnType<Store["judge"]> {
    const open = all.filter(
      (result) =>
        first.get(result.ref.jobId) !== result ||
        (!succeeded.has(result.ref.jobId) && !failed.has(result.ref.jobId)),
    );
    if (open.length === 0) return new Map();
    return this.#options.store.judge(
      open.map(({ ref, outcome }) => ({
        ref,
        kind: outcome.kind,
        output: outcome.kind === "succeeded" ? outcome.output : null,
      })),
    );
  }

  #verdict(
    result: Result,
    known: {
      readonly first: ReadonlyMap<number, Result>;
      readonly finished: Finished;
      readonly settled: { readonly recorded: ReadonlyMap<number, ChangedJob> };
      readonly judged: Awaited<ReturnType<Store["judge"]>>;
      readonly unblocked: ReadonlyMap<number, readonly string[]>;
    },
  ): Verdict {
    const id = result.ref.jobId;
    const decided = known.first.get(id) === result;
    const failure = decided ? known.settled.recorded.get(id) : undefined;
    const committed = failure !== undefined || (decided && known.finished.recorded.has(id));
    const disposition = committed ? "committed" : (known.judged.get(id) ?? "stale");
    this.#options.metrics.resultDecided(disposition, result.outcome.kind);
    const ids = committed ? (known.unblocked.get(id) ?? []) : [];
    return {
      ref: result.ref,
      disposition,
      willRetry: failure !== undefined && (failure.state === "scheduled" || failure.state === "ready"),
      unblockedCount: ids.length,
      unblockedIds: ids.slice(0, UNBLOCKED_IDS_MAX),
    };
  }
}

/** A failure may end the job for good; then its dependents have to be locked with it. */
function mayEnd(job: LockedJob, result: Result | undefined): boolean {
  if (result === undefined || job.state !== "running") return false;
  if (result.outcome.kind === "cancelled") return job.cancelRequested;
  if (result.outcome.kind === "succeeded") return false;
  return job.cancelRequested || result.outcome.nonRetryable || job.attempt >= job.maxAttempts;
}
