/**
 * Takes running jobs from their session and lets others have them: released by the worker, never delivered, lost
 * with the worker, or cancelled without an answer. Fenced by the lease epoch, so doing it twice changes nothing.
 */
import { decideGivenBack, type GivenBack } from "../core/decide.js";
import { failpoints } from "../core/failpoints.js";
import type { JobRef } from "../core/job.js";
import type { Metrics, RescueReason } from "../core/metrics.js";
import type { Store } from "../core/store.js";
import type { Aftermath } from "./aftermath.js";

const BATCH_MAX = 500;

export interface GiveBackOptions {
  readonly store: Pick<Store, "settle">;
  readonly aftermath: Aftermath;
  readonly metrics: Metrics;
  /** A job that was lost with its worker this often is dead with reason poison. */
  readonly lossesMax: number;
  readonly onSettled: (refs: readonly JobRef[]) => void;
}

export class GiveBack {
  readonly #options: GiveBackOptions;

  constructor(options: GiveBackOptions) {
    this.#options = options;
  }

  /**
   * @param reason for the metric; null when the worker asked for it
   * @throws MusterError STORE_DOWN: what was not given back yet still belongs to its session
   */
  async giveBack(items: readonly GivenBack[], reason: RescueReason | null): Promise<void> {
    for (let at = 0; at < items.length; at += BATCH_MAX) {
      const batch = items.slice(at, at + BATCH_MAX);
      const losing = batch.some((item) => item.how === "lost");
      const { changed } = await this.#options.store.settle({
        ids: batch.map((item) => item.ref.jobId),
        mayEnd: (job) =>
          job.state === "running" &&
          (job.cancelRequested || (losing && job.losses + 1 >= this.#options.lossesMax)),
        decide: (locked) => decideGivenBack(locked, batch, this.#options.lossesMax),
      });
      if (failpoints.reach !== null) await failpoints.reach("giveback.committed");
      if (reason !== null && changed.length > 0) this.#options.metrics.rescued(reason, changed.length);
      this.#options.onSettled(batch.map((item) => item.ref));
      this.#options.aftermath.settled(changed);
    }
  }
}
