/**
 * A dispatcher over the in-process ready queue and the real assigner, with a store of a few lines behind it that
 * gives out what is ready in it and writes down what it was asked.
 */
import { Assign } from "../../../server/coordinator/assign.js";
import { DatabaseClock } from "../../../server/coordinator/database-clock.js";
import { QueueDirectory } from "../../../server/coordinator/queue-directory.js";
import type { ParentOutput } from "../../../server/core/job.js";
import { NO_METRICS } from "../../../server/core/metrics.js";
import {
  NO_LOG,
  ReadyQueueDown,
  type QueueKey,
  type ReadyHint,
  type ReadyQueue,
  type Taken,
  type TakeOptions,
} from "../../../server/core/ports.js";
import type { ChangedJob } from "../../../server/core/settlement.js";
import type { Claimed, ClaimRequest } from "../../../server/core/store.js";
import { MemoryReadyQueue } from "../../../server/queue/memory/ready-queue.js";
import { Dispatcher } from "../../../server/services/dispatcher.js";
import { eventually } from "../../support/eventually.js";
import { assignment, liveSession, type SessionOptions } from "../coordinator/session-room.js";
import { NO_LIMIT_STORE, UNLIMITED } from "../../support/no-limits.js";

export const KEY: QueueKey = { namespace: "default", name: "q1" };

/** A ready queue that can be away, and counts what is asked of it. */
export class WatchedQueue extends MemoryReadyQueue {
  up = true;
  /** Another replica waits for hints. */
  isAwaited = true;
  puts = 0;
  takes = 0;
  /** So many takes stop before the end. */
  stops = 0;

  override isUp(): boolean {
    return this.up;
  }

  override async put(queue: QueueKey, hints: readonly ReadyHint[]): Promise<boolean> {
    this.puts++;
    if (!this.up) throw new ReadyQueueDown("away");
    await super.put(queue, hints);
    return this.isAwaited;
  }

  override async take(queue: QueueKey, options: TakeOptions): Promise<Taken> {
    this.takes++;
    if (!this.up) throw new ReadyQueueDown("away");
    if (this.stops === 0) return super.take(queue, options);
    this.stops--;
    return { hints: [], stoppedAt: "1 1024" };
  }
}

export class DispatcherRoom {
  readonly queue = new WatchedQueue();
  readonly dispatcher: Dispatcher;
  readonly assign: Assign;
  /** Jobs that a claim can have, by id. */
  readonly ready = new Map<number, ChangedJob>();
  /** Ids asked for in each claim. */
  readonly claims: number[][] = [];
  /** When each peek was made, monotonic. */
  readonly peeks: number[] = [];
  /** Comes before the answer to a claim. */
  onClaim: (requests: readonly ClaimRequest[]) => Promise<void> = () => Promise.resolve();
  paused = false;
  /** What every job that is given out was given by its parents. */
  parents: readonly ParentOutput[] = [];

  constructor(readyQueue: ReadyQueue | null = null) {
    const rows = () =>
      Promise.resolve(
        [1, 2].map((id) => ({ id, namespace: "default", name: `q${id}`, paused: this.paused, ...UNLIMITED })),
      );
    const queues = new QueueDirectory({ resolveQueues: rows, listQueueRows: rows });
    this.refreshQueues = () => queues.refresh();
    const clock = { nowMs: () => Date.now(), monoMs: () => performance.now() };
    this.dispatcher = new Dispatcher({
      store: { peekReady: (queueId, types, limit) => this.#peek(queueId, types, limit) },
      readyQueue: readyQueue ?? this.queue,
      queues,
      rooms: { isBound: () => false, ask: () => Promise.resolve(0) },
      clock,
      logger: NO_LOG,
      pollIntervalMs: 1_000_000,
    });
    this.assign = new Assign({
      store: { claim: (requests) => this.#claim(requests) },
      queues,
      databaseClock: new DatabaseClock({ databaseNowMs: () => Promise.resolve(Date.now()) }, clock),
      metrics: NO_METRICS,
      logger: NO_LOG,
      lanes: { max: 1, patienceMs: 0 },
      limitStore: NO_LIMIT_STORE,
      onHeldByKey: () => undefined,
      onRoom: () => undefined,
      onPushed: (queueId, jobs, bytes) => this.dispatcher.pushed(queueId, jobs, bytes),
      onStillReady: (jobs) => this.dispatcher.giveBack(jobs),
      onFailed: (matches) => this.dispatcher.claimFailed(matches),
      onCredit: (sessions) => {
        for (const session of sessions) this.dispatcher.sessionChanged(session);
      },
    });
  }

  readonly refreshQueues: () => Promise<void>;

  async start(): Promise<this> {
    await this.refreshQueues();
    this.dispatcher.start(this.assign);
    return this;
  }

  /** A session that waits, with the queue known to be empty. */
  async waiting(options: SessionOptions = {}) {
    const { session, stream } = liveSession(options);
    const { takes } = this.queue;
    this.dispatcher.sessionChanged(session);
    await eventually(() => this.queue.takes > takes, 1_000);
    return { session, stream };
  }

  /** The jobs become ready and are offered, as after a commit here. */
  offer(...jobs: readonly ChangedJob[]): void {
    for (const job of jobs) this.ready.set(job.id, job);
    this.dispatcher.offer(jobs);
  }

  /** The jobs become ready elsewhere: their hints lie in the queue. */
  async putElsewhere(...jobs: readonly ChangedJob[]): Promise<void> {
    for (const job of jobs) this.ready.set(job.id, job);
    for (const job of jobs) {
      const level = job.effectivePriority >= 4 ? "high" : job.effectivePriority >= 2 ? "medium" : "low";
      await this.queue.put(KEY, [{ jobId: job.id, type: job.type, level, readyUs: job.readyUs ?? 0 }]);
    }
  }

  async #claim(requests: readonly ClaimRequest[]): Promise<Claimed> {
    this.claims.push(requests.map((request) => request.jobId));
    await this.onClaim(requests);
    // As Postgres answers: in the order in which it locked them.
    const inLockOrder = requests.toSorted((a, b) => a.jobId - b.jobId);
    const assignments = inLockOrder.flatMap(({ jobId, sessionId }) => {
      const job = this.ready.get(jobId);
      return job !== undefined && this.ready.delete(jobId)
        ? [assignment(jobId, sessionId, { type: job.type, parents: this.parents })]
        : [];
    });
    return { assignments, stillReady: [] };
  }

  #peek(queueId: number, types: readonly string[] | null, limit: number): Promise<readonly ChangedJob[]> {
    this.peeks.push(performance.now());
    const found = [...this.ready.values()].filter(
      (job) => job.queueId === queueId && (types === null || types.includes(job.type)),
    );
    return Promise.resolve(found.slice(0, limit));
  }
}
