/**
 * The explain verb: gathers what is known about a job that somebody asks about, in a few bounded reads, and lets
 * `core/explain.ts` say what keeps it from running. Changes nothing. Called by the rpc layer through JobOperations.
 */
import { explain } from "../core/explain.js";
import type { DispatchFacts, ExplainedJob } from "../core/explain-facts.js";
import type { Explanation } from "../core/explanation.js";
import type { Clock, ReadyQueue } from "../core/ports.js";
import type { Store } from "../core/store.js";
import type { ExplainedLineage, StoreViews } from "../core/views.js";
import { decodeJobId, jobNotFound } from "./not-found.js";

export interface ExplainOptions {
  readonly views: Pick<StoreViews, "explainJob" | "dispatchFacts" | "limitsHolding" | "serviceTimes">;
  readonly store: Pick<Store, "databaseNowMs">;
  readonly readyQueue: Pick<ReadyQueue, "isUp">;
  readonly clock: Clock;
  readonly ageingLowMs: number;
  readonly ageingMediumMs: number;
  readonly reconcileIntervalMs: number;
}

/** Kinds of ready jobs above the job whose service is looked at. */
const SERVED_ABOVE_MAX = 8;

export class Explain {
  readonly #options: ExplainOptions;

  constructor(options: ExplainOptions) {
    this.#options = options;
  }

  /** @throws MusterError JOB_NOT_FOUND */
  async explainJob(namespace: string, publicId: string): Promise<Explanation> {
    const { views, store, readyQueue, clock, reconcileIntervalMs } = this.#options;
    const startedMono = clock.monoMs();
    await store.databaseNowMs();
    const storeMs = clock.monoMs() - startedMono;
    const lineage = await views.explainJob(namespace, decodeJobId(namespace, publicId));
    if (lineage === null) throw jobNotFound(namespace, publicId);
    const dispatch = await this.#dispatch(namespace, lineage);
    const service = lineage.job.state === "ready" ? await views.serviceTimes(lineage.job.type) : null;
    const holds = lineage.job.state === "ready" ? await views.limitsHolding(lineage.job.id) : [];
    const isReadyQueueUp = readyQueue.isUp();
    return explain(
      { ...lineage, dispatch, holds, service, isReadyQueueUp, storeMs, reconcileIntervalMs },
      namespace,
    );
  }

  /** The job's own first; then the kinds of ready jobs above it, each once. */
  async #dispatch(namespace: string, { job, above }: ExplainedLineage): Promise<readonly DispatchFacts[]> {
    const isWaiting = job.state === "ready" || job.state === "scheduled" || job.state === "blocked";
    const asked = new Map<string, ExplainedJob>();
    for (const each of isWaiting ? [job, ...above.filter(({ state }) => state === "ready")] : []) {
      const kind = `${each.queueId} ${each.type}`;
      if (!asked.has(kind) && asked.size <= SERVED_ABOVE_MAX) asked.set(kind, each);
    }
    const found: DispatchFacts[] = [];
    for (const { queue, type, id } of asked.values()) {
      const jobId = id === job.id && job.state === "ready" ? id : null;
      const { ageingLowMs, ageingMediumMs } = this.#options;
      found.push(
        await this.#options.views.dispatchFacts({
          namespace,
          queue,
          type,
          jobId,
          ageingLowMs,
          ageingMediumMs,
        }),
      );
    }
    return found;
  }
}
