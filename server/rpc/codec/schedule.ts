/**
 * Schedules: CreateSchedule and the requests that name one into the core's input, and schedules and fires back.
 * Checks what only the wire can get wrong; whether rule and template make sense is decided by the coordinator.
 */
import type { JobSpec } from "../../../proto/gen/muster/jobs/v1/JobSpec.js";
import type { CreateScheduleRequest__Output } from "../../../proto/gen/muster/schedules/v1/CreateScheduleRequest.js";
import type { Fire } from "../../../proto/gen/muster/schedules/v1/Fire.js";
import type { ListSchedulesRequest__Output } from "../../../proto/gen/muster/schedules/v1/ListSchedulesRequest.js";
import type { MissedRuns as WireMissedRuns } from "../../../proto/gen/muster/schedules/v1/MissedRuns.js";
import type { Schedule } from "../../../proto/gen/muster/schedules/v1/Schedule.js";
import type {
  ScheduleSpec,
  ScheduleSpec__Output,
} from "../../../proto/gen/muster/schedules/v1/ScheduleSpec.js";
import type { BackoffInput, JobInput } from "../../core/operations.js";
import type { MissedRuns, ScheduleRule, ScheduleWork } from "../../core/schedule.js";
import type { FireView, ScheduleInput, ScheduleKey, ScheduleView } from "../../core/schedule-operations.js";
import { BACKOFF_KIND, decodeEnum, GRAPH_ORDER, ON_PARENT_FAILURE } from "./enums.js";
import { Fields } from "./fields.js";
import { encodePayload } from "./payload.js";
import { decodeJobSpec } from "./submission.js";
import {
  decodeDuration,
  decodeTimestamp,
  encodeDuration,
  encodeOptionalTimestamp,
  encodeTimestamp,
} from "./time.js";

const MISSED_RUNS = {
  skip: "MISSED_RUNS_SKIP",
  run_once: "MISSED_RUNS_RUN_ONCE",
  run_all: "MISSED_RUNS_RUN_ALL",
} as const satisfies Record<MissedRuns, WireMissedRuns>;

const MISSED_AFTER_MS = 60_000;
const MISSED_RUNS_MAX_DEFAULT = 10;
const SHOWN_MAX = 100;
const UPCOMING_DEFAULT = 5;
const FIRES_DEFAULT = 10;

/** @throws MusterError INVALID_REQUEST */
export function decodeCreateSchedule(request: CreateScheduleRequest__Output): {
  readonly input: ScheduleInput;
  readonly dryRun: boolean;
  readonly upcoming: number;
} {
  const fields = new Fields();
  const namespace = fields.namespace(request.namespace);
  const name = fields.name("name", request.name);
  const spec = request.spec ?? {};
  const rule = decodeRule(fields, spec);
  const work = decodeWork(fields, spec);
  const upcoming = shownCount(fields, "upcoming", request.upcoming, UPCOMING_DEFAULT);
  fields.check();
  return {
    input: { namespace, name, rule, work, paused: request.paused ?? false },
    dryRun: request.dryRun ?? false,
    upcoming,
  };
}

export function decodeScheduleRef(request: { namespace?: string; name?: string }): ScheduleKey {
  const fields = new Fields();
  const key = { namespace: fields.namespace(request.namespace), name: fields.name("name", request.name) };
  fields.check();
  return key;
}

export function decodeShown(request: { upcoming?: number; fires?: number }): {
  readonly upcoming: number;
  readonly fires: number;
} {
  const fields = new Fields();
  const upcoming = shownCount(fields, "upcoming", request.upcoming, UPCOMING_DEFAULT);
  const fires = shownCount(fields, "fires", request.fires, FIRES_DEFAULT);
  fields.check();
  return { upcoming, fires };
}

export function decodeListSchedules(request: ListSchedulesRequest__Output): {
  readonly namespace: string;
  readonly pageSize: number;
  readonly pageToken: string | null;
} {
  const fields = new Fields();
  const namespace = fields.namespace(request.namespace);
  const pageSize = fields.pageSize(request.pageSize);
  const pageToken = fields.pageToken(request.pageToken);
  fields.check();
  return { namespace, pageSize, pageToken };
}

export function decodeFireAt(request: { fireAt?: Parameters<typeof decodeTimestamp>[2] }): number | null {
  const fields = new Fields();
  const fireMs = decodeTimestamp(fields, "fire_at", request.fireAt);
  fields.check();
  return fireMs ?? null;
}

export function encodeSchedule(schedule: ScheduleView): Schedule {
  return {
    namespace: schedule.namespace,
    name: schedule.name,
    spec: encodeSpec(schedule),
    paused: schedule.paused,
    createdAt: encodeTimestamp(schedule.createdAt),
    nextFireAt: encodeOptionalTimestamp(schedule.nextFireAt),
    upcoming: schedule.upcoming.map(encodeTimestamp),
    fires: schedule.fires.map(encodeFire),
  } satisfies Schedule;
}

export function encodeFire(fire: FireView): Fire {
  return {
    fireAt: encodeTimestamp(fire.fireAt),
    outcome: fire.outcome,
    manual: fire.manual,
    jobId: fire.jobPublicId ?? "",
    graphId: fire.graphPublicId ?? "",
    passedOver: fire.passedOver,
    decidedAt: encodeTimestamp(fire.decidedAt),
    error: fire.error ?? "",
  } satisfies Fire;
}

function decodeRule(fields: Fields, spec: ScheduleSpec__Output): ScheduleRule {
  return {
    cron: fields.text("spec.cron", spec.cron).trim(),
    timeZone: fields.text("spec.time_zone", spec.timeZone) || "UTC",
    missedRuns: decodeEnum(fields, "spec.missed_runs", MISSED_RUNS, spec.missedRuns) ?? "run_once",
    missedRunsMax: spec.missedRunsMax || MISSED_RUNS_MAX_DEFAULT,
    missedAfterMs: decodeDuration(fields, "spec.missed_after", spec.missedAfter) ?? MISSED_AFTER_MS,
    skipOverlapping: spec.skipOverlapping ?? false,
  };
}

function decodeWork(fields: Fields, spec: ScheduleSpec__Output): ScheduleWork {
  if (spec.work === "job") return { graph: null, jobs: [decodeJobSpec(fields, "spec.job", spec.job ?? {})] };
  if (spec.work !== "graph") {
    fields.bad("spec.work", "a job or a graph", "neither");
    return { graph: null, jobs: [] };
  }
  const { name, jobs, labels, order } = spec.graph ?? {};
  return {
    graph: {
      name: fields.text("spec.graph.name", name),
      labels: fields.textMap("spec.graph.labels", labels) ?? {},
      order: decodeEnum(fields, "spec.graph.order", GRAPH_ORDER, order) ?? "ready",
    },
    jobs: (jobs ?? []).map((job, index) => decodeJobSpec(fields, `spec.graph.jobs[${index}]`, job)),
  };
}

function shownCount(fields: Fields, field: string, value: number | undefined, otherwise: number): number {
  const count = value === undefined || value === 0 ? otherwise : value;
  if (count > SHOWN_MAX) fields.bad(field, `1 to ${SHOWN_MAX}`, String(count));
  return count;
}

function encodeSpec({ rule, work }: ScheduleInput): ScheduleSpec {
  const [single] = work.jobs;
  return {
    cron: rule.cron,
    timeZone: rule.timeZone,
    missedRuns: MISSED_RUNS[rule.missedRuns],
    missedRunsMax: rule.missedRunsMax,
    missedAfter: encodeDuration(rule.missedAfterMs),
    skipOverlapping: rule.skipOverlapping,
    ...(work.graph === null
      ? { job: encodeJobSpec(single ?? { type: "" }) }
      : {
          graph: {
            name: work.graph.name,
            labels: { ...work.graph.labels },
            order: GRAPH_ORDER[work.graph.order],
            jobs: work.jobs.map(encodeJobSpec),
          },
        }),
  } satisfies ScheduleSpec;
}

/** As it was given: what was absent stays absent. */
function encodeJobSpec(job: JobInput): JobSpec {
  const { backoff, errorRules = [] } = job;
  return {
    type: job.type,
    key: job.key ?? "",
    queue: job.queue ?? "",
    dependsOn: [...(job.dependsOn ?? [])],
    labels: { ...job.labels },
    headers: { ...job.headers },
    maxAttempts: job.maxAttempts ?? 0,
    concurrencyKey: job.concurrencyKey ?? "",
    concurrencyLimit: job.concurrencyLimit ?? 0,
    ...(job.payload !== undefined && { payload: encodePayload(job.payload) }),
    ...(job.priority !== undefined && { priority: job.priority }),
    ...(job.inheritPriority !== undefined && { inheritPriority: job.inheritPriority }),
    ...(job.onParentFailure !== undefined && { onParentFailure: ON_PARENT_FAILURE[job.onParentFailure] }),
    ...(job.executionTimeoutMs !== undefined && { executionTimeout: encodeDuration(job.executionTimeoutMs) }),
    ...(job.startTimeoutMs !== undefined && { startTimeout: encodeDuration(job.startTimeoutMs) }),
    ...(job.progressTimeoutMs !== undefined && { progressTimeout: encodeDuration(job.progressTimeoutMs) }),
    ...(job.expectedDurationMs !== undefined && { expectedDuration: encodeDuration(job.expectedDurationMs) }),
    ...(backoff !== undefined && { backoff: encodeBackoff(backoff) }),
    errorRules: errorRules.map((rule) => ({
      errorType: rule.errorType,
      nonRetryable: rule.nonRetryable ?? false,
      maxAttempts: rule.maxAttempts ?? 0,
      ...(rule.backoff !== undefined && { backoff: encodeBackoff(rule.backoff) }),
    })),
  } satisfies JobSpec;
}

function encodeBackoff(backoff: BackoffInput): NonNullable<JobSpec["backoff"]> {
  return {
    ...(backoff.kind !== undefined && { kind: BACKOFF_KIND[backoff.kind] }),
    ...(backoff.baseMs !== undefined && { base: encodeDuration(backoff.baseMs) }),
    ...(backoff.capMs !== undefined && { cap: encodeDuration(backoff.capMs) }),
    ...(backoff.jitter !== undefined && { jitter: backoff.jitter }),
  };
}
