/**
 * What the coordinator needs from the outside, named by role. Adapters (store, queue, rpc, telemetry) implement
 * these and never see each other; `main.ts` wires them. Anything that can be away throws a MusterError with
 * code STORE_DOWN, or for the ready queue rejects with ReadyQueueDown: callers decide, adapters do not hide it.
 */
import type { Level } from "./priority.js";

/** Routing key of jobs: a queue inside a namespace. */
export interface QueueKey {
  readonly namespace: string;
  readonly name: string;
}

/** `namespace/name`, the form used as a map key and on the wake-up channel. */
export function queueKeyText(key: QueueKey): string {
  return `${key.namespace}/${key.name}`;
}

/** A hint that a job may be claimed. Losing, doubling or reordering hints must be harmless: Postgres decides. */
export interface ReadyHint {
  /** Internal job id. */
  readonly jobId: number;
  /** The handler's name, so that a job is only offered to a session that takes its type. */
  readonly type: string;
  /** From the effective priority. */
  readonly level: Level;
  /**
   * The order within a level, kept across retries: when the job first became ready, microseconds since 1970, and its
   * slack.
   */
  readonly readyUs: number;
}

/** Thrown when the ready queue cannot be reached or did not answer in time. A timed-out take may have taken. */
export class ReadyQueueDown extends Error {
  override readonly name = "ReadyQueueDown";
}

export interface ReadyDepth {
  readonly high: number;
  readonly medium: number;
  readonly low: number;
}

export interface TakeOptions {
  /** Most hints to take, 1..1000. */
  readonly max: number;
  /** Job types that a local session with credit accepts; null for every type. Others stay where they are. */
  readonly types: readonly string[] | null;
  /** With types: where the last take of the same types stopped, to go on from there. Absent: from the start. */
  readonly after?: string | null;
}

/** What a take found, and how far it looked. */
export interface Taken {
  readonly hints: readonly ReadyHint[];
  /**
   * With types: where the next take of the same types goes on. Null: the end was reached, so that fewer hints than
   * asked for mean that there are no more.
   */
  readonly stoppedAt: string | null;
}

/** Ready hints by queue and level. Redis in production, memory in embedded mode; one contract suite for both. */
export interface ReadyQueue {
  /**
   * Adds hints; a job that already waits at another level is moved, so doing it twice changes nothing. Wakes the
   * replicas whose last take came back short.
   * @returns whether there were any, so that the next hints had better come at once
   */
  put(queue: QueueKey, hints: readonly ReadyHint[]): Promise<boolean>;
  /**
   * Takes hints in order: high before medium before low, by `readyUs` within a level, after moving up what has
   * waited past the ageing times. Never blocks. Looks at so many hints of other types and then stops; what is most
   * urgent is looked at whatever `after` says, so going on loses no order that matters.
   */
  take(queue: QueueKey, options: TakeOptions): Promise<Taken>;
  /** Removes hints of jobs that ended while waiting; unknown ids are ignored. */
  discard(queue: QueueKey, jobs: readonly { readonly jobId: number; readonly type: string }[]): Promise<void>;
  depth(queue: QueueKey): Promise<ReadyDepth>;
  /** Ids among `jobs` that have no hint at any level. For the reconciler. */
  missing(queue: QueueKey, jobs: readonly ReadyHint[]): Promise<ReadyHint[]>;
  /** True when the data behind the queue is new or was lost since the last call: everything ready must be put again. */
  checkLost(): Promise<boolean>;
  /** Calls back when another replica put hints into a queue of which a take had come back short. Returns the way to stop. */
  onWake(listener: (queue: QueueKey) => void): () => void;
  /** Calls back when the queue becomes reachable or unreachable. */
  onUpDown(listener: (isUp: boolean) => void): () => void;
  isUp(): boolean;
  close(): Promise<void>;
}

/**
 * A nudge to other replicas: something changed in Postgres that you may want to look at now rather than at your
 * next poll. Nudges may be lost; every receiver has a slow poll behind it.
 */
export type Nudge =
  | { readonly kind: "session_orders"; readonly sessionId: number }
  /** The session goes on, or another took its place, under this epoch: whoever has it with a lower one is behind. */
  | { readonly kind: "session_replaced"; readonly sessionId: number; readonly epoch: number }
  | { readonly kind: "queue_changed"; readonly queue: QueueKey }
  | { readonly kind: "places_freed"; readonly queue: QueueKey }
  | { readonly kind: "jobs_changed"; readonly jobIds: readonly number[] };

export interface Nudges {
  /** Fire and forget. */
  send(nudge: Nudge): void;
  onNudge(listener: (nudge: Nudge) => void): () => void;
}

/** Wall clock for display and ids, monotonic clock for durations. Never mixed. */
export interface Clock {
  nowMs(): number;
  monoMs(): number;
}

/**
 * One line for each fact. `event` is a stable name such as `session.registered`; what varies goes into `fields`
 * (jobId attempt workerId sessionId queue, an error under `error`). Payloads and whole tokens are never fields.
 * Info tells the state of the service, debug tells of single jobs. Core itself logs nothing.
 */
export interface Logger {
  debug(fields: LogFields, event: string): void;
  info(fields: LogFields, event: string): void;
  warn(fields: LogFields, event: string): void;
  error(fields: LogFields, event: string): void;
}

export type LogFields = Readonly<Record<string, unknown>>;

const drop = (): void => undefined;

/** Says nothing. For tools and tests that do not listen. */
export const NO_LOG: Logger = { debug: drop, info: drop, warn: drop, error: drop };
