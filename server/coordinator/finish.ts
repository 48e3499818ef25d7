/**
 * Takes workers' results: groups those of all streams into one transaction, settles their dependents in it, and
 * answers from what was committed, never from what was meant. Successes go through one statement; failures and
 * cancels are decided under locks.
 */
import { decideResults } from "../core/decide.js";
import { mayBeLast } from "../core/retry.js";
import { failpoints } from "../core/failpoints.js";
import { formatId } from "../core/job-id.js";
import type { Disposition, Outcome, Result, Verdict } from "../core/job.js";
import type { Metrics } from "../core/metrics.js";
import type { ChangedJob, LockedJob } from "../core/settlement.js";
import type { Finished, Store, SuccessResult } from "../core/store.js";
import type { Aftermath } from "./aftermath.js";
import { GroupCommit } from "./group-commit.js";

/** Results in one transaction; large outputs count for several, so that it stays under 8 MiB or so. */
const RESULT_BATCH_MAX = 500;
const BYTES_PER_RESULT = 16_384;
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
      weightOf,
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
    const startedMs = performance.now();
    const decided: Decided = {
      succeeded: new Set(),
      failed: new Map(),
      unblocked: [],
      changed: [],
      freed: [],
    };
    for (const round of roundsOf(groups.flat())) await this.#decide(round, decided);
    if (failpoints.reach !== null) await failpoints.reach("finish.committed");
    const judged = await this.#judge(
      groups.flat().filter((result) => !decided.succeeded.has(result) && !decided.failed.has(result)),
    );
    const unblockedIds = new Map<number, string[]>();
    for (const job of decided.unblocked) {
      const ids = unblockedIds.get(job.parentId) ?? [];
      ids.push(formatId(job.id, job.createdMs));
      unblockedIds.set(job.parentId, ids);
    }
    const verdicts = groups.map((group) =>
      group.map((result) => this.#verdict(result, judged.get(result) ?? null, { decided, unblockedIds })),
    );
    this.#count(verdicts.flat(), groups.flat());
    if (decided.unblocked.length > 0) {
      this.#options.metrics.cascaded(decided.unblocked.length, (performance.now() - startedMs) / 1000);
    }
    // The answers go out first: the promise of each group resolves before the dependents are claimed.
    const follow = (): void => this.#follow(decided);
    setImmediate(() => {
      if (failpoints.reach === null || decided.unblocked.length === 0) follow();
      else void failpoints.reach("finish.cascaded").then(follow, follow);
    });
    return verdicts;
  }

  /** Once for each kind and not for each result: a counter with labels costs as much as the rest of a verdict. */
  #count(verdicts: readonly Verdict[], results: readonly Result[]): void {
    const counts = new Map<Outcome["kind"], Map<Disposition, number>>();
    for (const [at, { disposition }] of verdicts.entries()) {
      const { kind } = (results[at] as Result).outcome;
      let ofKind = counts.get(kind);
      if (ofKind === undefined) counts.set(kind, (ofKind = new Map()));
      ofKind.set(disposition, (ofKind.get(disposition) ?? 0) + 1);
    }
    for (const [kind, ofKind] of counts) {
      for (const [disposition, count] of ofKind)
        this.#options.metrics.resultsDecided(disposition, kind, count);
    }
  }

  #follow({ succeeded, unblocked, changed, freed }: Decided): void {
    this.#options.aftermath.freed(freed);
    if (succeeded.size > 0) this.#options.aftermath.changed([...succeeded].map(({ ref }) => ref.jobId));
    if (unblocked.length > 0) this.#options.aftermath.moved(unblocked);
    this.#options.aftermath.settled(changed);
  }

  /** @param round at most one result a job; what of it is recorded is added to `decided` */
  async #decide(round: readonly Result[], decided: Decided): Promise<void> {
    const successes = round.filter((result) => result.outcome.kind === "succeeded");
    if (successes.length > 0) {
      const { recorded, unblocked, freed } = await this.#options.store.finishSucceeded(
        successes.flatMap(({ ref, outcome }): SuccessResult[] =>
          outcome.kind === "succeeded" ? [{ ref, output: outcome.output }] : [],
        ),
      );
      for (const result of successes) if (recorded.has(result.ref.jobId)) decided.succeeded.add(result);
      decided.unblocked.push(...unblocked);
      decided.freed.push(...freed);
    }
    const others = round.filter((result) => result.outcome.kind !== "succeeded");
    if (others.length > 0) await this.#fail(others, decided);
  }

  async #fail(others: readonly Result[], decided: Decided): Promise<void> {
    const failed = new Map(others.map((result) => [result.ref.jobId, result]));
    const { before, changed } = await this.#options.store.settle({
      ids: [...failed.keys()],
      mayEnd: (job) => mayEnd(job, failed.get(job.id)),
      decide: (locked) => decideResults(locked, others, this.#options.random01),
    });
    for (const job of changed) {
      const result = failed.get(job.id);
      const was = before.get(job.id);
      if (result !== undefined && was?.state === "running" && was.leaseEpoch === result.ref.leaseEpoch) {
        decided.failed.set(result, job);
        // What the server asked to stop was counted then.
        const enforced =
          result.outcome.kind === "failed" && result.outcome.timedOut && was.stopReason === null;
        if (enforced) this.#options.metrics.timedOut("execution_timeout", 1);
      }
    }
    decided.changed.push(...changed);
  }

  async #judge(open: readonly Result[]): Promise<ReadonlyMap<Result, Disposition>> {
    if (open.length === 0) return new Map();
    const judged = await this.#options.store.judge(
      open.map(({ ref, outcome }) => ({
        ref,
        kind: outcome.kind,
        output: outcome.kind === "succeeded" ? outcome.output : null,
      })),
    );
    return new Map(open.map((result, at) => [result, judged[at] ?? "stale"]));
  }

  #verdict(
    result: Result,
    judged: Disposition | null,
    known: {
      readonly decided: Decided;
      readonly unblockedIds: ReadonlyMap<number, readonly string[]>;
    },
  ): Verdict {
    const failure = known.decided.failed.get(result);
    const disposition = judged ?? "committed";
    const ids = disposition === "committed" ? (known.unblockedIds.get(result.ref.jobId) ?? []) : [];
    return {
      ref: result.ref,
      disposition,
      willRetry: failure !== undefined && (failure.state === "scheduled" || failure.state === "ready"),
      unblockedCount: ids.length,
      unblockedIds: ids.slice(0, UNBLOCKED_IDS_MAX),
    };
  }
}

/** What one flush committed. */
interface Decided {
  readonly succeeded: Set<Result>;
  /** With the job as it stands afterwards. */
  readonly failed: Map<Result, ChangedJob>;
  readonly unblocked: Finished["unblocked"][number][];
  readonly changed: ChangedJob[];
  /** Succeeded, and counted against a limit until then. */
  readonly freed: number[];
}

/**
 * Nearly always one round. Of two results of one assignment the first decides, and the other is judged against it;
 * results of two assignments of one job go into two rounds, so that a late one never stands in for the current.
 */
function roundsOf(results: readonly Result[]): Result[][] {
  const rounds: Map<number, Result>[] = [];
  for (const result of results) {
    const { jobId, leaseEpoch } = result.ref;
    let at = 0;
    for (let there; (there = rounds[at]?.get(jobId)) !== undefined; at++) {
      if (there.ref.leaseEpoch === leaseEpoch) break;
    }
    const round = (rounds[at] ??= new Map<number, Result>());
    if (!round.has(jobId)) round.set(jobId, result);
  }
  return rounds.map((round) => [...round.values()]);
}

/** A failure may end the job for good; then its dependents have to be locked with it. */
function mayEnd(job: LockedJob, result: Result | undefined): boolean {
  if (result === undefined || job.state !== "running") return false;
  const isLast = mayBeLast(job);
  // A cancel that nobody asked for gives the job back, unless its time ran out.
  if (result.outcome.kind === "cancelled") return job.cancelRequested || (job.stopReason !== null && isLast);
  if (result.outcome.kind === "succeeded") return false;
  return job.cancelRequested || result.outcome.nonRetryable || isLast;
}

function weightOf(results: readonly Result[]): number {
  let bytes = 0;
  for (const { outcome } of results)
    if (outcome.kind === "succeeded") bytes += outcome.output?.body?.length ?? 0;
  return Math.max(results.length, Math.ceil(bytes / BYTES_PER_RESULT));
}
