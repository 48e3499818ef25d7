/**
 * Schedules: work that is submitted again and again at the times of a cron expression. The words, and the one
 * decision: which fire time of a due schedule comes next, and which are passed over. Pure: the store brings what it
 * locked and the database's time, `FireTimes` the arithmetic of calendars.
 */
import type { GraphInput, JobInput } from "./operations.js";

export const MISSED_RUNS = ["skip", "run_once", "run_all"] as const;
/** In the order of their codes in `schedules.missed_runs`. */
export type MissedRuns = (typeof MISSED_RUNS)[number];

/** In the order of their codes in `schedule_fires.outcome`. */
export const FIRE_OUTCOMES = ["submitted", "overlapped", "missed", "refused"] as const;
export type FireOutcome = (typeof FIRE_OUTCOMES)[number];

/** Most runs that may be made up for. */
export const MISSED_RUNS_MAX = 100;
/** Most fire times that one decision looks at; of a longer outage the oldest are not even counted. */
const LOOKED_AT_MAX = 200;

/** When it fires. */
export interface ScheduleRule {
  readonly cron: string;
  /** IANA name. */
  readonly timeZone: string;
  readonly missedRuns: MissedRuns;
  /** For run_all, 1..100. */
  readonly missedRunsMax: number;
  /** How late a fire time counts as missed, ms. */
  readonly missedAfterMs: number;
  /** Fire nothing while work of an earlier fire time is open. */
  readonly skipOverlapping: boolean;
}

/** What it submits: one job without a graph, or the jobs of a graph. */
export interface ScheduleWork {
  readonly jobs: readonly JobInput[];
  readonly graph: Pick<GraphInput, "name" | "labels" | "order"> | null;
}

/** The calendar, as an adapter knows it. */
export interface FireTimes {
  /** What is wrong with the expression or the zone, or null. */
  problemOf(
    cron: string,
    timeZone: string,
  ): { readonly field: "cron" | "time_zone"; readonly expected: string } | null;
  /** The first time after `afterMs`, ms since 1970; null when none is left. */
  next(rule: CronRule, afterMs: number): number | null;
  /** The last `max` times after `afterMs` up to and including `untilMs`, ascending. */
  lastUntil(rule: CronRule, bounds: TimeBounds): readonly number[];
}

export type CronRule = Pick<ScheduleRule, "cron" | "timeZone">;

export interface TimeBounds {
  readonly afterMs: number;
  readonly untilMs: number;
  readonly max: number;
}

/** A schedule whose time has come, as read under its row lock. */
export interface DueSchedule {
  readonly id: number;
  readonly namespace: string;
  readonly name: string;
  readonly rule: ScheduleRule;
  readonly work: ScheduleWork;
  readonly nextFireMs: number;
  /** Work of an earlier fire time has not ended. */
  readonly hasOpenWork: boolean;
  /** The database's clock, ms since 1970. */
  readonly nowMs: number;
}

export interface FireDecision {
  /** The fire time that is decided now; it is recorded once, whoever decides. */
  readonly fireMs: number;
  readonly outcome: Exclude<FireOutcome, "refused">;
  /** Earlier fire times that are not made up for; counts at most LOOKED_AT_MAX. */
  readonly passedOver: number;
  /** When to decide again; in the past when more has to be caught up with, null when no time is left. */
  readonly nextFireMs: number | null;
}

/**
 * Decides one fire time. The rest of what is due follows in further decisions: `nextFireMs` says where.
 * Of a schedule that was asleep for long, only the last LOOKED_AT_MAX times are looked at.
 */
export function decideFire(due: DueSchedule, times: FireTimes): FireDecision {
  const { rule, nextFireMs, nowMs } = due;
  const recent = times.lastUntil(rule, {
    afterMs: nextFireMs - 1,
    untilMs: nowMs,
    max: LOOKED_AT_MAX,
  });
  const [fireMs, ...later] = worthRunning(recent, rule, nowMs);
  if (fireMs === undefined) {
    return {
      fireMs: recent.at(-1) ?? nextFireMs,
      outcome: "missed",
      passedOver: Math.max(0, recent.length - 1),
      nextFireMs: times.next(rule, nowMs),
    };
  }
  return {
    fireMs,
    outcome: rule.skipOverlapping && due.hasOpenWork ? "overlapped" : "submitted",
    passedOver: recent.filter((at) => at < fireMs).length,
    nextFireMs: later[0] ?? times.next(rule, nowMs),
  };
}

/** What is on time always runs; what is late as the policy says. */
function worthRunning(recent: readonly number[], rule: ScheduleRule, nowMs: number): readonly number[] {
  const onTime = recent.filter((at) => nowMs - at <= rule.missedAfterMs);
  const late = recent.slice(0, recent.length - onTime.length);
  switch (rule.missedRuns) {
    case "skip":
      return onTime;
    case "run_once":
      return onTime.length > 0 ? onTime : late.slice(-1);
    case "run_all":
      return [...late.slice(-rule.missedRunsMax), ...onTime];
  }
}
