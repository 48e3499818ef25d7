/**
 * What follows every commit that changed jobs: ready ones are offered to the dispatcher, scheduled ones tell the
 * scheduler when to look, watchers are woken, and priorities that only an ended job had raised sink back. All of it
 * is repaired by the services if this process dies in between.
 */
import { failpoints } from "../core/failpoints.js";
import { isTerminal } from "../core/job.js";
import type { Logger } from "../core/ports.js";
import type { ChangedJob } from "../core/settlement.js";
import type { Store } from "../core/store.js";

/** Implemented by the dispatcher. */
export interface ReadySink {
  offer(jobs: readonly ChangedJob[]): void;
  putBack(jobs: readonly ChangedJob[]): void;
  /** These left running, and a limit had counted them. */
  freed(jobIds: readonly number[]): void;
}

export interface AftermathOptions {
  readonly store: Pick<Store, "lowerAncestors">;
  readonly ready: ReadySink;
  readonly logger: Logger;
  /** The scheduler must look again no later than this, ms since 1970. */
  readonly onScheduled: (dueMs: number) => void;
  /** Jobs changed; cheap when nobody watches. */
  readonly onChanged: (jobIds: readonly number[]) => void;
}

export class Aftermath {
  readonly #options: AftermathOptions;

  constructor(options: AftermathOptions) {
    this.#options = options;
  }

  /** After a decision about jobs: `mayLower` when some may have raised others and ended. */
  settled(changed: readonly ChangedJob[]): void {
    if (changed.length === 0) return;
    this.moved(changed);
    const ended = changed.filter((job) => isTerminal(job.state)).map((job) => job.id);
    if (ended.length > 0) void this.#lower(ended);
  }

  /** After jobs moved without anything ending that others hang on. */
  moved(changed: readonly ChangedJob[]): void {
    this.freed(changed.filter((job) => job.limited === true && job.state !== "running").map((job) => job.id));
    this.#options.ready.offer(changed);
    for (const job of changed) {
      if (job.state === "scheduled" && job.runAtMs !== null) this.#options.onScheduled(job.runAtMs);
    }
    this.changed(changed.map((job) => job.id));
  }

  /** Others may start under the limits that counted these. */
  freed(jobIds: readonly number[]): void {
    if (jobIds.length > 0) this.#options.ready.freed(jobIds);
  }

  changed(jobIds: readonly number[]): void {
    this.#options.onChanged(jobIds);
  }

  async #lower(endedIds: readonly number[]): Promise<void> {
    try {
      const lowered = await this.#options.store.lowerAncestors(endedIds);
      if (failpoints.reach !== null && lowered.length > 0) await failpoints.reach("lower.committed");
      this.#options.ready.putBack(lowered);
    } catch (error) {
      this.#options.logger.warn({ jobs: endedIds.length, error }, "priority.lower_failed");
    }
  }
}
