/** Sessions, streams and jobs for tests of the coordinator and the services: in memory, with everything recorded. */
import type { Assignment, JobRef } from "../../../server/core/job.js";
import type { SessionStream } from "../../../server/core/sessions.js";
import type { ChangedJob } from "../../../server/core/settlement.js";
import { LiveSession, type Held } from "../../../server/coordinator/live-session.js";

/** A worker's stream that writes down what it is told. */
export class RecordedStream implements SessionStream {
  readonly peer = "127.0.0.1:1";
  readonly assigned: Assignment[] = [];
  readonly revoked: number[] = [];
  readonly cancelled: number[] = [];
  readonly drains: unknown[] = [];
  readonly ends: string[] = [];
  writable = true;
  onAssign: (assignments: readonly Assignment[]) => void = () => undefined;
  readonly #listeners: (() => void)[] = [];

  isWritable(): boolean {
    return this.writable;
  }

  /** What a test says was never written. */
  notSent: JobRef[] = [];

  unsent(): readonly JobRef[] {
    return this.notSent;
  }

  onWritable(listener: () => void): void {
    this.#listeners.push(listener);
  }

  becomeWritable(): void {
    this.writable = true;
    for (const listener of this.#listeners) listener();
  }

  assign(assignments: readonly Assignment[]): void {
    this.assigned.push(...assignments);
    this.onAssign(assignments);
  }

  cancel(orders: Parameters<SessionStream["cancel"]>[0]): void {
    this.cancelled.push(...orders.map((order) => order.ref.jobId));
  }

  revoke(orders: Parameters<SessionStream["revoke"]>[0]): void {
    this.revoked.push(...orders.map((order) => order.ref.jobId));
  }

  drain(order: unknown): void {
    this.drains.push(order);
  }

  end(error: { readonly code: string }): void {
    this.ends.push(error.code);
  }

  get assignedIds(): number[] {
    return this.assigned.map(({ jobId }) => jobId);
  }
}

export interface SessionOptions {
  readonly id?: number;
  readonly maxInFlight?: number;
  readonly maxInFlightBytes?: number;
  readonly queues?: readonly {
    readonly queueId: number;
    readonly types?: readonly string[];
    readonly max?: number;
  }[];
}

export function subscriptionsOf(queues: NonNullable<SessionOptions["queues"]>) {
  return queues.map(({ queueId, types, max }) => ({
    queueId,
    types: types === undefined ? null : new Set(types),
    maxInFlight: max ?? 0,
    inFlight: 0,
  }));
}

let sessions = 0;

export function liveSession(options: SessionOptions = {}): { session: LiveSession; stream: RecordedStream } {
  const stream = new RecordedStream();
  const id = options.id ?? ++sessions;
  const session = new LiveSession({
    id,
    epoch: 1,
    namespace: "default",
    workerId: `worker-${id}`,
    instanceId: `worker-${id}-1`,
    stream,
    maxInFlight: options.maxInFlight ?? 10,
    maxInFlightBytes: options.maxInFlightBytes ?? 0,
    subscriptions: subscriptionsOf(options.queues ?? [{ queueId: 1 }]),
  });
  session.state = "active";
  return { session, stream };
}

export function held(jobId: number, over: Partial<Held> = {}): Held {
  return {
    jobId,
    publicId: `public-${jobId}`,
    leaseEpoch: 1,
    attempt: 1,
    queueId: 1,
    bytes: 0,
    dependents: 0,
    ...over,
  };
}

export function readyJob(id: number, over: Partial<ChangedJob> = {}): ChangedJob {
  return {
    id,
    createdMs: 1_700_000_000_000,
    queueId: 1,
    graphId: null,
    state: "ready",
    type: "t",
    effectivePriority: 3,
    readyUs: Date.now() * 1_000 + id,
    runAtMs: null,
    ...over,
  };
}

export function assignment(jobId: number, sessionId: number, over: Partial<Assignment> = {}): Assignment {
  return {
    jobId,
    publicId: `public-${jobId}`,
    sessionId,
    leaseEpoch: 1,
    attempt: 1,
    maxAttempts: 3,
    queueId: 1,
    type: "t",
    payload: null,
    headers: null,
    executionTimeoutMs: null,
    startTimeoutMs: null,
    progressTimeoutMs: null,
    readyAtMs: 0,
    slackMs: 0,
    graphPublicId: null,
    effectivePriority: 3,
    checkpoint: null,
    parents: [],
    parentsTruncated: false,
    dependents: 0,
    ...over,
  };
}
