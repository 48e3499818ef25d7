/** How schedules and their fires are shown: rows of a table, and fields of one. Pure. */
import type { FireView, ScheduleView } from "../../../worker-sdk/typescript/index.js";

export const SCHEDULE_HEAD = ["NAME", "CRON", "TIME ZONE", "WORK", "STATE", "NEXT"];

export function scheduleRow(schedule: ScheduleView): string[] {
  return [
    schedule.name,
    schedule.cron,
    schedule.timeZone,
    workText(schedule),
    stateText(schedule),
    timeText(schedule.nextFireAt),
  ];
}

export function scheduleFields(schedule: ScheduleView): (readonly [string, string])[] {
  return [
    ["schedule", schedule.name],
    ["state", stateText(schedule)],
    ["cron", `${schedule.cron} (${schedule.timeZone})`],
    ["work", workText(schedule)],
    ["missed runs", missedText(schedule)],
    ["overlapping", schedule.skipOverlapping ? "skipped" : "allowed"],
    ["created", timeText(schedule.createdAt)],
    ["next", timeText(schedule.nextFireAt)],
  ];
}

export const FIRE_HEAD = ["FIRE TIME", "OUTCOME", "ID", "DECIDED", "PASSED OVER", "ERROR"];

export function fireRow(fire: FireView): string[] {
  return [
    timeText(fire.fireAt),
    fire.manual ? `${fire.outcome} (triggered)` : fire.outcome,
    fire.graphId === "" ? fire.jobId : fire.graphId,
    timeText(fire.decidedAt),
    fire.passedOver === 0 ? "" : String(fire.passedOver),
    fire.error,
  ];
}

export function fireText(fire: FireView): string {
  const what = fire.graphId === "" ? `job ${fire.jobId}` : `graph ${fire.graphId}`;
  return fire.outcome === "submitted" ? `submitted ${what}` : `${fire.outcome} ${fire.error}`.trim();
}

function stateText({ paused, nextFireAt }: ScheduleView): string {
  if (paused) return "paused";
  return nextFireAt === undefined ? "over" : "on";
}

function workText({ graphName, jobs }: ScheduleView): string {
  if (graphName !== undefined) return `graph ${graphName} of ${jobs.length} jobs`;
  const [job] = jobs;
  return job === undefined ? "" : `job ${job.type}`;
}

function missedText(schedule: ScheduleView): string {
  const most = schedule.missedRuns === "run_all" ? `, at most ${schedule.missedRunsMax}` : "";
  return `${schedule.missedRuns}${most}; missed after ${schedule.missedAfterMs / 1000} s`;
}

function timeText(time: Date | undefined): string {
  return time === undefined ? "" : time.toISOString();
}
