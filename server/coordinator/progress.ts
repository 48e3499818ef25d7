/**
 * Progress reports: written behind, in groups, the last one of a job winning. Losing one loses no work; a report
 * under an old lease changes nothing.
 */
import type { Logger } from "../core/ports.js";
import type { ProgressItem } from "../core/sessions.js";
import type { Store } from "../core/store.js";
import { GroupCommit } from "./group-commit.js";

const ITEMS_MAX = 500;
/** With more than this waiting (a slow store), reports without a start or a checkpoint are dropped. */
const BACKLOG_MAX = 20_000;

export class Progress {
  readonly #lane: GroupCommit<readonly ProgressItem[], void>;
  readonly #logger: Logger;

  constructor(options: { readonly store: Pick<Store, "recordProgress">; readonly logger: Logger }) {
    this.#logger = options.logger;
    this.#lane = new GroupCommit<readonly ProgressItem[], void>({
      lanes: 1,
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
    this.#lane
      .add(kept)
      .catch((error: unknown) => this.#logger.warn({ items: kept.length, error }, "progress.lost"));
  }
}
