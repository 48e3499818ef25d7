/**
 * Enums of the contract against the words of the core. A name that this server does not know arrives as a
 * number (a newer client's), or as a string when a caller made it up: both are noted, never guessed at.
 */
import type { JobState as WireJobState } from "../../../proto/gen/muster/common/v1/JobState.js";
import type { BackoffKind as WireBackoffKind } from "../../../proto/gen/muster/jobs/v1/BackoffKind.js";
import type { GraphOrder as WireGraphOrder } from "../../../proto/gen/muster/jobs/v1/GraphOrder.js";
import type { OnParentFailure as WireOnParentFailure } from "../../../proto/gen/muster/jobs/v1/OnParentFailure.js";
import type { WorkerState as WireWorkerState } from "../../../proto/gen/muster/admin/v1/WorkerState.js";
import type { BackoffPolicy, JobState, OnParentFailure } from "../../core/job.js";
import type { GraphOrder, WorkerState } from "../../core/operations.js";
import { shown } from "../../core/validate.js";
import type { Fields } from "./fields.js";

export const JOB_STATE = {
  blocked: "JOB_STATE_BLOCKED",
  scheduled: "JOB_STATE_SCHEDULED",
  ready: "JOB_STATE_READY",
  running: "JOB_STATE_RUNNING",
  succeeded: "JOB_STATE_SUCCEEDED",
  dead: "JOB_STATE_DEAD",
  cancelled: "JOB_STATE_CANCELLED",
} as const satisfies Record<JobState, WireJobState>;

export const WORKER_STATE = {
  online: "WORKER_STATE_ONLINE",
  suspect: "WORKER_STATE_SUSPECT",
  draining: "WORKER_STATE_DRAINING",
  lost: "WORKER_STATE_LOST",
  offline: "WORKER_STATE_OFFLINE",
} as const satisfies Record<WorkerState, WireWorkerState>;

export const ON_PARENT_FAILURE = {
  cancel: "ON_PARENT_FAILURE_CANCEL",
  run: "ON_PARENT_FAILURE_RUN",
  fail: "ON_PARENT_FAILURE_FAIL",
} as const satisfies Record<OnParentFailure, WireOnParentFailure>;

export const GRAPH_ORDER = {
  ready: "GRAPH_ORDER_READY",
  critical_path: "GRAPH_ORDER_CRITICAL_PATH",
} as const satisfies Record<GraphOrder, WireGraphOrder>;

export const BACKOFF_KIND = {
  fixed: "BACKOFF_KIND_FIXED",
  linear: "BACKOFF_KIND_LINEAR",
  exponential: "BACKOFF_KIND_EXPONENTIAL",
} as const satisfies Record<BackoffPolicy["kind"], WireBackoffKind>;

/**
 * @param names one of the tables above
 * @returns the core's word; undefined when absent, unspecified or noted as bad
 */
export function decodeEnum<Word extends string>(
  fields: Fields,
  field: string,
  names: Readonly<Record<Word, string>>,
  value: string | number | undefined,
): Word | undefined {
  if (value === undefined || value === 0 || String(value).endsWith("_UNSPECIFIED")) return undefined;
  for (const word in names) if (names[word] === value) return word;
  const known = Object.values<string>(names).join(", ");
  fields.bad(
    field,
    `one of ${known}`,
    typeof value === "number" ? `the unknown value ${value}` : shown(value),
  );
  return undefined;
}

/** For a list, where unspecified means nothing and is noted too. */
export function decodeEnumList<Word extends string>(
  fields: Fields,
  field: string,
  names: Readonly<Record<Word, string>>,
  values: readonly (string | number)[] | undefined,
): Word[] {
  const words = new Set<Word>();
  for (const [index, value] of (values ?? []).entries()) {
    const word = decodeEnum(fields, `${field}[${index}]`, names, value);
    if (word !== undefined) words.add(word);
    else if (value === 0 || String(value).endsWith("_UNSPECIFIED")) {
      fields.bad(`${field}[${index}]`, `one of ${Object.values<string>(names).join(", ")}`, String(value));
    }
  }
  return [...words];
}
