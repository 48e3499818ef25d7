/**
 * What the server counts and times, named by meaning. The coordinator, the services and the adapters report
 * through this port; telemetry implements it, and docs/metrics.md says how each figure appears to the outside.
 * Reporting never throws and never waits. A job id is no argument of any of these: it would be a label.
 */
import type { ErrorCode, GrpcStatus } from "./errors.js";
import type { Disposition, Outcome } from "./job.js";
import type { LimitKind } from "./limits.js";
import type { QueueKey, ReadyDepth } from "./ports.js";
import type { PrunedKind } from "./retention.js";
import type { FireOutcome } from "./schedule.js";

/** The kinds of write that are grouped into batches. */
export const LANES = ["submit", "claim", "finish", "heartbeat"] as const;
export type Lane = (typeof LANES)[number];

/** Why a running job was taken from its session. */
export const RESCUE_REASONS = [
  "lease_expired",
  "stream_lost",
  "session_replaced",
  "timed_out",
  "undelivered",
  "cancel_ignored",
] as const;
export type RescueReason = (typeof RESCUE_REASONS)[number];

/** Which clock ran out. */
export const TIMEOUTS = ["start_timeout", "execution_timeout", "progress_timeout", "graph_timeout"] as const;
export type Timeout = (typeof TIMEOUTS)[number];

/** Sessions of this replica, as the gauge tells them apart. */
export const SESSION_GAUGE_STATES = ["active", "draining", "detached"] as const;
export type SessionGaugeState = (typeof SESSION_GAUGE_STATES)[number];

/** Figures that are asked for when somebody looks, instead of being kept up to date. A rejection leaves a gap. */
export interface GaugeSources {
  queueDepths(): Promise<readonly { readonly queue: QueueKey; readonly depth: ReadyDepth }[]>;
  sessions(): Readonly<Record<SessionGaugeState, number>>;
  /** Jobs that the sessions of this replica could still take. */
  creditFree(): number;
  isStoreUp(): boolean;
  isReadyQueueUp(): boolean;
}

export interface Metrics {
  /** `seconds` from Hello to the commit, or to giving up. */
  registered(outcome: "new" | "resumed" | "failed", seconds: number): void;
  /** Must never be called: it means that a session or job was used before its row was committed. */
  foreignKeyViolated(): void;
  /** A whole transaction is run again because of this SQLSTATE; its class (first two characters) is the label. */
  transactionRetried(sqlstate: string): void;
  deadlocked(): void;

  submitted(jobs: number): void;
  submissionRejected(code: ErrorCode): void;
  /** Jobs claimed for a session of this replica and committed. */
  assigned(queue: QueueKey, jobs: number): void;
  /** Once a job, when it is handed to its stream; `seconds` since it became ready. */
  pushed(seconds: number): void;
  resultsDecided(disposition: Disposition, outcome: Outcome["kind"], count: number): void;
  /** One finishing transaction that touched dependents: how many it settled, and how long it took. */
  cascaded(dependents: number, seconds: number): void;
  rescued(reason: RescueReason, jobs: number): void;
  /** An execution timeout that a worker enforced counts as well; a graph's counts its jobs that had not ended. */
  timedOut(timeout: Timeout, jobs: number): void;
  /** One write of a batch: what went in together, and the time from begin to commit. */
  flushed(lane: Lane, items: number, seconds: number): void;

  /** What came of one fire time of a schedule, and how late it was decided. */
  scheduleFired(outcome: FireOutcome, lateSeconds: number): void;
  /** Fire times that are not made up for. */
  schedulesPassedOver(fires: number): void;

  /** Rows that retention deleted. */
  pruned(kind: PrunedKind, rows: number): void;

  /** Hints that were taken and claimed nothing: `returned` still ready and put back, `stale` already settled. */
  hintsMissed(counts: { readonly returned: number; readonly stale: number }): void;
  /** Jobs that were offered to a claim and held back by this limit: the work that limits waste. */
  heldAtClaim(limit: LimitKind, jobs: number): void;
  /** Postgres was asked what limits allow: `turns` of keys, or the `room` of a queue. */
  limitsRead(what: "turns" | "room"): void;
  /** Ready jobs without a hint, found and put back by the reconciler. */
  driftRepaired(hints: number): void;

  /** `method` as `Service/Method`, one of the contract; `seconds` null for a stream, whose length says nothing. */
  rpcEnded(method: string, status: GrpcStatus | "OK" | "CANCELLED" | "UNKNOWN", seconds: number | null): void;
  /** `kind` is the name of the frame's oneof member. */
  frameReceived(kind: string): void;
  frameSent(kind: string): void;
  slowConsumerCut(): void;
  /** Changes that a watcher did not get one by one because newer ones overtook them. */
  noticesDropped(notices: number): void;

  /** Adds or replaces sources; each owner of a figure gives its own. */
  collectFrom(sources: Partial<GaugeSources>): void;
}

const ignore = (): void => undefined;

/** Counts nothing. For tools and tests that do not look. */
export const NO_METRICS: Metrics = {
  registered: ignore,
  foreignKeyViolated: ignore,
  transactionRetried: ignore,
  deadlocked: ignore,
  submitted: ignore,
  submissionRejected: ignore,
  assigned: ignore,
  pushed: ignore,
  resultsDecided: ignore,
  cascaded: ignore,
  rescued: ignore,
  timedOut: ignore,
  flushed: ignore,
  scheduleFired: ignore,
  schedulesPassedOver: ignore,
  pruned: ignore,
  hintsMissed: ignore,
  heldAtClaim: ignore,
  limitsRead: ignore,
  driftRepaired: ignore,
  rpcEnded: ignore,
  frameReceived: ignore,
  frameSent: ignore,
  slowConsumerCut: ignore,
  noticesDropped: ignore,
  collectFrom: ignore,
};
