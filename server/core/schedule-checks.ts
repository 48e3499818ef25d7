/**
 * What can be judged about a schedule before its work is validated as a submission: names, the rule, what a template
 * must not have. And the form in which two schedules under one name are compared. Pure. Called when one is made.
 */
import type { FieldViolation } from "./errors.js";
import { MISSED_RUNS_MAX, type FireTimes, type ScheduleRule, type ScheduleWork } from "./schedule.js";
import type { ScheduleInput } from "./schedule-operations.js";
import { expectName, expectNamespace, shown } from "./validate.js";

const MISSED_AFTER_BOUNDS_MS = { min: 1_000, max: 3_600_000 };
/** Together; the template is read at every fire. */
const TEMPLATE_BYTES_MAX = 1_048_576;
const TEMPLATE_JOBS_MAX = 1_000;

/** Everything that is wrong, by the field names of CreateSchedule. */
export function scheduleViolations(input: ScheduleInput, times: FireTimes): FieldViolation[] {
  const { rule, work } = input;
  const violations: FieldViolation[] = [];
  const namespace = expectNamespace(input.namespace);
  if (namespace !== null)
    violations.push({ field: "namespace", expected: namespace, got: shown(input.namespace) });
  const name = expectName(input.name);
  if (name !== null) violations.push({ field: "name", expected: name, got: shown(input.name) });
  const problem = times.problemOf(rule.cron, rule.timeZone);
  if (problem !== null) {
    const got = problem.field === "cron" ? rule.cron : rule.timeZone;
    violations.push({ field: `spec.${problem.field}`, expected: problem.expected, got: shown(got) });
  }
  return [...violations, ...ruleViolations(rule), ...workViolations(work)];
}

/** What was meant, for a create that is repeated. */
export function* canonicalSchedule(
  rule: ScheduleRule,
  { jobs, graph }: ScheduleWork,
): Iterable<string | Uint8Array> {
  yield JSON.stringify(["schedule.1", sorted(rule), graph === null ? null : graphForm(graph), jobs.length]);
  for (const { payload, ...job } of jobs) {
    const body = payload?.body ?? null;
    yield JSON.stringify([
      sorted(job),
      payload?.contentType ?? null,
      payload?.uri ?? null,
      body?.length ?? -1,
    ]);
    if (body !== null) yield body;
  }
}

/** Without an order where none is asked for: the form of schedules that were made before there were any. */
function graphForm({ order, ...graph }: NonNullable<ScheduleWork["graph"]>): unknown {
  return sorted(order === "ready" ? graph : { ...graph, order });
}

function ruleViolations(rule: ScheduleRule): FieldViolation[] {
  const violations: FieldViolation[] = [];
  const { min, max } = MISSED_AFTER_BOUNDS_MS;
  if (!(rule.missedAfterMs >= min && rule.missedAfterMs <= max)) {
    const expected = `${min} ms to ${max} ms`;
    violations.push({ field: "spec.missed_after", expected, got: `${rule.missedAfterMs} ms` });
  }
  if (!(rule.missedRunsMax >= 1 && rule.missedRunsMax <= MISSED_RUNS_MAX)) {
    const expected = `1 to ${MISSED_RUNS_MAX}`;
    violations.push({ field: "spec.missed_runs_max", expected, got: String(rule.missedRunsMax) });
  }
  if (rule.skipOverlapping && rule.missedRuns === "run_all") {
    violations.push({
      field: "spec.missed_runs",
      expected: "skip or run once with skip_overlapping, since missed runs are made up for together",
      got: "run all",
    });
  }
  return violations;
}

function workViolations({ jobs, graph }: ScheduleWork): FieldViolation[] {
  const violations: FieldViolation[] = [];
  const bad = (field: string, expected: string, got: string): void =>
    void violations.push({ field, expected, got });
  const at = (index: number): string => (graph === null ? "spec.job" : `spec.graph.jobs[${index}]`);
  if (jobs.length < 1 || jobs.length > TEMPLATE_JOBS_MAX)
    bad("spec.graph.jobs", `1 to ${TEMPLATE_JOBS_MAX} jobs`, String(jobs.length));
  for (const [index, job] of jobs.entries()) {
    if (job.runAtMs !== undefined) bad(`${at(index)}.run_at`, "nothing: the fire time says when", "a time");
    if (job.idempotencyKey !== undefined)
      bad(`${at(index)}.idempotency_key`, "nothing: every run is new work", shown(job.idempotencyKey));
  }
  const bytes = jobs.reduce((sum, { payload }) => sum + (payload?.body?.length ?? 0), 0);
  if (bytes > TEMPLATE_BYTES_MAX)
    bad("spec", `at most ${TEMPLATE_BYTES_MAX} bytes of payloads together`, `${bytes} bytes`);
  return violations;
}

/** Maps in one order, however they were written. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]);
}
