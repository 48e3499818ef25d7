/**
 * Prunes what nobody needs any more, in small batches with pauses, as the policy says. Walks the jobs in the order of
 * their ids, which is that of their submission, and stops where they are too young to have expired; now and then it
 * walks all of them to count what each queue keeps. The store decides under locks what really goes. Called by the
 * pruner, on one replica at a time.
 */
import type { Metrics } from "../core/metrics.js";
import {
  PRUNED_KINDS,
  type Boundary,
  type Pruned,
  type RetentionPolicy,
  type RetentionStore,
  type WalkedJob,
} from "../core/retention.js";

export interface PruneOptions {
  readonly retentionStore: RetentionStore;
  readonly policy: RetentionPolicy;
  readonly metrics: Metrics;
  /** Of this replica, for its turn. */
  readonly serverId: string;
  /** Rests between batches; never rejects. */
  readonly pause: (ms: number) => Promise<void>;
  readonly monoMs: () => number;
}

const PAGE_JOBS = 1_000;
const BATCH_JOBS = 250;
/** A replica that dies leaves the turn to others after this. */
const TURN_MS = 30_000;
const PAUSE_MS_MIN = 10;
/** Counting reads every job; between two counts at least this. */
const COUNT_INTERVAL_MS = 600_000;
/** Of one queue in one walk: finding where they end is one scan of that many. */
const EXCESS_MAX = 10_000;
const SESSIONS_BATCH = 20;
const ROWS_BATCH = 1_000;

export class Prune {
  readonly #options: PruneOptions;
  #boundaries: readonly Boundary[] = [];
  #countedMono = Number.NEGATIVE_INFINITY;
  #sessionsAfterId = 0;

  constructor(options: PruneOptions) {
    this.#options = options;
  }

  /** One walk. @param isStopping asked between batches @returns false when another replica has the turn */
  async prune(isStopping: () => boolean): Promise<boolean> {
    const mine = await this.#pruneJobs(isStopping);
    if (!mine || isStopping()) return mine;
    await this.#pruneRest();
    return true;
  }

  async #pruneJobs(isStopping: () => boolean): Promise<boolean> {
    const { retentionStore, policy, monoMs, serverId } = this.#options;
    const isCounting = policy.jobsMax !== null && monoMs() - this.#countedMono >= COUNT_INTERVAL_MS;
    const isEverything = isCounting || this.#boundaries.length > 0;
    const counts = new Map<number, number>();
    const graphsSeen = new Set<number>();
    let afterId = 0;
    for (;;) {
      if (!(await retentionStore.takeTurn(serverId, TURN_MS))) return false;
      const startedMono = monoMs();
      const page = await retentionStore.walk({ afterId, limit: PAGE_JOBS }, policy, this.#boundaries);
      afterId = page.at(-1)?.id ?? afterId;
      for (const job of page) {
        if (job.hasEnded && !job.isExpired) counts.set(job.queueId, (counts.get(job.queueId) ?? 0) + 1);
      }
      await this.#prunePage(page, graphsSeen);
      const isOver = page.length < PAGE_JOBS || (!isEverything && isTooYoung(page, policy));
      if (isOver || isStopping()) break;
      // As long as it worked, so that pruning never takes more than half of anything.
      await this.#options.pause(Math.max(PAUSE_MS_MIN, monoMs() - startedMono));
    }
    if (isEverything && !isStopping()) await this.#count(counts);
    return true;
  }

  async #prunePage(page: readonly WalkedJob[], graphsSeen: Set<number>): Promise<void> {
    const { retentionStore, policy } = this.#options;
    const expired = page.filter((job) => job.isExpired);
    const alone = expired.filter((job) => job.graphId === null);
    for (let at = 0; at < alone.length; at += BATCH_JOBS) {
      const batch = alone.slice(at, at + BATCH_JOBS);
      const ids = batch.map((job) => job.id);
      this.#report(await retentionStore.pruneJobs(ids, policy, this.#boundaries));
      if (alone.length > BATCH_JOBS) await this.#options.pause(PAUSE_MS_MIN);
    }
    for (const { graphId } of expired) {
      if (graphId === null || graphsSeen.has(graphId)) continue;
      graphsSeen.add(graphId);
      this.#report(await retentionStore.pruneGraph(graphId, policy, this.#boundaries));
    }
  }

  /** Where each queue's surplus ends, for the next walks. */
  async #count(counts: ReadonlyMap<number, number>): Promise<void> {
    const { retentionStore, policy, monoMs } = this.#options;
    const { jobsMax } = policy;
    if (jobsMax === null) return;
    const boundaries: Boundary[] = [];
    for (const [queueId, count] of counts) {
      const excess = Math.min(EXCESS_MAX, count - jobsMax);
      if (excess <= 0) continue;
      const jobId = await retentionStore.boundaryOf(queueId, excess);
      if (jobId !== null) boundaries.push({ queueId, jobId });
    }
    this.#boundaries = boundaries;
    // With a surplus the next walk counts again, until there is none.
    if (boundaries.length === 0) this.#countedMono = monoMs();
  }

  async #pruneRest(): Promise<void> {
    const { retentionStore, policy } = this.#options;
    this.#report(await retentionStore.pruneOrders(ROWS_BATCH));
    if (policy.firesMs !== null) this.#report(await retentionStore.pruneFires(policy.firesMs, ROWS_BATCH));
    if (policy.failedMs !== null)
      this.#report(await retentionStore.pruneRedrives(policy.failedMs, ROWS_BATCH));
    if (policy.sessionsMs === null) return;
    const { pruned, nextId } = await retentionStore.pruneSessions(policy.sessionsMs, {
      afterId: this.#sessionsAfterId,
      limit: SESSIONS_BATCH,
    });
    this.#sessionsAfterId = nextId;
    this.#report(pruned);
  }

  #report(pruned: Pruned): void {
    for (const kind of PRUNED_KINDS) {
      const rows = pruned[kind] ?? 0;
      if (rows > 0) this.#options.metrics.pruned(kind, rows);
    }
  }
}

/** Whatever comes after it was submitted later, so it cannot have ended long enough ago. */
function isTooYoung(page: readonly WalkedJob[], { succeededMs, failedMs }: RetentionPolicy): boolean {
  const soonestMs = Math.min(succeededMs ?? Number.POSITIVE_INFINITY, failedMs ?? Number.POSITIVE_INFINITY);
  const last = page.at(-1);
  return last === undefined || last.ageMs < soonestMs;
}
