/**
 * Progress reports: written behind, in groups, the last one of a job winning. Losing one loses no work; a report
 * under an old lease changes nothing. Whoever ends an attempt waits for its checkpoint, which comes too late otherwise.
 * A start is written again until the store takes it, because timeouts count from it.
 */
import { isUnavailable } from "../core/errors.js";
import type { JobRef } from "../core/job.js";
import type { Logger } from "../core/ports.js";
import type { ProgressItem } from "../core/sessions.js";
import type { Store } from "../core/store.js";
import { GroupCommit, ONE_LANE } from "./group-commit.js";

const ITEMS_MAX = 500;
/** With more than this waiting (a slow store), reports without a start or a checkpoint are dropped. */
const BACKLOG_MAX = 20_000;
const AGAIN_MS = 1_000;
const START = { started: true, fraction: 0, note: "", checkpoint: null } as const;

export class Progress {
  readonly #lane: GroupCommit<readonly ProgressItem[], void>;
  readonly #logger: Logger;
  /** Starts that wait for their next try. */
  #waiting = 0;
  /** Of jobs whose last checkpoint is under way. */
  readonly #checkpoints = new Map<number, Promise<void>>();

  constructor(options: { readonly store: Pick<Store, "recordProgress">; readonly logger: Logger }) {
    this.#logger = options.logger;
    this.#lane = new GroupCommit<readonly ProgressItem[], void>({
      lanes: ONE_LANE,
      weightMax: ITEMS_MAX,
      weightOf: (items) => items.length,
      flush: async (groups) => {
        await options.store.recordProgress(groups.flat());
        return [];
      },
    });
  }

  report(items: readonly ProgressItem[]): void {
    const kept =
      this.#lane.backlog < BACKLOG_MAX
        ? items
        : items.filter((item) => item.started || item.checkpoint !== null);
    if (kept.length === 0) return;
    const written = this.#lane.add(kept).catch((error: unknown) => this.#failed(kept, error));
    for (const { ref, checkpoint } of kept) {
      if (checkpoint !== null) this.#remember(ref.jobId, written);
    }
  }

  #failed(items: readonly ProgressItem[], error: unknown): void {
    this.#logger.warn({ items: items.length, error }, "progress.lost");
    const isAway = isUnavailable(error);
    const starts = items.filter((item) => item.started).map(({ ref }) => ({ ref, ...START }));
    if (starts.length === 0 || !isAway || this.#lane.backlog + this.#waiting >= BACKLOG_MAX) return;
    this.#waiting += starts.length;
    // A process that stops meanwhile loses them: its workers say again what runs when they resume elsewhere.
    setTimeout(() => {
      this.#waiting -= starts.length;
      this.report(starts);
    }, AGAIN_MS).unref();
  }

  /** Resolves when what these jobs saved before this call is written, or lost; null when there is nothing to wait for. */
  checkpointsWritten(refs: readonly JobRef[]): Promise<unknown> | null {
    if (this.#checkpoints.size === 0) return null;
    const underWay = refs.flatMap(({ jobId }) => this.#checkpoints.get(jobId) ?? []);
    return underWay.length === 0 ? null : Promise.all(underWay);
  }

  #remember(jobId: number, written: Promise<void>): void {
    this.#checkpoints.set(jobId, written);
    void written.then(() => {
      if (this.#checkpoints.get(jobId) === written) this.#checkpoints.delete(jobId);
    });
  }
}
