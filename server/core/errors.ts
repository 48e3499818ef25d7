/**
 * Every error that Muster answers with: one class, one table. A code is stable, has one gRPC status, and says
 * whether trying again helps. docs/errors.md holds the same table; a test compares the two.
 * Expected outcomes ("nothing ready", "lease lost") are values, not errors.
 */

export type GrpcStatus =
  | "INVALID_ARGUMENT"
  | "DEADLINE_EXCEEDED"
  | "NOT_FOUND"
  | "ALREADY_EXISTS"
  | "PERMISSION_DENIED"
  | "RESOURCE_EXHAUSTED"
  | "FAILED_PRECONDITION"
  | "ABORTED"
  | "UNIMPLEMENTED"
  | "INTERNAL"
  | "UNAVAILABLE"
  | "UNAUTHENTICATED";

export interface ErrorRow {
  readonly status: GrpcStatus;
  /** What a caller should do: "no", or how to try again. */
  readonly retry: string;
  readonly when: string;
}

export const ERRORS = {
  INVALID_REQUEST: { status: "INVALID_ARGUMENT", retry: "no", when: "a field is bad whatever the state" },
  INVALID_JOB: {
    status: "INVALID_ARGUMENT",
    retry: "no",
    when: "a field of a submitted job is bad whatever the state",
  },
  CYCLE: {
    status: "INVALID_ARGUMENT",
    retry: "no",
    when: "the submitted jobs depend on each other in a circle",
  },
  HELLO_INVALID: {
    status: "INVALID_ARGUMENT",
    retry: "no",
    when: "the first frame is not a Hello, or a field of it is bad",
  },
  FRAME_INVALID: { status: "INVALID_ARGUMENT", retry: "no", when: "a later frame breaks the protocol" },
  HELLO_TIMEOUT: {
    status: "DEADLINE_EXCEEDED",
    retry: "at once, with a Hello",
    when: "no Hello came in time",
  },
  CALL_TIMEOUT: {
    status: "DEADLINE_EXCEEDED",
    retry: "with the same idempotency key",
    when: "the server gave up on a call after its own time limit; a write may still happen",
  },
  JOB_NOT_FOUND: { status: "NOT_FOUND", retry: "no", when: "no such job in this namespace" },
  GRAPH_NOT_FOUND: { status: "NOT_FOUND", retry: "no", when: "no such graph in this namespace" },
  WORKER_NOT_FOUND: { status: "NOT_FOUND", retry: "no", when: "no such worker in this namespace" },
  QUEUE_NOT_FOUND: { status: "NOT_FOUND", retry: "no", when: "no such queue in this namespace" },
  SCHEDULE_NOT_FOUND: { status: "NOT_FOUND", retry: "no", when: "no such schedule in this namespace" },
  SCHEDULE_CONFLICT: {
    status: "ALREADY_EXISTS",
    retry: "no",
    when: "the name belongs to a schedule with another spec",
  },
  REDRIVE_NOT_FOUND: { status: "NOT_FOUND", retry: "no", when: "no such redrive in this namespace" },
  JOB_CONFLICT: {
    status: "ALREADY_EXISTS",
    retry: "no",
    when: "the idempotency key was used for another job",
  },
  PARENT_MISSING: {
    status: "FAILED_PRECONDITION",
    retry: "no",
    when: "a job in depends_on does not exist in this namespace",
  },
  ILLEGAL_TRANSITION: {
    status: "FAILED_PRECONDITION",
    retry: "no",
    when: "right call, wrong state: for example retrying a job that is running",
  },
  PROTOCOL_UNSUPPORTED: {
    status: "FAILED_PRECONDITION",
    retry: "no",
    when: "the worker and the server share no protocol version",
  },
  SESSION_REPLACED: {
    status: "ABORTED",
    retry: "no",
    when: "a newer process registered under the same worker id",
  },
  SESSION_EXPIRED: {
    status: "ABORTED",
    retry: "with a new Hello, without resume",
    when: "the session's lease ran out and its jobs went to others",
  },
  PAYLOAD_TOO_LARGE: {
    status: "RESOURCE_EXHAUSTED",
    retry: "no",
    when: "a payload, batch or frame is over its limit",
  },
  SESSION_LIMIT: {
    status: "RESOURCE_EXHAUSTED",
    retry: "after the delay in RetryInfo",
    when: "too many sessions on this replica",
  },
  OVERLOADED: {
    status: "RESOURCE_EXHAUSTED",
    retry: "after the delay in RetryInfo",
    when: "too many submissions wait to be written",
  },
  SLOW_CONSUMER: {
    status: "UNAVAILABLE",
    retry: "with resume",
    when: "the worker did not read its stream in time",
  },
  STORE_DOWN: {
    status: "UNAVAILABLE",
    retry: "with backoff and jitter",
    when: "Postgres cannot be reached; nothing was written",
  },
  OUTCOME_UNKNOWN: {
    status: "UNAVAILABLE",
    retry: "with the same idempotency key",
    when: "Postgres was lost while a commit was under way; it may have been written",
  },
  DRAINING: {
    status: "UNAVAILABLE",
    retry: "at once on another replica, then with backoff and jitter",
    when: "this replica is stopping; nothing was looked at",
  },
  BUG: {
    status: "INTERNAL",
    retry: "no",
    when: "a broken invariant; the log has the details under the id in the message",
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

export interface FieldViolation {
  /** e.g. `jobs[3].priority`. */
  readonly field: string;
  readonly expected: string;
  readonly got: string;
}

export interface ErrorDetails {
  readonly violations?: readonly FieldViolation[];
  readonly retryDelayMs?: number;
  /** Goes to ErrorInfo.metadata. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

export class MusterError extends Error {
  override readonly name = "MusterError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.details = details;
  }

  get status(): GrpcStatus {
    return ERRORS[this.code].status;
  }
}

/** A dependency is away, and whoever tries again later may succeed. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof MusterError && error.status === "UNAVAILABLE";
}

/** Most bad fields that one error names. */
export const VIOLATIONS_MAX = 50;

/**
 * One error for a list of bad fields; the message names the first, the details name all (up to 50).
 * @param total how many there are, when the list holds only the first of them
 */
export function invalid(
  code:
    | "INVALID_REQUEST"
    | "INVALID_JOB"
    | "CYCLE"
    | "HELLO_INVALID"
    | "FRAME_INVALID"
    | "PARENT_MISSING"
    | "PAYLOAD_TOO_LARGE",
  violations: readonly FieldViolation[],
  total = violations.length,
): MusterError {
  const first = violations[0] ?? { field: "request", expected: "valid input", got: "invalid input" };
  const more = total > 1 ? ` (and ${total - 1} more)` : "";
  const message = `${first.field}: expected ${first.expected}, got ${first.got}${more}`;
  return new MusterError(code, message, { violations: violations.slice(0, VIOLATIONS_MAX) });
}
