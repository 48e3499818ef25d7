/**
 * Looks at jobs and graphs whose deadline has come: asks attempts to stop, takes those that did not, ends what waited
 * too long, and cancels what is left of a graph whose time is over. What is due is a row and the decision is taken under
 * the job's lock, so any replica may do it, several at once, and again after one died half way.
 */
import { decideDeadlines, type Enforced, type TakenBecause } from "../core/deadlines.js";
import { isTerminal } from "../core/job.js";
import type { Metrics, RescueReason } from "../core/metrics.js";
import type { JobRef } from "../core/job.js";
import type { Store } from "../core/store.js";
import type { Aftermath } from "./aftermath.js";
import type { Cancel } from "./cancel.js";

export interface EnforceDeadlinesOptions {
  readonly store: Pick<Store, "dueDeadlines" | "settle" | "openGraphJobs" | "dropDeadline">;
  readonly aftermath: Aftermath;
  readonly cancel: Cancel;
  readonly metrics: Metrics;
  readonly graceMs: number;
  readonly random01: () => number;
  /** Workers of these sessions must be told something. */
  readonly onOrders: (sessionIds: readonly number[]) => void;
  /** These assignments are over. */
  readonly onSettled: (refs: readonly JobRef[]) => void;
}

const JOBS_MAX = 200;
const GRAPH_BATCH = 1_000;

/** How a job that was taken from its worker counts. */
const RESCUE = {
  start_timeout: "timed_out",
  execution_timeout: "timed_out",
  progress_timeout: "timed_out",
  cancel_ignored: "cancel_ignored",
} as const satisfies Record<TakenBecause, RescueReason>;

export class EnforceDeadlines {
  readonly #options: EnforceDeadlinesOptions;

  constructor(options: EnforceDeadlinesOptions) {
    this.#options = options;
  }

  /** One bounded look. @returns whether there may be more to look at now */
  async enforce(): Promise<boolean> {
    const due = await this.#options.store.dueDeadlines(JOBS_MAX);
    const jobIds = due.filter((row) => !row.isGraph).map((row) => row.id);
    if (jobIds.length > 0) await this.#enforceJobs(jobIds);
    for (const { id, isGraph } of due) if (isGraph) await this.#endGraph(id);
    return due.length === JOBS_MAX;
  }

  async #enforceJobs(jobIds: readonly number[]): Promise<void> {
    const { store, aftermath, metrics, graceMs, random01, onOrders, onSettled } = this.#options;
    let enforced: Enforced = { changes: [], orders: [], looks: [], asked: [], taken: [] };
    const { changed } = await store.settle({
      ids: jobIds,
      withClocks: true,
      mayEnd: (job) => !isTerminal(job.state),
      decide: (locked) => (enforced = decideDeadlines(locked, jobIds, { graceMs, random01 })),
    });
    for (const { timeout } of enforced.asked) metrics.timedOut(timeout, 1);
    for (const { job, why } of enforced.taken) {
      if (why === "start_timeout") metrics.timedOut(why, 1);
      if (job.state === "running") metrics.rescued(RESCUE[why], 1);
    }
    onSettled(
      enforced.taken.flatMap(({ job }) =>
        job.state === "running" ? [{ jobId: job.id, leaseEpoch: job.leaseEpoch }] : [],
      ),
    );
    onOrders([...new Set(enforced.orders.map((order) => order.sessionId))]);
    aftermath.settled(changed);
  }

  /** Its deadline goes last: whoever dies before leaves it to the next look. */
  async #endGraph(graphId: number): Promise<void> {
    const { store, cancel, metrics, graceMs } = this.#options;
    let belowId = Number.MAX_SAFE_INTEGER;
    for (let more = true; more;) {
      const ids = await store.openGraphJobs(graphId, belowId, GRAPH_BATCH);
      const counts = await cancel.cancelJobs(ids.toReversed(), "graph_timeout", graceMs);
      metrics.timedOut("graph_timeout", counts.cancelled + counts.requested);
      belowId = ids.at(-1) ?? 0;
      more = ids.length === GRAPH_BATCH;
    }
    await store.dropDeadline(graphId);
  }
}
