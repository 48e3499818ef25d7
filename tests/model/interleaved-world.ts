/**
 * Two replicas of dispatcher, assigner, finisher, rescuer and reconciler, as main.ts would wire them, over one store
 * and one ready queue in memory, with workers that answer. Nothing happens by itself: every statement, every answer,
 * every immediate and every timer is a task of the scheduler of fast-check, which decides what comes next.
 */
import type { Scheduler } from "fast-check";
import { Aftermath } from "../../server/coordinator/aftermath.js";
import { Assign } from "../../server/coordinator/assign.js";
import { Cancel } from "../../server/coordinator/cancel.js";
import { DatabaseClock } from "../../server/coordinator/database-clock.js";
import { EndSession } from "../../server/coordinator/end-session.js";
import { HandOver } from "../../server/coordinator/hand-over.js";
import { Finish } from "../../server/coordinator/finish.js";
import { GiveBack } from "../../server/coordinator/give-back.js";
import { LiveSession } from "../../server/coordinator/live-session.js";
import { LiveSessions } from "../../server/coordinator/live-sessions.js";
import { QueueDirectory } from "../../server/coordinator/queue-directory.js";
import type { Assignment } from "../../server/core/job.js";
import { NO_METRICS } from "../../server/core/metrics.js";
import {
  NO_LOG,
  type QueueKey,
  type ReadyHint,
  type Taken,
  type TakeOptions,
} from "../../server/core/ports.js";
import { MemoryReadyQueue } from "../../server/queue/memory/ready-queue.js";
import { Dispatcher } from "../../server/services/dispatcher.js";
import { Reconciler } from "../../server/services/reconciler.js";
import { Rescuer } from "../../server/services/rescuer.js";
import { RecordedStream, subscriptionsOf } from "../unit/coordinator/session-room.js";
import { NO_LIMIT_STORE } from "../support/no-limits.js";
import type { InterleavedStore } from "./interleaved-store.js";
import type { TaskTimers } from "./task-timers.js";

export interface WorldParts {
  readonly scheduler: Scheduler;
  readonly timers: TaskTimers;
  readonly store: InterleavedStore;
  readonly queue: InterleavedQueue;
}

const QUEUE = { id: 1, namespace: "default", name: "q1", paused: false, limited: false, keyed: false };
const NO_ROOMS = { isBound: () => false, ask: () => Promise.resolve(0) };
const FAR_MS = 1_000_000_000;
const LOSSES_MAX = 1_000;

/** Hints may be lost on the way in and out: `loses` says when. */
export class InterleavedQueue extends MemoryReadyQueue {
  loses: () => boolean = () => false;
  step: (label: string) => Promise<void> = () => Promise.resolve();

  override async put(queue: QueueKey, hints: readonly ReadyHint[]): Promise<boolean> {
    await this.step("put");
    return this.loses() || super.put(queue, hints);
  }

  override async take(queue: QueueKey, options: TakeOptions): Promise<Taken> {
    await this.step("take");
    const taken = await super.take(queue, options);
    await this.step("taken");
    return this.loses() ? { hints: [], stoppedAt: null } : taken;
  }
}

export class InterleavedReplica {
  /** Every assignment that reached a worker, as `job/epoch`. */
  readonly pushed: string[] = [];
  readonly sessions = new LiveSessions();
  readonly dispatcher: Dispatcher;
  readonly cancel: Cancel;
  readonly #parts: WorldParts;
  readonly #finish: Finish;
  readonly #endSession: EndSession;
  readonly #rescuer: Rescuer;
  readonly #reconciler: Reconciler;
  readonly #queues: QueueDirectory;
  readonly #assign: Assign;

  constructor(parts: WorldParts) {
    this.#parts = parts;
    const { store, queue, timers } = parts;
    const rows = () => Promise.resolve([QUEUE]);
    const queues = (this.#queues = new QueueDirectory({ resolveQueues: rows, listQueueRows: rows }));
    const monoMs = () => timers.nowMs;
    const clock = { nowMs: monoMs, monoMs };
    const common = { store, readyQueue: queue, queues, clock, metrics: NO_METRICS, logger: NO_LOG };
    const dispatcher = (this.dispatcher = new Dispatcher({
      ...common,
      rooms: NO_ROOMS,
      pollIntervalMs: FAR_MS,
    }));
    const nothing = (): void => undefined;
    const aftermath = new Aftermath({
      ...common,
      ready: {
        offer: (jobs) => dispatcher.offer(jobs),
        putBack: (jobs) => dispatcher.putBack(jobs),
        freed: nothing,
      },
      onScheduled: nothing,
      onChanged: nothing,
    });
    const giveBack = new GiveBack({
      ...common,
      aftermath,
      lossesMax: LOSSES_MAX,
      onSettled: (refs) => {
        for (const session of this.sessions.settled(refs, null)) dispatcher.sessionChanged(session);
      },
    });
    this.#endSession = new EndSession({
      ...common,
      sessions: this.sessions,
      giveBack,
      onRemoved: (session) => dispatcher.removeSession(session),
    });
    this.cancel = new Cancel({
      ...common,
      aftermath,
      onSettled: nothing,
      onOrders: nothing,
    });
    this.#rescuer = new Rescuer({
      ...common,
      sessions: this.sessions,
      endSession: this.#endSession,
      giveBack,
      grace: { pausedHere: nothing },
      intervalMs: FAR_MS,
      leaseTtlMs: 0,
      monoMs,
      onCounted: (session) => dispatcher.sessionChanged(session),
    });
    this.#reconciler = new Reconciler({
      ...common,
      intervalMs: FAR_MS,
      isInHand: (jobId) => dispatcher.isInHand(jobId),
      onPut: () => dispatcher.runOnce(),
      turnsAfter: () => Promise.resolve({ jobs: [], lastKey: null }),
    });
    this.#assign = new Assign({
      ...common,
      databaseClock: new DatabaseClock({ databaseNowMs: () => Promise.resolve(0) }, clock),
      lanes: { max: 2, patienceMs: 0 },
      limitStore: NO_LIMIT_STORE,
      onHeldByKey: nothing,
      onRoom: nothing,
      onPushed: (queueId, jobs, bytes) => dispatcher.pushed(queueId, jobs, bytes),
      onStillReady: (jobs) => dispatcher.giveBack(jobs),
      onFailed: (matches, uncertain) => {
        dispatcher.claimFailed(matches);
        if (uncertain) this.#rescuer.recount([...new Set(matches.map(({ session }) => session.id))]);
      },
      onCredit: (touched) => {
        for (const session of touched) dispatcher.sessionChanged(session);
      },
    });
    const handOver = new HandOver({
      offerSeats: (queueId, max) => dispatcher.offerSeats(queueId, max),
      push: (reserved, assignments) => this.#assign.push(reserved, assignments),
      onCredit: (session) => dispatcher.sessionChanged(session),
      recount: (sessionIds) => this.#rescuer.recount(sessionIds),
    });
    this.#finish = new Finish({
      ...common,
      aftermath,
      handOver,
      lanes: { max: 2, patienceMs: 0 },
      random01: () => 0,
    });
  }

  async start(): Promise<void> {
    await this.#queues.refresh();
    this.dispatcher.start(this.#assign);
  }

  /** A worker with this window; it answers each assignment with a success, again until it is told a verdict. */
  join(id: number, window: number): LiveSession {
    const stream = new RecordedStream();
    const session = new LiveSession({
      ...{ id, epoch: 1, namespace: "default", workerId: `w${id}`, instanceId: `w${id}`, stream },
      ...{ maxInFlight: window, maxInFlightBytes: 0, subscriptions: subscriptionsOf([{ queueId: 1 }]) },
    });
    stream.onAssign = (assignments) => {
      for (const one of assignments) {
        this.pushed.push(`${one.jobId}/${one.leaseEpoch}`);
        void this.#work(session, one);
      }
    };
    session.state = "active";
    this.#parts.store.sessions.set(id, { window, isLive: true });
    this.sessions.add(session);
    this.dispatcher.sessionChanged(session);
    return session;
  }

  /** Its stream is lost, and so is what it runs. */
  async lose(session: LiveSession): Promise<void> {
    session.stream = null;
    await this.#endSession.end(session, "stream_lost");
  }

  /** What the services of a replica do from time to time. */
  async tend(): Promise<void> {
    await this.#rescuer.runOnce();
    await this.#reconciler.runOnce();
    this.dispatcher.runOnce();
  }

  async #work(session: LiveSession, { jobId, leaseEpoch, dependents }: Assignment): Promise<void> {
    const { scheduler } = this.#parts;
    const ref = { jobId, leaseEpoch };
    const result = { ref, outcome: { kind: "succeeded", output: null }, startedAtMs: null } as const;
    for (;;) {
      await scheduler.schedule(Promise.resolve(), `worker ${session.id} ends ${jobId}/${leaseEpoch}`);
      if (session.stream === null) return; // the worker is lost with what it ran
      const leads = [{ jobId, queueId: QUEUE.id, dependents }];
      const verdicts = await this.#finish.finish([result], leads).catch(() => null);
      if (verdicts === null) continue; // asked to send it again
      for (const touched of this.sessions.settled([ref], session)) this.dispatcher.sessionChanged(touched);
      return;
    }
  }
}
