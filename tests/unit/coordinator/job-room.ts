/**
 * A store of jobs in memory for tests of the coordinator and the services: rows in a map, decided by the real
 * decisions, fenced as the real one is. It can be away. What it was asked is written down in order.
 */
import { Aftermath } from "../../../server/coordinator/aftermath.js";
import { EndSession } from "../../../server/coordinator/end-session.js";
import { Finish } from "../../../server/coordinator/finish.js";
import { GiveBack } from "../../../server/coordinator/give-back.js";
import { LiveSessions } from "../../../server/coordinator/live-sessions.js";
import type { LiveSession } from "../../../server/coordinator/live-session.js";
import { MusterError } from "../../../server/core/errors.js";
import { NO_METRICS } from "../../../server/core/metrics.js";
import { NO_LOG } from "../../../server/core/ports.js";
import type { ChangedJob, LockedJob, Settled, SettleRequest } from "../../../server/core/settlement.js";
import { NO_SEATS } from "../../support/no-seats.js";
import type { Finished, HeldSession, Store, SuccessResult } from "../../../server/core/store.js";

export type JobStore = Pick<
  Store,
  | "settle"
  | "finishSucceeded"
  | "judge"
  | "endSessions"
  | "jobsOfSessions"
  | "orphanedJobs"
  | "expireSessions"
  | "extendLeases"
>;

export class JobRoom implements JobStore {
  readonly jobs = new Map<number, LockedJob>();
  /** Sessions that are live, with the epoch they are held under. */
  readonly live = new Map<number, number>();
  readonly asked: string[] = [];
  readonly sessions = new LiveSessions();
  readonly removed: LiveSession[] = [];
  expired: number[] = [];
  isAway = false;
  /** Comes before an answer, by the name of the verb. */
  before: (verb: string) => Promise<void> = () => Promise.resolve();
  readonly giveBack: GiveBack;
  readonly finish: Finish;
  readonly endSession: EndSession;

  constructor(lossesMax = 3) {
    const nothing = (): void => undefined;
    const aftermath = new Aftermath({
      store: { lowerAncestors: () => Promise.resolve([]) },
      ready: { offer: nothing, putBack: nothing, freed: nothing },
      logger: NO_LOG,
      onScheduled: nothing,
      onChanged: nothing,
    });
    const onSettled: ConstructorParameters<typeof GiveBack>[0]["onSettled"] = (refs) => {
      this.sessions.settled(refs, null);
    };
    this.giveBack = new GiveBack({ store: this, aftermath, metrics: NO_METRICS, lossesMax, onSettled });
    this.finish = new Finish({
      store: this,
      aftermath,
      metrics: NO_METRICS,
      ...NO_SEATS,
      lanes: { max: 1, patienceMs: 0 },
      random01: () => 0,
    });
    this.endSession = new EndSession({
      store: this,
      sessions: this.sessions,
      giveBack: this.giveBack,
      logger: NO_LOG,
      onRemoved: (session) => this.removed.push(session),
    });
  }

  /** A job that this session runs. */
  running(id: number, sessionId: number, over: Partial<LockedJob> = {}): void {
    this.jobs.set(id, {
      id,
      createdMs: 1_700_000_000_000,
      queueId: 1,
      graphId: null,
      state: "running",
      type: "t",
      effectivePriority: 3,
      attempt: 1,
      maxAttempts: 3,
      generation: 1,
      losses: 0,
      leaseEpoch: 1,
      sessionId,
      pendingParents: 0,
      onParentFailure: "cancel",
      runAtMs: null,
      backoff: null,
      cancelRequested: false,
      stateReason: null,
      hasParents: false,
      stopReason: null,
      stopByMs: null,
      ...over,
    });
  }

  async #answer(verb: string): Promise<void> {
    this.asked.push(verb);
    await this.before(verb);
    if (this.isAway) throw new MusterError("STORE_DOWN", "away");
  }

  async settle(request: SettleRequest): Promise<Settled> {
    await this.#answer("settle");
    const before = new Map(
      request.ids.flatMap((id) => {
        const job = this.jobs.get(id);
        return job === undefined ? [] : [[id, job] as const];
      }),
    );
    const { changes } = request.decide({ jobs: new Map(this.jobs), edges: [], nowMs: Date.now() });
    const changed = changes.map(({ id, state, attempt, losses, cancelRequested, reason }): ChangedJob => {
      const job = {
        ...(this.jobs.get(id) as LockedJob),
        state,
        attempt,
        losses,
        cancelRequested,
        stateReason: reason,
      };
      this.jobs.set(id, state === "running" ? job : { ...job, sessionId: null });
      return { ...job, readyUs: 1 };
    });
    return { before, changed };
  }

  async finishSucceeded(results: readonly SuccessResult[]): Promise<Finished> {
    await this.#answer("finishSucceeded");
    const recorded = new Set<number>();
    for (const { ref } of results) {
      const job = this.jobs.get(ref.jobId);
      if (job?.state !== "running" || job.leaseEpoch !== ref.leaseEpoch) continue;
      this.jobs.set(job.id, { ...job, state: "succeeded", sessionId: null });
      recorded.add(job.id);
    }
    return { recorded, freed: [], unblocked: [], seated: [] };
  }

  async judge(results: Parameters<Store["judge"]>[0]): ReturnType<Store["judge"]> {
    await this.#answer("judge");
    return results.map(({ ref }) => (this.jobs.has(ref.jobId) ? "stale" : "unknown_job"));
  }

  async endSessions(held: readonly HeldSession[]): Promise<readonly number[]> {
    await this.#answer("endSessions");
    const over = held.filter(({ sessionId, epoch }) => (this.live.get(sessionId) ?? epoch) === epoch);
    for (const { sessionId } of over) this.live.delete(sessionId);
    return over.map(({ sessionId }) => sessionId);
  }

  async jobsOfSessions(ids: readonly number[]): ReturnType<Store["jobsOfSessions"]> {
    await this.#answer("jobsOfSessions");
    return [...this.jobs.values()].flatMap(({ id, leaseEpoch, sessionId, state }) =>
      state === "running" && sessionId !== null && ids.includes(sessionId)
        ? [{ jobId: id, leaseEpoch, sessionId }]
        : [],
    );
  }

  async orphanedJobs(): ReturnType<Store["orphanedJobs"]> {
    await this.#answer("orphanedJobs");
    return [...this.jobs.values()].flatMap(({ id, sessionId, state }) =>
      state === "running" && sessionId !== null && !this.live.has(sessionId)
        ? [{ jobId: id, sessionId }]
        : [],
    );
  }

  async expireSessions(): Promise<readonly number[]> {
    await this.#answer("expireSessions");
    for (const id of this.expired) this.live.delete(id);
    return this.expired.splice(0);
  }

  async extendLeases(): Promise<number> {
    await this.#answer("extendLeases");
    this.expired = [];
    return this.live.size;
  }
}
