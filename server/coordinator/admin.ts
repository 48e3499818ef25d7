/**
 * What operators may ask and switch: workers, draining, queues with their depth, pause and resume. Draining is
 * written down for the replica that holds the session (an order, plus a nudge), so it works from every replica.
 * Called by the rpc layer.
 */
import { MusterError } from "../core/errors.js";
import type { LimitStore } from "../core/limit-store.js";
import { checkQueueLimits, type QueueLimits } from "../core/limits.js";
import type { AdminOperations, Diagnosis, QueueView, WorkerState, WorkerView } from "../core/operations.js";
import {
  ReadyQueueDown,
  type Nudge,
  type QueueKey,
  type ReadyDepth,
  type ReadyQueue,
} from "../core/ports.js";
import type { Store } from "../core/store.js";
import { shown } from "../core/validate.js";
import type { QueueCounts, StoreViews } from "../core/views.js";
import type { Diagnose } from "./diagnose.js";

export interface AdminOptions {
  readonly doctor: Pick<Diagnose, "diagnose">;
  readonly views: StoreViews;
  readonly store: Pick<
    Store,
    "resolveQueues" | "listQueueRows" | "markDraining" | "writeOrders" | "jobsOfSessions"
  >;
  readonly readyQueue: Pick<ReadyQueue, "depth" | "isUp">;
  /** Tells the other replicas and this one, which does not hear its own nudges. Never throws, never waits. */
  readonly announce: (nudge: Nudge) => void;
  readonly limitStore: Pick<LimitStore, "setLimits">;
  /** The limits of a queue are other ones now; on this replica. */
  readonly onLimits: (queueId: number) => Promise<void>;
}

/** What fits `session_orders.grace_ms`: 24 days. */
const GRACE_MS_MAX = 2 ** 31 - 1;
/** Tries to drain a worker that registers anew meanwhile. */
const DRAIN_TRIES = 3;

export class Admin implements AdminOperations {
  readonly #doctor: AdminOptions["doctor"];
  readonly #views: StoreViews;
  readonly #store: AdminOptions["store"];
  readonly #readyQueue: AdminOptions["readyQueue"];
  readonly #announce: AdminOptions["announce"];
  readonly #limitStore: AdminOptions["limitStore"];
  readonly #onLimits: AdminOptions["onLimits"];

  constructor(options: AdminOptions) {
    this.#doctor = options.doctor;
    this.#views = options.views;
    this.#store = options.store;
    this.#readyQueue = options.readyQueue;
    this.#announce = options.announce;
    this.#limitStore = options.limitStore;
    this.#onLimits = options.onLimits;
  }

  diagnose(): Promise<Diagnosis> {
    return this.#doctor.diagnose();
  }

  listWorkers(
    filter: Parameters<AdminOperations["listWorkers"]>[0],
  ): ReturnType<AdminOperations["listWorkers"]> {
    return this.#views.listWorkers(filter);
  }

  async getWorker(namespace: string, workerId: string): Promise<WorkerView> {
    const worker = await this.#views.getWorker(namespace, workerId);
    if (worker === null) {
      throw new MusterError(
        "WORKER_NOT_FOUND",
        `no worker ${shown(workerId)} in namespace ${shown(namespace)}`,
      );
    }
    return worker;
  }

  /** A worker that has left already is answered with how it left; draining twice sends the order twice. */
  async drainWorker(
    namespace: string,
    workerId: string,
    timeoutMs: number,
  ): Promise<{ readonly state: WorkerState; readonly inFlight: number }> {
    let worker = await this.getWorker(namespace, workerId);
    for (let tries = 0; tries < DRAIN_TRIES && isLive(worker); tries++) {
      const { sessionId } = worker;
      await this.#store.markDraining([sessionId]);
      // After the mark: no assignment follows the order. Should we end in between, draining again repairs it.
      await this.#store.writeOrders([
        {
          sessionId,
          kind: "drain",
          jobId: null,
          leaseEpoch: null,
          reason: "operator",
          graceMs: Math.min(GRACE_MS_MAX, Math.max(0, Math.round(timeoutMs))),
        },
      ]);
      this.#announce({ kind: "session_orders", sessionId });
      worker = await this.getWorker(namespace, workerId);
      if (worker.sessionId === sessionId) break;
    }
    // Not what its last heartbeat said: whoever drains wants to know how much is left.
    const held = isLive(worker) ? await this.#store.jobsOfSessions([worker.sessionId]) : [];
    return { state: worker.state, inFlight: held.length };
  }

  async listQueues(namespace: string): Promise<readonly QueueView[]> {
    const queues = await this.#views.queueCounts(namespace);
    return Promise.all(queues.map(async (queue) => queueView(queue, await this.#depth(queue))));
  }

  /** A queue may be paused before its first job. */
  async pauseQueue(namespace: string, queue: string): Promise<{ readonly changed: boolean }> {
    const key = { namespace, name: queue };
    let changed = await this.#views.setQueuePaused(key, true);
    if (changed === null) {
      await this.#store.resolveQueues([key]);
      changed = await this.#views.setQueuePaused(key, true);
    }
    return this.#switched(key, changed === true);
  }

  async resumeQueue(namespace: string, queue: string): Promise<{ readonly changed: boolean }> {
    const key = { namespace, name: queue };
    const changed = await this.#views.setQueuePaused(key, false);
    if (changed === null) {
      throw new MusterError("QUEUE_NOT_FOUND", `no queue ${shown(queue)} in namespace ${shown(namespace)}`);
    }
    return this.#switched(key, changed);
  }

  /** A queue may have limits before its first job. Answers when no claim counts by the old ones any more. */
  async setQueueLimits(namespace: string, queue: string, limits: QueueLimits | null): Promise<void> {
    if (limits !== null) checkQueueLimits(limits);
    const key = { namespace, name: queue };
    const queueId = await this.#queueId(key, limits !== null);
    await this.#limitStore.setLimits(queueId, limits);
    this.#announce({ kind: "queue_changed", queue: key });
    this.#announce({ kind: "places_freed", queue: key });
    await this.#onLimits(queueId);
  }

  async #queueId(key: QueueKey, create: boolean): Promise<number> {
    const known = create ? await this.#store.resolveQueues([key]) : await this.#store.listQueueRows();
    const row = known.find(({ namespace, name }) => namespace === key.namespace && name === key.name);
    if (row !== undefined) return row.id;
    throw new MusterError(
      "QUEUE_NOT_FOUND",
      `no queue ${shown(key.name)} in namespace ${shown(key.namespace)}`,
    );
  }

  #switched(queue: QueueKey, changed: boolean): { readonly changed: boolean } {
    if (changed) this.#announce({ kind: "queue_changed", queue });
    return { changed };
  }

  /** As the dispatcher sees it, aged levels included; what Postgres counted when the ready queue is away. */
  async #depth({ key, ready }: QueueCounts): Promise<ReadyDepth> {
    if (!this.#readyQueue.isUp()) return ready;
    try {
      return await this.#readyQueue.depth(key);
    } catch (error) {
      if (error instanceof ReadyQueueDown) return ready;
      throw error;
    }
  }
}

function isLive({ state }: WorkerView): boolean {
  return state === "online" || state === "suspect" || state === "draining";
}

function queueView(queue: QueueCounts, ready: ReadyDepth): QueueView {
  return {
    namespace: queue.key.namespace,
    name: queue.key.name,
    paused: queue.paused,
    readyHigh: ready.high,
    readyMedium: ready.medium,
    readyLow: ready.low,
    scheduled: queue.scheduled,
    blocked: queue.blocked,
    running: queue.running,
    workers: queue.workers,
    oldestReadyAt: queue.oldestReadyAt,
    limits: queue.limits,
  };
}
