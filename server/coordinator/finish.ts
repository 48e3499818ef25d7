/**
 * Takes workers' results: groups those of all streams into one transaction, settles their dependents in it, and
 * answers from what was committed, never from what was meant. Successes go through one statement, which also gives
 * their dependents to sessions that wait (hand-over.ts); failures and cancels are decided under locks.
 */
import { decideResults } from "../core/decide.js";
import { MusterError } from "../core/errors.js";
import { mayBeLast } from "../core/retry.js";
import { failpoints } from "../core/failpoints.js";
import { formatId } from "../core/job-id.js";
import type { Assignment, Disposition, Outcome, Result, Verdict } from "../core/job.js";
import type { Metrics } from "../core/metrics.js";
import type { Logger } from "../core/ports.js";
import type { ChangedJob, LockedJob } from "../core/settlement.js";
import type { Finished, Store, SuccessResult } from "../core/store.js";
import type { Aftermath } from "./aftermath.js";
import type { Reserved } from "./assign.js";
import { type Committed, GroupCommit, type Lanes } from "./group-commit.js";
import { seatsOf, type HandOver, type Lead, type SeatOffer } from "./hand-over.js";

/** Results in one transaction; large outputs count for several, so that it stays under 8 MiB or so. */
const RESULT_BATCH_MAX = 500;
const BYTES_PER_RESULT = 16_384;
const UNBLOCKED_IDS_MAX = 100;
const FEW_DEPENDENTS = 16;

export interface FinishOptions {
  readonly store: Pick<Store, "finishSucceeded" | "settle" | "judge">;
  readonly aftermath: Aftermath;
  readonly handOver: HandOver;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly lanes: Lanes;
  readonly random01: () => number;
}

/** Results of one stream, and which of them may release dependents. */
interface Group {
  readonly results: readonly Result[];
  readonly leads: readonly Lead[];
}

export class Finish {
  readonly #options: FinishOptions;
  readonly #lane: GroupCommit<Group, readonly Verdict[]>;

  constructor(options: FinishOptions) {
    this.#options = options;
    this.#lane = new GroupCommit({
      lanes: options.lanes,
      weightMax: RESULT_BATCH_MAX,
      weightOf: ({ results }) => weightOf(results),
      flush: (groups, committed) => this.#flush(groups, committed),
      onFlushed: (groups, seconds) => options.metrics.flushed("finish", groups.length, seconds),
    });
  }

  /**
   * @param leads which of the results may release dependents; those left out release theirs all the same
   * @returns one verdict a result, in order
   * @throws MusterError STORE_DOWN: nothing was decided; the worker keeps its results and sends them again
   */
  finish(results: readonly Result[], leads: readonly Lead[] = []): Promise<readonly Verdict[]> {
    return this.#lane.add({ results, leads });
  }

  async #flush(groups: readonly Group[], committed: Committed): Promise<(readonly Verdict[])[]> {
    const startedMs = performance.now();
    const results = groups.flatMap((group) => group.results);
    const leads = groups.flatMap((group) => group.leads);
    const decided: Decided = {
      succeeded: new Set(),
      failed: new Map(),
      unblocked: [],
      seated: [],
      changed: [],
      freed: [],
      offers: this.#options.handOver.offer(leads),
      taken: null,
    };
    try {
      for (const round of roundsOf(results)) await this.#decide(round, decided);
      decided.taken = this.#options.handOver.close(decided.offers, decided.seated);
      await committed();
      if (failpoints.reach !== null) await failpoints.reach("finish.committed");
      const judged = await this.#judge(
        results.filter((result) => !decided.succeeded.has(result) && !decided.failed.has(result)),
      );
      const released = releasedByParent(decided.unblocked);
      const verdicts = groups.map((group) =>
        group.results.map((result) =>
          this.#verdict(result, judged.get(result) ?? null, { decided, released }),
        ),
      );
      this.#count(verdicts.flat(), results);
      if (decided.unblocked.length > 0) {
        this.#options.metrics.cascaded(decided.unblocked.length, (performance.now() - startedMs) / 1000);
        this.#options.handOver.learn(leads, decided.unblocked);
      }
      return verdicts;
    } finally {
      // What was committed has its consequences even when a later part of the flush fails. A few dependents leave with
      // the acknowledgements, in one packet where they go to the same worker; before many the acknowledgements go first.
      const follow = (): void => this.#follow(decided);
      const { reach } = failpoints;
      if (reach !== null && decided.unblocked.length > 0)
        setImmediate(() => void reach("finish.cascaded").then(follow, follow));
      else if (decided.unblocked.length <= FEW_DEPENDENTS) follow();
      else setImmediate(follow);
    }
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

  #follow({ offers, taken, seated, succeeded, unblocked, changed, freed }: Decided): void {
    const { handOver } = this.#options;
    handOver.settle(taken ?? handOver.close(offers, seated), seated);
    this.#options.aftermath.freed(freed);
    if (succeeded.size > 0) this.#options.aftermath.changed([...succeeded].map(({ ref }) => ref.jobId));
    if (unblocked.length > 0) this.#options.aftermath.moved(unblocked);
    this.#options.aftermath.settled(changed);
  }

  /** @param round at most one result a job; what of it is recorded is added to `decided` */
  async #decide(round: readonly Result[], decided: Decided): Promise<void> {
    const successes = round.filter((result) => result.outcome.kind === "succeeded");
    if (successes.length > 0) {
      const { recorded, unblocked, seated, freed } = await this.#succeed(successes, decided);
      for (const result of successes) if (recorded.has(result.ref.jobId)) decided.succeeded.add(result);
      // One by one: as arguments of a call, a hundred thousand dependents of one flush overflow the stack.
      for (const job of unblocked) decided.unblocked.push(job);
      for (const assignment of seated) decided.seated.push(assignment);
      for (const id of freed) decided.freed.push(id);
    }
    const others = round.filter((result) => result.outcome.kind !== "succeeded");
    if (others.length > 0) await this.#fail(others, decided);
  }

  /** The seats are for the first round. Nearly always it is the only one. */
  async #succeed(round: readonly Result[], decided: Decided): Promise<Finished> {
    const { store, handOver, logger } = this.#options;
    const successes = round.flatMap(({ ref, outcome }): SuccessResult[] =>
      outcome.kind === "succeeded" ? [{ ref, output: outcome.output }] : [],
    );
    const seats = decided.seated.length > 0 ? [] : seatsOf(decided.offers);
    try {
      return await store.finishSucceeded(successes, seats);
    } catch (error) {
      // What is no error of the store's may have come up after the commit: seats may be taken.
      const isUncertain = !(error instanceof MusterError) || error.code === "OUTCOME_UNKNOWN";
      if (!isUncertain || seats.length === 0) throw error;
      logger.warn({ results: successes.length, seats: seats.length, error }, "finish.uncertain");
    }
    try {
      // Fenced, so that writing what may be there already changes nothing. It waits for the write that was lost.
      return await store.finishSucceeded(successes, []);
    } finally {
      handOver.uncertain(decided.offers);
    }
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
    for (const job of changed) decided.changed.push(job);
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
      readonly released: ReadonlyMap<number, Released>;
    },
  ): Verdict {
    const failure = known.decided.failed.get(result);
    const disposition = judged ?? "committed";
    const released = disposition === "committed" ? known.released.get(result.ref.jobId) : undefined;
    return {
      ref: result.ref,
      disposition,
      willRetry: failure !== undefined && (failure.state === "scheduled" || failure.state === "ready"),
      unblockedCount: released?.count ?? 0,
      unblockedIds: released?.ids ?? [],
    };
  }
}

/** What one flush committed. */
interface Decided {
  readonly succeeded: Set<Result>;
  /** With the job as it stands afterwards. */
  readonly failed: Map<Result, ChangedJob>;
  readonly unblocked: Finished["unblocked"][number][];
  /** Those of them that run, on seats of `offers`. */
  readonly seated: Assignment[];
  readonly changed: ChangedJob[];
  /** Succeeded, and counted against a limit until then. */
  readonly freed: number[];
  readonly offers: readonly SeatOffer[];
  /** The seats that were taken, when the others are free again. */
  taken: readonly Reserved[] | null;
}

/** How many each parent released, and the ids of the first. */
interface Released {
  count: number;
  readonly ids: string[];
}

function releasedByParent(unblocked: Finished["unblocked"]): Map<number, Released> {
  const byParent = new Map<number, Released>();
  for (const { id, createdMs, parentId } of unblocked) {
    let released = byParent.get(parentId);
    if (released === undefined) byParent.set(parentId, (released = { count: 0, ids: [] }));
    if (released.count++ < UNBLOCKED_IDS_MAX) released.ids.push(formatId(id, createdMs));
  }
  return byParent;
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
