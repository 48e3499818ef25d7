/**
 * The whole life cycle of jobs, small enough to be read and believed: what the server must agree with after every
 * step. It is not efficient and shares no decision with the server: after each event every waiting job is judged
 * anew from the definition of a dependency, where the server moves counters. Jobs are numbered from 0 in the
 * order of submission; sessions are slots, and a session that is lost is followed by another in the same slot.
 */

export type ModelState = "blocked" | "scheduled" | "ready" | "running" | "succeeded" | "dead" | "cancelled";

export interface ModelSpec {
  /** Numbers of earlier jobs, or of jobs before this one in the same submission. */
  readonly parents: readonly number[];
  readonly onParentFailure: "cancel" | "run" | "fail";
  readonly maxAttempts: number;
  /** With a run_at that only `advance` reaches. */
  readonly later: boolean;
}

export interface ModelRef {
  readonly job: number;
  readonly leaseEpoch: number;
}

export type ModelOutcome = "succeeded" | "failed" | "failed_for_good" | "cancelled";

/** Why a job is dead or cancelled. */
export type ModelCause = "exhausted" | "non_retryable" | "poison" | "parent" | "cancelled";

/** What can be seen of a job; the same shape is read from the server. */
export interface SeenJob {
  readonly state: ModelState;
  readonly attempt: number;
  readonly generation: number;
  readonly losses: number;
  readonly leaseEpoch: number;
  /** 0 unless blocked. */
  readonly pendingParents: number;
  /** False unless running. */
  readonly cancelRequested: boolean;
  /** Null unless dead or cancelled. */
  readonly cause: ModelCause | null;
}

interface ModelJob extends ModelSpec {
  state: ModelState;
  attempt: number;
  generation: number;
  losses: number;
  leaseEpoch: number;
  session: number | null;
  later: boolean;
  cancelRequested: boolean;
  cause: ModelCause | null;
}

export class ReferenceModel {
  readonly #jobs: ModelJob[] = [];
  readonly #refs: ModelRef[] = [];
  readonly #lossesMax: number;

  /** @param lossesMax losses after which a job is poison */
  constructor(lossesMax: number) {
    this.#lossesMax = lossesMax;
  }

  get jobCount(): number {
    return this.#jobs.length;
  }

  /** Every assignment there ever was, the oldest first. */
  get refs(): readonly ModelRef[] {
    return this.#refs;
  }

  seen(): SeenJob[] {
    return this.#jobs.map((job) => ({
      state: job.state,
      attempt: job.attempt,
      generation: job.generation,
      losses: job.losses,
      leaseEpoch: job.leaseEpoch,
      pendingParents: job.state === "blocked" ? this.#openParents(job) : 0,
      cancelRequested: job.state === "running" && job.cancelRequested,
      cause: job.cause,
    }));
  }

  submit(specs: readonly ModelSpec[]): void {
    for (const spec of specs) {
      const counters = { attempt: 0, generation: 1, losses: 0, leaseEpoch: 0 };
      const rest = { session: null, cancelRequested: false, cause: null };
      this.#jobs.push({ ...spec, ...counters, ...rest, state: "blocked" });
    }
    this.#judgeWaiting();
  }

  /** @returns the lease epoch, or null when the job cannot be claimed now */
  claim(number: number, session: number): number | null {
    const job = this.#job(number);
    if (job.state !== "ready") return null;
    job.state = "running";
    job.session = session;
    job.attempt++;
    job.leaseEpoch++;
    this.#refs.push({ job: number, leaseEpoch: job.leaseEpoch });
    return job.leaseEpoch;
  }

  /** @returns whether the result counted */
  finish(ref: ModelRef, outcome: ModelOutcome): boolean {
    const job = this.#held(ref);
    if (job === null) return false;
    if (outcome === "succeeded") this.#end(job, "succeeded", null);
    else if (job.cancelRequested) this.#end(job, "cancelled", "cancelled");
    else if (outcome === "cancelled") this.#giveBack(job, false);
    else if (outcome === "failed_for_good") this.#end(job, "dead", "non_retryable");
    else if (job.attempt >= job.maxAttempts) this.#end(job, "dead", "exhausted");
    else this.#leave(job, "scheduled");
    this.#judgeWaiting();
    return true;
  }

  /** The worker gives the job back. @returns whether it was its to give */
  release(ref: ModelRef, later: boolean): boolean {
    const job = this.#held(ref);
    if (job === null) return false;
    if (job.cancelRequested) this.#end(job, "cancelled", "cancelled");
    else this.#giveBack(job, later);
    this.#judgeWaiting();
    return true;
  }

  /** The session is gone; everything it ran is rescued. */
  loseSession(session: number): void {
    for (const job of this.#jobs) {
      if (job.session !== session) continue;
      job.losses++;
      if (job.cancelRequested) this.#end(job, "cancelled", "cancelled");
      else if (job.losses >= this.#lossesMax) this.#end(job, "dead", "poison");
      else this.#giveBack(job, false);
    }
    this.#judgeWaiting();
  }

  /** @returns false when the job had ended before */
  cancel(number: number): boolean {
    const job = this.#job(number);
    if (isOver(job)) return false;
    if (job.state === "running") job.cancelRequested = true;
    else this.#end(job, "cancelled", "cancelled");
    this.#judgeWaiting();
    return true;
  }

  /** Retry by hand. */
  retry(number: number): "ready" | "blocked" | "refused" {
    const job = this.#job(number);
    if (job.state !== "dead" && job.state !== "cancelled") return "refused";
    if (job.parents.some((parent) => hasFailedFor(job, this.#job(parent)))) return "refused";
    Object.assign(job, { attempt: 0, losses: 0, later: false, cancelRequested: false, cause: null });
    job.generation++;
    job.state = "blocked";
    this.#judgeWaiting();
    return job.parents.some((parent) => isOpen(this.#job(parent))) ? "blocked" : "ready";
  }

  /** Time passes, more of it than any job waits for. */
  advance(): void {
    for (const job of this.#jobs) {
      job.later = false;
      if (job.state === "scheduled") job.state = "ready";
    }
  }

  /** Ascending, so that a parent is judged before its children. */
  #judgeWaiting(): void {
    for (const job of this.#jobs) {
      if (job.state !== "blocked") continue;
      if (job.parents.some((parent) => hasFailedFor(job, this.#job(parent)))) {
        this.#end(job, job.onParentFailure === "fail" ? "dead" : "cancelled", "parent");
      } else if (this.#openParents(job) === 0) {
        job.state = job.later ? "scheduled" : "ready";
      }
    }
  }

  #openParents(job: ModelJob): number {
    return job.parents.filter((parent) => isOpen(this.#job(parent))).length;
  }

  #end(job: ModelJob, state: ModelState, cause: ModelCause | null): void {
    this.#leave(job, state);
    job.cause = cause;
  }

  /** Spends no attempt. */
  #giveBack(job: ModelJob, later: boolean): void {
    job.attempt--;
    this.#leave(job, later ? "scheduled" : "ready");
  }

  #leave(job: ModelJob, state: ModelState): void {
    job.state = state;
    job.session = null;
  }

  #held(ref: ModelRef): ModelJob | null {
    const job = this.#job(ref.job);
    return job.state === "running" && job.leaseEpoch === ref.leaseEpoch ? job : null;
  }

  #job(number: number): ModelJob {
    const job = this.#jobs[number];
    if (job === undefined) throw new RangeError(`job: expected 0..${this.#jobs.length - 1}, got ${number}`);
    return job;
  }
}

function isOver(job: ModelJob): boolean {
  return job.state === "succeeded" || job.state === "dead" || job.state === "cancelled";
}

function isOpen(parent: ModelJob): boolean {
  return !isOver(parent);
}

function hasFailedFor(child: ModelJob, parent: ModelJob): boolean {
  return (parent.state === "dead" || parent.state === "cancelled") && child.onParentFailure !== "run";
}
