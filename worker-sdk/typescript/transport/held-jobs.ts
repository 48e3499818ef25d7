/**
 * Every job this process holds a lease for, and how far it is: what a Hello has to report after a cut. Lives
 * beside the stream, not beside the handlers, so that a blocked main loop can still resume its session. A job
 * leaves when its result or release is acknowledged, or when the lease is gone. Pure.
 */
import type { InFlightJob } from "../../../proto/gen/muster/worker/v1/InFlightJob.js";

export type HeldState = "buffered" | "running" | "result_pending";

export interface JobKey {
  readonly jobId: string;
  readonly leaseEpoch: number;
}

interface Held {
  readonly leaseEpoch: number;
  readonly attempt: number;
  state: HeldState;
}

const WIRE_STATE = {
  buffered: "IN_FLIGHT_STATE_BUFFERED",
  running: "IN_FLIGHT_STATE_RUNNING",
  result_pending: "IN_FLIGHT_STATE_RESULT_PENDING",
} as const;

export class HeldJobs {
  readonly #jobs = new Map<string, Held>();

  get size(): number {
    return this.#jobs.size;
  }

  /**
   * A newer assignment of the same job replaces the older one: that lease is over. An older one may come late, on a
   * stream that is being replaced, and changes nothing.
   */
  add(jobId: string, leaseEpoch: number, attempt: number): void {
    const held = this.#jobs.get(jobId);
    if (held !== undefined && held.leaseEpoch > leaseEpoch) return;
    this.#jobs.set(jobId, { leaseEpoch, attempt, state: "buffered" });
  }

  has(key: JobKey): boolean {
    return this.#jobs.get(key.jobId)?.leaseEpoch === key.leaseEpoch;
  }

  /** @returns false when the job is not held under this lease */
  mark(key: JobKey, state: HeldState): boolean {
    const held = this.#jobs.get(key.jobId);
    if (held?.leaseEpoch !== key.leaseEpoch) return false;
    held.state = state;
    return true;
  }

  /** Running, by job id alone: the newest lease is meant. */
  markStarted(jobId: string): void {
    const held = this.#jobs.get(jobId);
    if (held?.state === "buffered") held.state = "running";
  }

  /** @returns false when the job was not held under this lease */
  remove(key: JobKey): boolean {
    return this.has(key) && this.#jobs.delete(key.jobId);
  }

  /** Takes out what has no result yet, and returns it. */
  removeUnfinished(): JobKey[] {
    const removed: JobKey[] = [];
    for (const [jobId, held] of this.#jobs) {
      if (held.state === "result_pending") continue;
      removed.push({ jobId, leaseEpoch: held.leaseEpoch });
      this.#jobs.delete(jobId);
    }
    return removed;
  }

  count(state: HeldState): number {
    let total = 0;
    for (const held of this.#jobs.values()) if (held.state === state) total++;
    return total;
  }

  /** For Hello. */
  report(): InFlightJob[] {
    return Array.from(this.#jobs, ([jobId, held]) => ({
      ref: { jobId, attempt: held.attempt, leaseEpoch: held.leaseEpoch },
      state: WIRE_STATE[held.state],
    }));
  }
}
