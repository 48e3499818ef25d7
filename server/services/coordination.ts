/**
 * Puts the coordinator and the services together over ports: which verb calls which, in one place. Knows no
 * adapter; main.ts brings those, and tests bring their own. Nothing runs before `start`.
 */
import { Admin } from "../coordinator/admin.js";
import { Aftermath } from "../coordinator/aftermath.js";
import { Assign } from "../coordinator/assign.js";
import { Cancel } from "../coordinator/cancel.js";
import { DatabaseClock } from "../coordinator/database-clock.js";
import { EndSession } from "../coordinator/end-session.js";
import { Finish } from "../coordinator/finish.js";
import { GiveBack } from "../coordinator/give-back.js";
import { LiveSessions } from "../coordinator/live-sessions.js";
import { jobOperations } from "../coordinator/job-operations.js";
import { Progress } from "../coordinator/progress.js";
import { QueueDirectory } from "../coordinator/queue-directory.js";
import { Register } from "../coordinator/register.js";
import { Renew } from "../coordinator/renew.js";
import { Retry } from "../coordinator/retry.js";
import { SessionHandles } from "../coordinator/session-handle.js";
import { Submit } from "../coordinator/submit.js";
import { JobChanges } from "../coordinator/watch-changes.js";
import { Watches } from "../coordinator/watch.js";
import type { JobRef } from "../core/job.js";
import type { Metrics } from "../core/metrics.js";
import type { AdminOperations, JobOperations } from "../core/operations.js";
import type { Clock, Logger, Nudge, Nudges, ReadyQueue } from "../core/ports.js";
import type { SessionOperations } from "../core/sessions.js";
import type { Store } from "../core/store.js";
import type { SubmissionLimits } from "../core/submission-limits.js";
import type { StoreViews } from "../core/views.js";
import { Dispatcher } from "./dispatcher.js";
import { Loop } from "./loop.js";
import { OrderRunner } from "./order-runner.js";
import { Reconciler } from "./reconciler.js";
import { Rescuer } from "./rescuer.js";
import { Scheduler } from "./scheduler.js";

export interface CoordinationPorts {
  readonly store: Store;
  readonly views: StoreViews;
  readonly readyQueue: ReadyQueue;
  readonly nudges: Nudges;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly sign: (text: string) => Buffer;
  readonly hash: (parts: Iterable<string | Uint8Array>) => Buffer;
  readonly random01: () => number;
}

export interface CoordinationSettings {
  readonly serverId: string;
  readonly heartbeatIntervalMs: number;
  readonly leaseTtlMs: number;
  readonly resumeGraceMs: number;
  readonly maxSessionAgeMs: number;
  readonly reconcileIntervalMs: number;
  readonly rescueIntervalMs: number;
  readonly schedulerIntervalMs: number;
  readonly maxLosses: number;
  readonly submitBacklogJobsMax: number;
  readonly submissionLimits: SubmissionLimits;
  /** Writes of one kind under way at once: 2 over a network, 1 on a single embedded connection. */
  readonly lanes: number;
}

export interface Coordination {
  readonly jobs: JobOperations;
  readonly admin: AdminOperations;
  readonly sessions: SessionOperations;
  queueName(queueId: number): string;
  /** Reads the queues and the database's clock; rejects when the store is away. */
  start(): Promise<void>;
  /** No new assignments; services end, lost streams are left to other replicas. */
  stop(): Promise<void>;
}

const POLL_INTERVAL_MS = 1_000;
const ORDERS_INTERVAL_MS = 2_000;
const DIRECTORY_INTERVAL_MS = 5_000;

export function createCoordination(ports: CoordinationPorts, settings: CoordinationSettings): Coordination {
  const { store, views, readyQueue, nudges, clock, metrics, logger } = ports;
  const { lanes } = settings;
  const monoMs = (): number => clock.monoMs();
  const queues = new QueueDirectory(store);
  const databaseClock = new DatabaseClock(store, clock);
  const sessions = new LiveSessions();
  const changes = new JobChanges();
  const watches = new Watches({ views, changes, metrics, clock });
  const dispatcher = new Dispatcher({
    store,
    readyQueue,
    queues,
    clock,
    logger,
    pollIntervalMs: POLL_INTERVAL_MS,
  });

  const onSettled = (refs: readonly JobRef[]): void => {
    for (const session of sessions.settled(refs, null)) dispatcher.sessionChanged(session);
  };
  const aftermath: Aftermath = new Aftermath({
    store,
    ready: dispatcher,
    logger,
    onScheduled: (dueMs) => scheduler.dueAt(dueMs),
    onChanged: (jobIds) => announceJobs(jobIds),
  });
  /** Watchers here at once; watchers elsewhere by a nudge, which costs something only for small changes. */
  const announceJobs = (jobIds: readonly number[]): void => {
    if (changes.hasWatchers()) changes.changed(jobIds);
  };

  const giveBack = new GiveBack({ store, aftermath, metrics, lossesMax: settings.maxLosses, onSettled });
  const finish = new Finish({ store, aftermath, metrics, lanes, random01: ports.random01 });
  const endSession = new EndSession({
    store,
    sessions,
    giveBack,
    logger,
    onRemoved: (session) => dispatcher.removeSession(session),
  });
  const handles = new SessionHandles({
    store,
    sessions,
    queues,
    finish,
    giveBack,
    endSession,
    renew: new Renew({ store, metrics, leaseTtlMs: settings.leaseTtlMs }),
    progress: new Progress({ store, logger }),
    logger,
    monoMs,
    resumeGraceMs: settings.resumeGraceMs,
    onChanged: (session) => dispatcher.sessionChanged(session),
    onOver: (session) => dispatcher.removeSession(session),
  });
  const rescuer = new Rescuer({
    store,
    sessions,
    endSession,
    giveBack,
    finish,
    logger,
    intervalMs: settings.rescueIntervalMs,
    leaseTtlMs: settings.leaseTtlMs,
    monoMs,
  });
  const register = new Register({
    store,
    sessions,
    queues,
    handles,
    endSession,
    nudges,
    metrics,
    logger,
    serverId: settings.serverId,
    sign: ports.sign,
    monoMs,
    timing: settings,
    onRecount: (ids) => rescuer.recount(ids),
  });
  const assign = new Assign({
    store,
    queues,
    clock: databaseClock,
    metrics,
    logger,
    lanes,
    onStillReady: (jobs) => dispatcher.giveBack(jobs),
    onFailed: (matches, uncertain) => {
      dispatcher.claimFailed(matches);
      if (uncertain) rescuer.recount([...new Set(matches.map((match) => match.session.id))]);
    },
    onCredit: (touched) => {
      for (const session of touched) dispatcher.sessionChanged(session);
    },
  });
  const scheduler = new Scheduler({
    store,
    aftermath: () => aftermath,
    logger,
    intervalMs: settings.schedulerIntervalMs,
    databaseNowMs: () => databaseClock.nowMs(),
  });
  const reconciler = new Reconciler({
    store,
    readyQueue,
    queues,
    metrics,
    logger,
    intervalMs: settings.reconcileIntervalMs,
    isInHand: (jobId) => dispatcher.isInHand(jobId),
    onPut: () => dispatcher.runOnce(),
  });
  const orders = new OrderRunner({
    store,
    sessions,
    nudges,
    logger,
    intervalMs: ORDERS_INTERVAL_MS,
    monoMs,
    onChanged: (session) => dispatcher.sessionChanged(session),
    onReplaced: (session) => handles.handOver(session),
  });
  const directory = new Loop({
    name: "directory",
    intervalMs: DIRECTORY_INTERVAL_MS,
    logger,
    run: async () => {
      await queues.refresh();
      await databaseClock.measure();
    },
  });
  const hear = (nudge: Nudge): void => {
    if (nudge.kind === "queue_changed") {
      directory.nudge();
      dispatcher.runOnce();
    }
    if (nudge.kind === "session_orders") orders.ordered([nudge.sessionId]);
    if (nudge.kind === "jobs_changed") announceJobs(nudge.jobIds);
  };
  const submit = new Submit({
    store,
    queues,
    clock: databaseClock,
    aftermath,
    metrics,
    limits: settings.submissionLimits,
    lanes,
    backlogJobsMax: settings.submitBacklogJobsMax,
    hash: ports.hash,
  });
  const cancel = new Cancel({ store, aftermath, nudges, onOrders: (ids) => orders.ordered(ids) });
  const announce = (nudge: Nudge): void => {
    nudges.send(nudge);
    hear(nudge);
  };
  metrics.collectFrom({
    sessions: () => sessions.countsByState(),
    creditFree: () => dispatcher.creditFree(),
    isReadyQueueUp: () => readyQueue.isUp(),
    queueDepths: async () =>
      Promise.all(queues.all().map(async (queue) => ({ queue, depth: await readyQueue.depth(queue) }))),
  });
  const loops = [scheduler, rescuer, reconciler, orders, directory];
  let stopHearing: () => void = () => undefined;
  return {
    jobs: jobOperations({ views, submit, cancel, retry: new Retry({ store, aftermath }), watches }),
    admin: new Admin({ views, store, readyQueue, announce }),
    sessions: register,
    queueName: (queueId) => queues.byId(queueId)?.name ?? "",
    async start() {
      await queues.refresh();
      await databaseClock.measure();
      stopHearing = nudges.onNudge(hear);
      dispatcher.start(assign);
      for (const loop of loops) loop.start();
    },
    async stop() {
      stopHearing();
      dispatcher.stop();
      handles.stop();
      watches.close();
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}
