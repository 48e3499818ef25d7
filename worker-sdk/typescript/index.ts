/**
 * The TypeScript SDK of Muster: a `Worker` that runs handlers, a `Client` that submits and follows jobs. This
 * file is the whole public surface; everything else may change without notice.
 */
export { Client, type ClientOptions, type GraphInput, type ListFilter } from "./client/client.js";
export type {
  CancelFilter,
  CancelledMatching,
  CancelMatchingOptions,
  CancelOptions,
} from "./client/cancel-jobs.js";
export { MusterClientError } from "./client/client-error.js";
export type {
  BlockerDetail,
  BlockerView,
  ChainStepView,
  ExplanationView,
  WaitEstimateView,
} from "./client/explanation-view.js";
export {
  isRedriveOver,
  type DeadLetterFilter,
  type DeadLetterGroup,
  type DeadLetterView,
  type RedriveState,
  type RedriveView,
} from "./client/dead-letter-view.js";
export type { DeadLetters, RedriveInput, Retried } from "./client/dead-letters.js";
export type { DiagnosisView, FindingView, Severity } from "./client/diagnosis-view.js";
export type { BackoffInput, ErrorRuleInput, GraphOrder, JobInput } from "./client/job-input.js";
export {
  JOB_STATES,
  isTerminal,
  type ExecutionView,
  type GraphView,
  type JobErrorView,
  type JobState,
  type JobView,
  type LimitHoldView,
  type SubmittedJob,
} from "./client/job-view.js";
export type {
  FireView,
  MissedRuns,
  ScheduledJob,
  ScheduleInput,
  ScheduleView,
} from "./client/schedule-view.js";
export type { QueueLimits } from "./client/queue-limits.js";
export { WORKER_STATES, type QueueView, type WorkerState, type WorkerView } from "./client/worker-view.js";
export type { Credentials, TlsCredentials } from "./credentials.js";
export { Payload, payload } from "./payload.js";
export type { DrainMode } from "./transport/messages.js";
export type { TransportKind } from "./transport/transport.js";
export type { FieldViolation } from "./status-details.js";
export {
  JobAbortedError,
  NonRetryableError,
  ReleaseError,
  RetryAfterError,
  type AbortKind,
} from "./worker/handler-errors.js";
export type { Handler, JobContext, ParentResult } from "./worker/job-context.js";
export { Worker, type DrainOptions } from "./worker/worker.js";
export type { Registered, Settled, WorkerEvents, WorkerPhase } from "./worker/worker-events.js";
export type { Logger, SubscriptionOptions, WorkerOptions } from "./worker/worker-options.js";
