/**
 * The rows of the interleavings: what Postgres would hold, decided by core, each verb whole at one moment. Between a
 * caller's word and that moment, and between it and the answer, anything else may happen: `step` is where the
 * scheduler of the test comes in. An answer may be lost after the deed. Two replicas share one store.
 */
import { cascade } from "../../server/core/cascade.js";
import { MusterError } from "../../server/core/errors.js";
import type { Assignment } from "../../server/core/job.js";
import {
  unchanged,
  type ChangedJob,
  type Decision,
  type Edge,
  type LockedJob,
  type Settled,
  type SettleRequest,
} from "../../server/core/settlement.js";
import type {
  Claimed,
  ClaimRequest,
  Finished,
  HeldSession,
  Seat,
  SuccessResult,
} from "../../server/core/store.js";
import { assignment } from "../unit/coordinator/session-room.js";

interface SessionRow {
  readonly window: number;
  isLive: boolean;
}

const CREATED_MS = 1_700_000_000_000;

export class InterleavedStore {
  readonly jobs = new Map<number, LockedJob>();
  readonly sessions = new Map<number, SessionRow>();
  readonly breaches: string[] = [];
  readonly #parents = new Map<number, readonly number[]>();
  readonly #step: (label: string) => Promise<void>;
  readonly #losesAnswer: () => boolean;

  /** @param losesAnswer asked once a deed that may have been done without its caller knowing */
  constructor(step: (label: string) => Promise<void>, losesAnswer: () => boolean) {
    this.#step = step;
    this.#losesAnswer = losesAnswer;
  }

  /** Blocked behind its parents, or ready. */
  add(id: number, parents: readonly number[]): void {
    this.#parents.set(id, parents);
    this.jobs.set(id, {
      id,
      createdMs: CREATED_MS,
      queueId: 1,
      graphId: null,
      state: parents.length > 0 ? "blocked" : "ready",
      type: "t",
      effectivePriority: 3,
      attempt: 0,
      maxAttempts: 3,
      generation: 1,
      losses: 0,
      leaseEpoch: 0,
      sessionId: null,
      pendingParents: parents.length,
      onParentFailure: "cancel",
      runAtMs: null,
      backoff: null,
      cancelRequested: false,
      stopReason: null,
      stopByMs: null,
      stateReason: null,
      hasParents: parents.length > 0,
    });
  }

  changedOf(id: number): ChangedJob {
    const job = this.#job(id);
    return { ...job, readyUs: job.state === "ready" ? id : null };
  }

  isUp(): boolean {
    return true;
  }

  claim(requests: readonly ClaimRequest[]): Promise<Claimed> {
    return this.#call("claim", () => {
      const assignments: Assignment[] = [];
      const stillReady: ChangedJob[] = [];
      for (const { jobId, sessionId } of requests) {
        const job = this.#job(jobId);
        if (job.state !== "ready") continue;
        if (this.sessions.get(sessionId)?.isLive !== true) {
          stillReady.push(this.changedOf(jobId));
          continue;
        }
        assignments.push(this.#give(jobId, sessionId));
      }
      return { assignments, stillReady };
    });
  }

  finishSucceeded(results: readonly SuccessResult[], seats: readonly Seat[] = []): Promise<Finished> {
    return this.#call("finish", () => {
      const recorded = new Set<number>();
      const unblocked: (ChangedJob & { readonly parentId: number })[] = [];
      const seated: Assignment[] = [];
      const free = seats.filter(({ sessionId }) => this.sessions.get(sessionId)?.isLive === true);
      for (const { ref } of results) {
        const job = this.#job(ref.jobId);
        if (job.state !== "running" || job.leaseEpoch !== ref.leaseEpoch) continue;
        recorded.add(job.id);
        this.jobs.set(job.id, { ...job, state: "succeeded", sessionId: null });
        const ended = [{ id: job.id, how: "succeeded" as const }];
        for (const child of cascade({ nodes: this.jobs.values(), edges: this.#edges(), ended, nowMs: 0 })) {
          this.#apply({
            changes: [
              {
                ...unchanged(this.#job(child.id)),
                state: child.newState,
                pendingParents: child.pendingParents,
              },
            ],
            orders: [],
          });
          if (child.newState !== "ready") continue;
          const seat = free.shift();
          if (seat !== undefined) seated.push(this.#give(child.id, seat.sessionId));
          unblocked.push({ ...this.changedOf(child.id), parentId: job.id });
        }
      }
      return { recorded, freed: [], unblocked, seated };
    });
  }

  settle(request: SettleRequest): Promise<Settled> {
    return this.#call("settle", () => {
      const before = new Map(request.ids.map((id) => [id, this.#job(id)] as const));
      const decision = request.decide({ jobs: new Map(this.jobs), edges: this.#edges(), nowMs: 0 });
      this.#apply(decision);
      return { before, changed: decision.changes.map(({ id }) => this.changedOf(id)) };
    });
  }

  judge(results: readonly { readonly ref: { readonly jobId: number; readonly leaseEpoch: number } }[]) {
    return this.#call("judge", () =>
      results.map(({ ref }) => {
        const job = this.#job(ref.jobId);
        return job.state === "succeeded" && job.leaseEpoch === ref.leaseEpoch
          ? ("duplicate" as const)
          : ("stale" as const);
      }),
    );
  }

  endSessions(held: readonly HeldSession[]): Promise<readonly number[]> {
    return this.#call("end", () => {
      for (const { sessionId } of held) this.end(sessionId);
      return held.map(({ sessionId }) => sessionId);
    });
  }

  end(sessionId: number): void {
    const session = this.sessions.get(sessionId);
    if (session !== undefined) session.isLive = false;
  }

  jobsOfSessions(ids: readonly number[]) {
    return this.#call("jobs of sessions", () => this.#running((sessionId) => ids.includes(sessionId)));
  }

  orphanedJobs() {
    return this.#call("orphans", () => this.#running((id) => this.sessions.get(id)?.isLive !== true));
  }

  expireSessions(): Promise<readonly number[]> {
    return this.#call("expire", () => []);
  }

  extendLeases(): Promise<number> {
    return this.#call("extend", () => this.sessions.size);
  }

  lowerAncestors(): Promise<readonly ChangedJob[]> {
    return Promise.resolve([]);
  }

  staleRaises(): Promise<readonly number[]> {
    return Promise.resolve([]);
  }

  readyPage(_queueId: number, after: number): Promise<readonly ChangedJob[]> {
    return this.#call("ready page", () => this.#ready().filter(({ id }) => id > after));
  }

  peekReady(): Promise<readonly ChangedJob[]> {
    return this.#call("peek", () => this.#ready());
  }

  async #call<T>(label: string, deed: () => T): Promise<T> {
    await this.#step(`${label} sent`);
    const value = deed();
    if (this.#losesAnswer()) throw new MusterError("OUTCOME_UNKNOWN", `the answer to ${label} was lost`);
    await this.#step(`${label} answered`);
    return value;
  }

  #give(jobId: number, sessionId: number): Assignment {
    const job = this.#job(jobId);
    const { attempt, leaseEpoch } = { attempt: job.attempt + 1, leaseEpoch: job.leaseEpoch + 1 };
    this.jobs.set(jobId, { ...job, state: "running", attempt, leaseEpoch, sessionId });
    this.#checkClaim(jobId, sessionId);
    const dependents = this.#edges().filter(({ parentId }) => parentId === jobId).length;
    return assignment(jobId, sessionId, { leaseEpoch, attempt, dependents });
  }

  #checkClaim(jobId: number, sessionId: number): void {
    for (const parent of this.#parents.get(jobId) ?? []) {
      if (this.#job(parent).state !== "succeeded")
        this.breaches.push(`${jobId} was claimed before its parent ${parent} succeeded`);
    }
    const held = this.#running((id) => id === sessionId).length;
    const window = this.sessions.get(sessionId)?.window ?? 0;
    if (held > window) this.breaches.push(`session ${sessionId} holds ${held} jobs, its window is ${window}`);
  }

  #apply({ changes }: Decision): void {
    for (const { id, ...change } of changes) {
      const job = this.#job(id);
      const { state, pendingParents, attempt, losses, generation, cancelRequested } = change;
      const sessionId = state === "running" ? job.sessionId : null;
      const decided = { pendingParents, attempt, losses, generation, cancelRequested };
      // Nothing here waits for a time.
      const now = state === "scheduled" ? "ready" : state;
      this.jobs.set(id, { ...job, ...decided, state: now, sessionId, stateReason: change.reason });
    }
  }

  #running(of: (sessionId: number) => boolean) {
    return [...this.jobs.values()].flatMap(({ id, leaseEpoch, sessionId, state }) =>
      state === "running" && sessionId !== null && of(sessionId)
        ? [{ jobId: id, leaseEpoch, sessionId }]
        : [],
    );
  }

  #ready(): ChangedJob[] {
    return [...this.jobs.values()]
      .filter(({ state }) => state === "ready")
      .map(({ id }) => this.changedOf(id));
  }

  #edges(): Edge[] {
    return [...this.#parents].flatMap(([childId, parents]) =>
      parents.map((parentId) => ({ parentId, childId })),
    );
  }

  #job(id: number): LockedJob {
    const job = this.jobs.get(id);
    if (job === undefined) throw new RangeError(`no job ${id}`);
    return job;
  }
}
