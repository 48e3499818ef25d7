/**
 * The jobs that a worker holds as its stream sees it: handed over or reported in Hello, and not yet settled. Saves
 * parsing an id for each result, bounds what progress reports can name, and says at a half-close whether anything
 * was left. Never decides who owns a job; the coordinator does.
 */
import type { JobRef } from "../../core/job.js";
import { parseId } from "../../core/job-id.js";

export class HeldJobs {
  readonly #refs = new Map<string, JobRef>();

  get size(): number {
    return this.#refs.size;
  }

  add(publicId: string, jobId: number, leaseEpoch: number): JobRef {
    const ref = { jobId, leaseEpoch };
    this.#refs.set(publicId, ref);
    return ref;
  }

  /** Forgets the job unless a newer assignment of it was added. */
  settle(publicId: string, leaseEpoch: number): void {
    if (this.#refs.get(publicId)?.leaseEpoch === leaseEpoch) this.#refs.delete(publicId);
  }

  holds(publicId: string, leaseEpoch: number): boolean {
    return this.#refs.get(publicId)?.leaseEpoch === leaseEpoch;
  }

  /** Null when `publicId` was not made by a Muster server. The lease epoch is the worker's word. */
  refOf(publicId: string, leaseEpoch: number): JobRef | null {
    const held = this.#refs.get(publicId);
    if (held !== undefined) return held.leaseEpoch === leaseEpoch ? held : { jobId: held.jobId, leaseEpoch };
    const decoded = parseId(publicId);
    return decoded === null ? null : { jobId: decoded.id, leaseEpoch };
  }
}
