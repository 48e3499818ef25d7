/**
 * Turns a schedule's template into jobs for one fire time: the same validation as a submission, plus what tells the
 * work apart from other work, a label with the schedule's name, and headers with the name and the fire time. Used
 * when a schedule is made (is the template good?) and at every fire.
 */
import { MusterError, type FieldViolation } from "../core/errors.js";
import type { JobInput } from "../core/operations.js";
import type { ScheduleWork } from "../core/schedule.js";
import type { FirePlan, PlanFire } from "../core/schedule-operations.js";
import { validateSubmission } from "../core/submission.js";
import type { SubmissionLimits } from "../core/submission-limits.js";

const SCHEDULE_LABEL = "muster.schedule";
const SCHEDULE_HEADER = "muster-schedule";
const FIRE_AT_HEADER = "muster-fire-at";

export interface PlanSettings {
  readonly limits: SubmissionLimits;
  readonly nowMs: () => number;
}

/** A template that is no longer accepted, because limits were lowered since, is refused and not retried. */
export function planFire(settings: PlanSettings): PlanFire {
  return (due, fireMs) => {
    try {
      return checkedPlan(due, fireMs, settings);
    } catch (error) {
      if (error instanceof MusterError) return { refused: error.message };
      throw error;
    }
  };
}

/** @throws MusterError naming fields as CreateSchedule knows them */
export function checkedPlan(
  {
    namespace,
    name,
    work,
  }: { readonly namespace: string; readonly name: string; readonly work: ScheduleWork },
  fireMs: number,
  { limits, nowMs }: PlanSettings,
): FirePlan {
  const marks = { [SCHEDULE_HEADER]: name, [FIRE_AT_HEADER]: new Date(fireMs).toISOString() };
  const jobs = work.jobs.map((job) => marked(job, name, marks));
  const graph = work.graph === null ? null : { ...work.graph, idempotencyKey: null, timeoutMs: null };
  try {
    const submission = validateSubmission({ namespace, jobs, graph }, nowMs(), limits);
    if (submission.earlierParentIds.length > 0) throw outsideParents(work);
    return { jobs: submission.jobs, graphName: work.graph?.name ?? null };
  } catch (error) {
    throw error instanceof MusterError ? inSpec(error, work) : error;
  }
}

function marked(job: JobInput, name: string, marks: Readonly<Record<string, string>>): JobInput {
  return {
    ...job,
    labels: { ...job.labels, [SCHEDULE_LABEL]: name },
    headers: { ...job.headers, ...marks },
  };
}

function outsideParents({ jobs }: ScheduleWork): MusterError {
  const keys = new Set(jobs.flatMap((job) => job.key ?? []));
  const violations = jobs.flatMap((job, at) =>
    (job.dependsOn ?? [])
      .filter((parent) => !keys.has(parent))
      .map((parent) => ({
        field: `jobs[${at}].depends_on`,
        expected: "keys of the template: the parents of every run are its own",
        got: JSON.stringify(parent),
      })),
  );
  const [first] = violations;
  const message = `${first?.field}: expected ${first?.expected}, got ${first?.got}`;
  return new MusterError("INVALID_JOB", message, { violations });
}

/** `jobs[0].type` is `spec.job.type` of a single job and `spec.graph.jobs[0].type` of a graph. */
function inSpec(error: MusterError, { graph }: ScheduleWork): MusterError {
  const renamed = (text: string): string =>
    graph === null
      ? text.replace(/^jobs\[0\]/, "spec.job")
      : text.replace(/^(jobs|name|labels)\b/, "spec.graph.$1");
  const violations = error.details.violations?.map((violation): FieldViolation => ({
    ...violation,
    field: renamed(violation.field),
  }));
  return new MusterError(error.code, renamed(error.message), {
    ...error.details,
    ...(violations !== undefined && { violations }),
  });
}
