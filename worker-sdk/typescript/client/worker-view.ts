/**
 * Workers and queues as the client hands them out to operators. Pure reading of the contract's messages.
 */
import type { Queue__Output } from "../../../proto/gen/muster/admin/v1/Queue.js";
import type { Worker__Output } from "../../../proto/gen/muster/admin/v1/Worker.js";
import { fromTimestamp } from "../times.js";
import { fromWireQueueLimits, type QueueLimits } from "./queue-limits.js";

export const WORKER_STATES = ["online", "suspect", "draining", "lost", "offline"] as const;
export type WorkerState = (typeof WORKER_STATES)[number];

export interface WorkerView {
  readonly namespace: string;
  readonly id: string;
  readonly name: string;
  readonly state: WorkerState | "unknown";
  readonly sessionId: string;
  readonly sessionEpoch: number;
  /** The replica that holds its stream. */
  readonly serverId: string;
  readonly instanceId: string;
  readonly subscriptions: readonly {
    readonly queue: string;
    readonly jobTypes: readonly string[];
    readonly maxInFlight: number;
  }[];
  readonly maxInFlight: number;
  readonly inFlight: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly sdk: string;
  readonly buildId: string;
  readonly registeredAt: Date | undefined;
  readonly lastHeartbeatAt: Date | undefined;
  readonly leaseExpiresAt: Date | undefined;
  /** Of one core. */
  readonly cpuFraction: number;
  readonly rssBytes: number;
  /** How late the thread that runs the handlers is, ms. */
  readonly loopLagMs: number;
  readonly endReason: string;
}

export interface QueueView {
  readonly namespace: string;
  readonly name: string;
  readonly paused: boolean;
  readonly ready: { readonly high: number; readonly medium: number; readonly low: number };
  readonly scheduled: number;
  readonly blocked: number;
  readonly running: number;
  /** Connected sessions that subscribe to it. */
  readonly workers: number;
  readonly oldestReadyAt: Date | undefined;
  readonly limits: QueueLimits | undefined;
}

export function toWireWorkerState(state: WorkerState): `WORKER_STATE_${Uppercase<WorkerState>}` {
  return `WORKER_STATE_${state.toUpperCase() as Uppercase<WorkerState>}`;
}

export function fromWireWorkerState(wire: string | number | undefined): WorkerView["state"] {
  const word = String(wire ?? "")
    .replace("WORKER_STATE_", "")
    .toLowerCase();
  return WORKER_STATES.find((state) => state === word) ?? "unknown";
}

export function toWorkerView(worker: Worker__Output): WorkerView {
  return {
    namespace: worker.namespace ?? "",
    id: worker.workerId ?? "",
    name: worker.workerName ?? "",
    state: fromWireWorkerState(worker.state),
    sessionId: worker.sessionId ?? "",
    sessionEpoch: worker.sessionEpoch ?? 0,
    serverId: worker.serverId ?? "",
    instanceId: worker.instanceId ?? "",
    subscriptions: (worker.subscriptions ?? []).map((each) => ({
      queue: each.queue ?? "",
      jobTypes: each.jobTypes ?? [],
      maxInFlight: each.maxInFlight ?? 0,
    })),
    maxInFlight: worker.maxInFlight ?? 0,
    inFlight: worker.inFlight ?? 0,
    labels: worker.labels ?? {},
    sdk: worker.sdk ?? "",
    buildId: worker.buildId ?? "",
    registeredAt: fromTimestamp(worker.registeredAt),
    lastHeartbeatAt: fromTimestamp(worker.lastHeartbeatAt),
    leaseExpiresAt: fromTimestamp(worker.leaseExpiresAt),
    cpuFraction: worker.cpuFraction ?? 0,
    rssBytes: worker.rssBytes ?? 0,
    loopLagMs: worker.loopLagMs ?? 0,
    endReason: worker.endReason ?? "",
  };
}

export function toQueueView(queue: Queue__Output): QueueView {
  return {
    namespace: queue.namespace ?? "",
    name: queue.name ?? "",
    paused: queue.paused ?? false,
    ready: { high: queue.readyHigh ?? 0, medium: queue.readyMedium ?? 0, low: queue.readyLow ?? 0 },
    scheduled: queue.scheduled ?? 0,
    blocked: queue.blocked ?? 0,
    running: queue.running ?? 0,
    workers: queue.workers ?? 0,
    oldestReadyAt: fromTimestamp(queue.oldestReadyAt),
    limits: fromWireQueueLimits(queue.limits),
  };
}
