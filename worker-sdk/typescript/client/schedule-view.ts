/**
 * Schedules as a caller writes them and as the client hands them out, against the contract's messages. Pure. Limits
 * are the server's to check: it names the field, the expected and the got.
 */
import type { Fire__Output } from "../../../proto/gen/muster/schedules/v1/Fire.js";
import type { Schedule__Output } from "../../../proto/gen/muster/schedules/v1/Schedule.js";
import type { ScheduleSpec } from "../../../proto/gen/muster/schedules/v1/ScheduleSpec.js";
import { fromDuration, fromTimestamp, toDuration } from "../times.js";
import { GRAPH_ORDER, toJobSpec, type GraphOrder, type JobInput } from "./job-input.js";

export type MissedRuns = "skip" | "run_once" | "run_all";

/** A job of a schedule: its fire time says when it runs, and every run is new work. */
export type ScheduledJob = Omit<JobInput, "runAt" | "idempotencyKey">;

export interface ScheduleInput {
  /** Unique in the namespace. */
  readonly name: string;
  /** Five fields, or six that begin with the second. */
  readonly cron: string;
  /** IANA name; default UTC. */
  readonly timeZone?: string;
  /** What becomes of fire times that no server was there for; default run_once. */
  readonly missedRuns?: MissedRuns;
  /** For run_all, 1..100, default 10. */
  readonly missedRunsMax?: number;
  /** How late a fire time counts as missed, ms; default 60,000. */
  readonly missedAfterMs?: number;
  /** Fire nothing while work of an earlier fire time is open; default false. */
  readonly skipOverlapping?: boolean;
  /** Either one job, */
  readonly job?: ScheduledJob;
  /** or a graph, up to 1,000 jobs that depend on each other by key. */
  readonly graph?: {
    readonly name?: string;
    readonly jobs: readonly ScheduledJob[];
    readonly labels?: Readonly<Record<string, string>>;
    /** As of a graph that is submitted. */
    readonly order?: GraphOrder;
  };
  /** Made, and fires nothing until it is resumed. */
  readonly paused?: boolean;
}

/** What came of one fire time. */
export interface FireView {
  readonly fireAt: Date | undefined;
  /** submitted, overlapped, missed or refused. */
  readonly outcome: string;
  /** Asked for by a trigger. */
  readonly manual: boolean;
  /** Of a single job, else empty. */
  readonly jobId: string;
  readonly graphId: string;
  /** Earlier fire times that were not made up for. */
  readonly passedOver: number;
  readonly decidedAt: Date | undefined;
  /** Of a refused one. */
  readonly error: string;
}

export interface ScheduleView {
  readonly namespace: string;
  readonly name: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly missedRuns: MissedRuns | "unknown";
  readonly missedRunsMax: number;
  readonly missedAfterMs: number;
  readonly skipOverlapping: boolean;
  /** Undefined: it submits one job. */
  readonly graphName: string | undefined;
  readonly jobs: readonly {
    readonly key: string;
    readonly type: string;
    readonly queue: string;
    readonly dependsOn: readonly string[];
  }[];
  readonly paused: boolean;
  readonly createdAt: Date | undefined;
  /** Undefined while paused, or when no time is left. */
  readonly nextFireAt: Date | undefined;
  readonly upcoming: readonly Date[];
  /** Newest first; only from `get`. */
  readonly fires: readonly FireView[];
}

const MISSED_RUNS = {
  skip: "MISSED_RUNS_SKIP",
  run_once: "MISSED_RUNS_RUN_ONCE",
  run_all: "MISSED_RUNS_RUN_ALL",
} as const;

/** @throws TypeError when a payload cannot be written as JSON */
export function toScheduleSpec(input: ScheduleInput): ScheduleSpec {
  const { graph } = input;
  return {
    cron: input.cron,
    timeZone: input.timeZone ?? "",
    skipOverlapping: input.skipOverlapping ?? false,
    missedRunsMax: input.missedRunsMax ?? 0,
    ...(input.missedRuns !== undefined && { missedRuns: MISSED_RUNS[input.missedRuns] }),
    ...(input.missedAfterMs !== undefined && { missedAfter: toDuration(input.missedAfterMs) }),
    ...(input.job !== undefined && { job: toJobSpec(input.job) }),
    ...(graph !== undefined && {
      graph: {
        name: graph.name ?? "",
        jobs: graph.jobs.map(toJobSpec),
        labels: { ...graph.labels },
        ...(graph.order !== undefined && { order: GRAPH_ORDER[graph.order] }),
      },
    }),
  };
}

export function toScheduleView(schedule: Schedule__Output): ScheduleView {
  const spec = schedule.spec ?? {};
  const jobs = spec.job === undefined ? (spec.graph?.jobs ?? []) : [spec.job];
  const words = Object.keys(MISSED_RUNS) as MissedRuns[];
  return {
    namespace: schedule.namespace ?? "",
    name: schedule.name ?? "",
    cron: spec.cron ?? "",
    timeZone: spec.timeZone ?? "",
    missedRuns: words.find((word) => MISSED_RUNS[word] === spec.missedRuns) ?? "unknown",
    missedRunsMax: spec.missedRunsMax ?? 0,
    missedAfterMs: fromDuration(spec.missedAfter),
    skipOverlapping: spec.skipOverlapping ?? false,
    graphName: spec.graph === undefined ? undefined : (spec.graph.name ?? ""),
    jobs: jobs.map((job) => ({
      key: job.key ?? "",
      type: job.type ?? "",
      queue: job.queue ?? "",
      dependsOn: job.dependsOn ?? [],
    })),
    paused: schedule.paused ?? false,
    createdAt: fromTimestamp(schedule.createdAt),
    nextFireAt: fromTimestamp(schedule.nextFireAt),
    upcoming: (schedule.upcoming ?? []).flatMap((at) => fromTimestamp(at) ?? []),
    fires: (schedule.fires ?? []).map(toFireView),
  };
}

export function toFireView(fire: Fire__Output): FireView {
  return {
    fireAt: fromTimestamp(fire.fireAt),
    outcome: fire.outcome ?? "",
    manual: fire.manual ?? false,
    jobId: fire.jobId ?? "",
    graphId: fire.graphId ?? "",
    passedOver: fire.passedOver ?? 0,
    decidedAt: fromTimestamp(fire.decidedAt),
    error: fire.error ?? "",
  };
}
