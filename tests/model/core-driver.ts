/**
 * Drives the decisions of core alone, with rows in a map where the server has Postgres: plan for submissions, decide
 * for everything that is locked, cascade for successes. Shows that the pure part agrees with the reference model
 * before any database is asked; what SQL makes of the decisions is for the driver of the real store.
 */
import { cascade } from "../../server/core/cascade.js";
import {
  decideCancel,
  decideGivenBack,
  decideReopen,
  decideResults,
  type GivenBack,
} from "../../server/core/decide.js";
import type { NewJob, Outcome } from "../../server/core/job.js";
import { planSubmission, type EarlierParent } from "../../server/core/plan.js";
import {
  unchanged,
  type Decision,
  type JobChange,
  type LockedJob,
  type LockedSet,
} from "../../server/core/settlement.js";
import { NEW_JOB } from "../support/new-job.js";
import { causeOf, type Driver } from "./driver.js";
import type { ModelOutcome, ModelRef, ModelSpec, SeenJob } from "./reference-model.js";

const DELAY_MS = 3_600_000;
const FIRST_ID = 1000;

interface Row extends LockedJob {
  readonly parents: readonly number[];
}

export class CoreDriver implements Driver {
  readonly #rows = new Map<number, Row>();
  readonly #lossesMax: number;
  #nowMs = 1_800_000_000_000;

  constructor(lossesMax: number) {
    this.#lossesMax = lossesMax;
  }

  async submit(specs: readonly ModelSpec[]): Promise<void> {
    const first = this.#rows.size;
    const jobs = specs.map((spec): NewJob => newJob(spec, first, this.#nowMs));
    const ids = specs.map((_, at) => idOf(first + at));
    const earlier = new Map<number, EarlierParent>();
    for (const row of this.#rows.values()) {
      earlier.set(row.id, {
        id: row.id,
        state: row.state,
        basePriority: 3,
        effectivePriority: 3,
        inheritPriority: true,
      });
    }
    for (const { id, job, state, reason, pendingParents, parentIds } of planSubmission(
      jobs,
      ids,
      earlier,
      this.#nowMs,
    ).jobs) {
      this.#rows.set(id, {
        id,
        createdMs: this.#nowMs,
        queueId: 1,
        graphId: null,
        state,
        type: job.type,
        effectivePriority: job.priority,
        attempt: 0,
        maxAttempts: job.maxAttempts,
        generation: 1,
        losses: 0,
        leaseEpoch: 0,
        sessionId: null,
        pendingParents,
        onParentFailure: job.onParentFailure,
        runAtMs: state === "ready" ? null : job.runAtMs,
        backoff: job.backoff,
        cancelRequested: false,
        stateReason: reason,
        hasParents: parentIds.length > 0,
        stopReason: null,
        stopByMs: null,
        parents: parentIds,
      });
    }
  }

  async claim(job: number, session: number): Promise<number | null> {
    const row = this.#row(idOf(job));
    if (row.state !== "ready") return null;
    const leaseEpoch = row.leaseEpoch + 1;
    this.#rows.set(row.id, {
      ...row,
      state: "running",
      attempt: row.attempt + 1,
      leaseEpoch,
      sessionId: session,
    });
    return leaseEpoch;
  }

  async finish({ job, leaseEpoch }: ModelRef, outcome: ModelOutcome): Promise<boolean> {
    const ref = { jobId: idOf(job), leaseEpoch };
    if (outcome === "succeeded") return this.#succeed(ref.jobId, leaseEpoch);
    const result = { ref, outcome: workersWord(outcome), startedAtMs: null };
    return this.#apply(decideResults(this.#locked(), [result], () => 0.5)) > 0;
  }

  async release({ job, leaseEpoch }: ModelRef, later: boolean): Promise<boolean> {
    const delayMs = later ? DELAY_MS : 0;
    return this.#giveBack([{ ref: { jobId: idOf(job), leaseEpoch }, how: "released", delayMs }]) > 0;
  }

  async loseSession(session: number): Promise<void> {
    const held = [...this.#rows.values()].filter(
      (row) => row.state === "running" && row.sessionId === session,
    );
    this.#giveBack(
      held.map(({ id, leaseEpoch }) => ({ ref: { jobId: id, leaseEpoch }, how: "lost", delayMs: 0 })),
    );
  }

  async cancel(job: number): Promise<boolean> {
    const before = this.#row(idOf(job)).state;
    this.#apply(decideCancel(this.#locked(), [idOf(job)], "not needed", 60_000));
    return before !== "succeeded" && before !== "dead" && before !== "cancelled";
  }

  async retry(job: number): Promise<"ready" | "blocked" | "refused"> {
    const row = this.#row(idOf(job));
    const reopened = decideReopen(this.#locked(), row.id, row.parents);
    if (reopened === null || "failedParentId" in reopened) return "refused";
    this.#apply(reopened.decision);
    return this.#row(row.id).state === "ready" ? "ready" : "blocked";
  }

  async advance(): Promise<void> {
    this.#nowMs += 100 * DELAY_MS;
    for (const row of this.#rows.values()) {
      if (row.state === "scheduled") this.#rows.set(row.id, { ...row, state: "ready", runAtMs: null });
    }
  }

  async readAll(): Promise<readonly SeenJob[]> {
    return [...this.#rows.values()].map((row) => ({
      state: row.state,
      attempt: row.attempt,
      generation: row.generation,
      losses: row.losses,
      leaseEpoch: row.leaseEpoch,
      pendingParents: row.state === "blocked" ? row.pendingParents : 0,
      cancelRequested: row.state === "running" && row.cancelRequested,
      cause: causeOf(row.state, row.stateReason),
    }));
  }

  #succeed(id: number, leaseEpoch: number): boolean {
    const row = this.#row(id);
    if (row.state !== "running" || row.leaseEpoch !== leaseEpoch) return false;
    const { jobs, edges, nowMs } = this.#locked();
    const below = cascade({ nodes: jobs.values(), edges, ended: [{ id, how: "succeeded" }], nowMs });
    const changes = below.map(({ id: childId, newState, pendingParents }): JobChange => {
      const runAt = newState === "ready" ? "now" : "keep";
      return { ...unchanged(this.#row(childId)), state: newState, pendingParents, runAt };
    });
    this.#apply({
      changes: [{ ...unchanged(row), state: "succeeded", reason: null }, ...changes],
      orders: [],
    });
    return true;
  }

  #giveBack(items: readonly GivenBack[]): number {
    return this.#apply(decideGivenBack(this.#locked(), items, this.#lossesMax));
  }

  #apply({ changes }: Decision): number {
    for (const change of changes) {
      const row = this.#row(change.id);
      const runAtMs =
        change.runAt === "keep"
          ? row.runAtMs
          : change.runAt === "now"
            ? null
            : this.#nowMs + change.runAt.afterMs;
      const { state, pendingParents, attempt, losses, generation, cancelRequested } = change;
      const sessionId = state === "running" ? row.sessionId : null;
      const decided = {
        state,
        pendingParents,
        attempt,
        losses,
        generation,
        cancelRequested,
        stateReason: change.reason,
      };
      this.#rows.set(row.id, { ...row, ...decided, runAtMs, sessionId });
    }
    return changes.length;
  }

  #locked(): LockedSet {
    const edges = [...this.#rows.values()].flatMap(({ id, parents }) =>
      parents.map((parentId) => ({ parentId, childId: id })),
    );
    return { jobs: this.#rows, edges, nowMs: this.#nowMs };
  }

  #row(id: number): Row {
    const row = this.#rows.get(id);
    if (row === undefined) throw new RangeError(`no job ${id}`);
    return row;
  }
}

function idOf(job: number): number {
  return FIRST_ID + job;
}

function newJob(spec: ModelSpec, first: number, nowMs: number): NewJob {
  return {
    ...NEW_JOB,
    maxAttempts: spec.maxAttempts,
    backoff: { kind: "fixed", baseMs: DELAY_MS, capMs: DELAY_MS, jitter: 0 },
    runAtMs: spec.later ? nowMs + DELAY_MS : null,
    siblingParents: spec.parents.filter((parent) => parent >= first).map((parent) => parent - first),
    earlierParents: spec.parents.filter((parent) => parent < first).map(idOf),
    onParentFailure: spec.onParentFailure,
  };
}

function workersWord(outcome: Exclude<ModelOutcome, "succeeded">): Outcome {
  if (outcome === "cancelled") return { kind: "cancelled", reason: "" };
  const error = { errorType: "Error", message: "it failed", stackTrace: "" };
  const nonRetryable = outcome === "failed_for_good";
  return { kind: "failed", error, nonRetryable, retryAfterMs: null, timedOut: false };
}
