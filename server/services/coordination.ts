/**
 * Puts the coordinator's verbs and the services together over ports. Knows no adapter; main.ts brings those, and
 * tests bring their own. Nothing runs before `start`.
 */
import { Admin } from "../coordinator/admin.js";
import { deadLetterOperations } from "../coordinator/dead-letters.js";
import { redriveOperations } from "../coordinator/redrive.js";
import { DatabaseClock } from "../coordinator/database-clock.js";
import { Diagnose } from "../coordinator/diagnose.js";
import { Explain } from "../coordinator/explain.js";
import { jobOperations } from "../coordinator/job-operations.js";
import { LiveSessions } from "../coordinator/live-sessions.js";
import { QueueDirectory } from "../coordinator/queue-directory.js";
import {
  createVerbs,
  type Hooks,
  type VerbParts,
  type Verbs,
  type VerbSettings,
} from "../coordinator/verbs.js";
import { JobChanges } from "../coordinator/watch-changes.js";
import { Watches } from "../coordinator/watch.js";
import type { DeadLetterOperations } from "../core/dead-letters.js";
import type { QueueCheckup, StoreCheckup } from "../core/checkup.js";
import type { AdminOperations, JobOperations } from "../core/operations.js";
import type { Nudge, ReadyQueue } from "../core/ports.js";
import type { RetentionPolicy, RetentionStore } from "../core/retention.js";
import type { ScheduleOperations } from "../core/schedule-operations.js";
import type { RedriveOperations } from "../core/redrive.js";
import type { SessionOperations } from "../core/sessions.js";
import type { StoreViews } from "../core/views.js";
import { createDispatch, dispatchHooks } from "./dispatch.js";
import type { Dispatcher } from "./dispatcher.js";
import type { LimitGate } from "./limit-gate.js";
import { DeadlineRunner } from "./deadline-runner.js";
import { Loop } from "./loop.js";
import { OrderRunner } from "./order-runner.js";
import { Pruner } from "./pruner.js";
import { Reconciler } from "./reconciler.js";
import { Redriver } from "./redriver.js";
import { Rescuer } from "./rescuer.js";
import { Scheduler } from "./scheduler.js";
import { createScheduling, type SchedulingPorts } from "./scheduling.js";

export interface CoordinationPorts
  extends Omit<VerbParts, "sessions" | "queues" | "databaseClock">, SchedulingPorts {
  readonly views: StoreViews;
  readonly readyQueue: ReadyQueue;
  readonly retentionStore: RetentionStore;
  readonly storeCheckup: StoreCheckup;
  /** Null in embedded mode. */
  readonly queueCheckup: QueueCheckup | null;
}

export interface CoordinationSettings extends VerbSettings {
  readonly reconcileIntervalMs: number;
  readonly rescueIntervalMs: number;
  readonly schedulerIntervalMs: number;
  readonly retention: RetentionPolicy;
  /** Null: nothing is ever pruned. */
  readonly pruneIntervalMs: number | null;
  readonly ageingLowMs: number;
  readonly ageingMediumMs: number;
  readonly postgresPoolMax: number;
}

export interface Coordination {
  readonly jobs: JobOperations;
  readonly admin: AdminOperations;
  readonly schedules: ScheduleOperations;
  readonly deadLetters: DeadLetterOperations & RedriveOperations;
  readonly sessions: SessionOperations;
  queueName(queueId: number): string;
  /** Reads the queues and the database's clock; rejects when the store is away. */
  start(): Promise<void>;
  /** No new assignments; the services end. Sessions that are still there are left to other replicas. */
  stop(): Promise<void>;
}

const POLL_INTERVAL_MS = 1_000;
const ORDERS_INTERVAL_MS = 2_000;
const DIRECTORY_INTERVAL_MS = 5_000;
/** For the redrives of replicas that died; one that goes on says itself when. */
const REDRIVE_INTERVAL_MS = 2_000;
const FORGET_INTERVAL_MS = 60_000;
const FORGET_MAX = 5_000;

export function createCoordination(ports: CoordinationPorts, settings: CoordinationSettings): Coordination {
  const { store, views, nudges, clock, metrics } = ports;
  const queues = new QueueDirectory(store);
  const databaseClock = new DatabaseClock(store, clock);
  const sessions = new LiveSessions();
  const changes = new JobChanges();
  const watches = new Watches({ views, changes, metrics, clock });
  const dispatch = createDispatch({ ...ports, queues }, POLL_INTERVAL_MS);
  const { dispatcher, gate, rooms } = dispatch;
  const hooks: Hooks = {
    ...dispatchHooks(dispatch),
    dueAt: (dueMs) => services.scheduler.dueAt(dueMs),
    recount: (ids) => services.rescuer.recount(ids),
    leasesHeldUp: () => services.rescuer.leasesHeldUp(),
    ordered: (ids) => services.orders.ordered(ids),
    changed: (jobIds) => {
      if (changes.hasWatchers()) changes.changed(jobIds);
    },
  };
  const parts = { ...ports, sessions, queues, databaseClock };
  const verbs = createVerbs(parts, settings, hooks);
  const scheduling = createScheduling({ ...parts, ...verbs }, settings.submissionLimits);
  const services = {
    ...createServices({ ...parts, dispatcher, gate }, settings, verbs),
    schedules: scheduling.runner,
  };
  const hear = (nudge: Nudge): void => {
    if (nudge.kind === "queue_changed") services.directory.nudge();
    if (nudge.kind === "places_freed") rooms.freedElsewhere(queues.byKey(nudge.queue)?.id ?? 0);
    if (nudge.kind === "session_orders") services.orders.ordered([nudge.sessionId]);
    if (nudge.kind === "jobs_changed") hooks.changed(nudge.jobIds);
  };
  const announce = (nudge: Nudge): void => {
    nudges.send(nudge);
    hear(nudge);
  };
  const onLimits = async (queueId: number): Promise<void> => {
    await queues.refresh();
    await gate.recheck(queueId);
  };
  showGauges({ ...parts, dispatcher, gate });
  let stopHearing: () => void = () => undefined;
  return {
    jobs: jobOperations({ views, watches, explain: new Explain({ ...ports, ...settings }), ...verbs }),
    admin: new Admin({ ...ports, announce, onLimits, doctor: new Diagnose({ ...ports, ...settings }) }),
    schedules: scheduling.operations,
    deadLetters: {
      ...deadLetterOperations({ store, views, aftermath: verbs.aftermath }),
      ...redriveOperations({ store, views, onStarted: () => services.redriver.started() }),
    },
    sessions: verbs.register,
    queueName: (queueId) => queues.byId(queueId)?.name ?? "",
    async start() {
      await queues.refresh();
      await databaseClock.measure();
      stopHearing = nudges.onNudge(hear);
      dispatcher.start(verbs.assign);
      rooms.start((queueId) => dispatcher.hasRoom(queueId));
      for (const service of Object.values(services)) service.start();
    },
    async stop() {
      stopHearing();
      dispatcher.stop();
      rooms.stop();
      verbs.grace.stop();
      watches.close();
      await Promise.all(Object.values(services).map((service) => service.stop()));
    },
  };
}

function createPruner(parts: CoordinationPorts, settings: CoordinationSettings): Pruner {
  return new Pruner({
    ...parts,
    serverId: settings.serverId,
    policy: settings.retention,
    intervalMs: settings.pruneIntervalMs,
    monoMs: () => parts.clock.monoMs(),
  });
}

function showGauges({ metrics, sessions, dispatcher, readyQueue, store, queues }: ServiceParts): void {
  metrics.collectFrom({
    sessions: () => sessions.countsByState(),
    creditFree: () => dispatcher.creditFree(),
    isReadyQueueUp: () => readyQueue.isUp(),
    isStoreUp: () => store.isUp(),
    queueDepths: async () =>
      Promise.all(queues.all().map(async (queue) => ({ queue, depth: await readyQueue.depth(queue) }))),
  });
}

type ServiceParts = CoordinationPorts &
  VerbParts & { readonly dispatcher: Dispatcher; readonly gate: LimitGate };

function createServices(parts: ServiceParts, settings: CoordinationSettings, verbs: Verbs) {
  const { logger, queues, databaseClock, dispatcher, gate } = parts;
  const monoMs = (): number => parts.clock.monoMs();
  return {
    scheduler: new Scheduler({
      ...parts,
      aftermath: verbs.aftermath,
      intervalMs: settings.schedulerIntervalMs,
      databaseNowMs: () => databaseClock.nowMs(),
    }),
    rescuer: new Rescuer({
      ...parts,
      ...verbs,
      intervalMs: settings.rescueIntervalMs,
      leaseTtlMs: settings.leaseTtlMs,
      monoMs,
      onCounted: (session) => dispatcher.sessionChanged(session),
    }),
    deadlines: new DeadlineRunner({
      deadlines: verbs.deadlines,
      logger,
      intervalMs: settings.rescueIntervalMs,
      quietMs: settings.resumeGraceMs,
      monoMs,
    }),
    reconciler: new Reconciler({
      ...parts,
      intervalMs: settings.reconcileIntervalMs,
      isInHand: (jobId) => dispatcher.isInHand(jobId),
      turnsAfter: (queueId, afterKey) => gate.turnsAfter(queueId, afterKey),
      onPut: () => dispatcher.runOnce(),
    }),
    orders: new OrderRunner({
      ...parts,
      intervalMs: ORDERS_INTERVAL_MS,
      monoMs,
      onChanged: (session) => dispatcher.sessionChanged(session),
      onReplaced: (session) => verbs.handles.handOver(session),
    }),
    pruner: createPruner(parts, settings),
    redriver: new Redriver({ ...parts, aftermath: verbs.aftermath, intervalMs: REDRIVE_INTERVAL_MS }),
    /** What limits left behind that nothing uses. */
    limits: new Loop({
      name: "limits",
      intervalMs: FORGET_INTERVAL_MS,
      logger,
      run: async () => void (await parts.limitStore.forgetUnused(FORGET_MAX)),
    }),
    /** Queues that other replicas created, paused or resumed, and the database's clock. */
    directory: new Loop({
      name: "directory",
      intervalMs: DIRECTORY_INTERVAL_MS,
      logger,
      run: async () => {
        await queues.refresh();
        await databaseClock.measure();
        dispatcher.runOnce();
      },
    }),
  };
}
