/** The sessions of this replica by id, and which of them holds a job. */
import type { JobRef } from "../core/job.js";
import type { LiveSession } from "./live-session.js";

export class LiveSessions {
  readonly #byId = new Map<number, LiveSession>();

  add(session: LiveSession): void {
    this.#byId.set(session.id, session);
  }

  remove(session: LiveSession): void {
    if (this.#byId.get(session.id) === session) this.#byId.delete(session.id);
  }

  get(id: number): LiveSession | undefined {
    return this.#byId.get(id);
  }

  all(): IterableIterator<LiveSession> {
    return this.#byId.values();
  }

  get size(): number {
    return this.#byId.size;
  }

  /**
   * These assignments are over. Looks at the session that reported them first, which nearly always holds them.
   * @returns the sessions whose credit changed
   */
  settled(refs: readonly JobRef[], reporter: LiveSession | null): Set<LiveSession> {
    const touched = new Set<LiveSession>();
    for (const { jobId, leaseEpoch } of refs) {
      if (reporter?.settle(jobId, leaseEpoch) === true) {
        touched.add(reporter);
        continue;
      }
      for (const session of this.#byId.values()) {
        if (session.held.has(jobId) && session.settle(jobId, leaseEpoch)) {
          touched.add(session);
          break;
        }
      }
    }
    return touched;
  }

  countsByState(): { active: number; draining: number; detached: number } {
    const counts = { active: 0, draining: 0, detached: 0 };
    for (const { state } of this.#byId.values()) {
      if (state === "active" || state === "registering") counts.active++;
      else if (state === "draining" || state === "detached") counts[state]++;
    }
    return counts;
  }
}
