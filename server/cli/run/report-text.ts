/**
 * Prints a run's report for people: one aligned line a fact, what it means in words, the promises at the end.
 * Pure; the caller writes it.
 */
import { JOB_STATES, type RunReport } from "./report.js";

export function reportText(report: RunReport): string {
  const rows: readonly (readonly [string, string])[] = [
    ["graph", `${report.name} (${report.format}), ${report.jobs} jobs, ${report.edges} dependencies`],
    ["graph id", report.graphId],
    ["states", statesText(report)],
    [
      "makespan",
      `${seconds(report.makespanSeconds)}, ${report.jobsPerSecond.toFixed(1)} jobs/s, time scale ${report.timeScale}`,
    ],
    ["submission", seconds(report.submitSeconds)],
    [
      "critical path",
      `${seconds(report.criticalPathSeconds)} over ${report.criticalPathJobs} jobs (observed ${seconds(report.observedCriticalPathSeconds)})`,
    ],
    ["work", `${seconds(report.workSeconds)} (observed ${seconds(report.observedWorkSeconds)})`],
    ["work / slots", workPerSlotText(report)],
    ["bound", `${seconds(report.boundSeconds)}, the larger of critical path and work / slots`],
    ["efficiency", efficiencyText(report)],
    ["overhead", `${report.overheadPerJobMs.toFixed(3)} ms a job, (makespan - bound) / jobs`],
    ["retries", String(report.retries)],
    ["order violations", String(report.orderViolations)],
    ["run more than once", String(report.runMoreThanOnce)],
  ];
  const missing = report.missing > 0 ? [["not listed", String(report.missing)] as const] : [];
  const shown = [...rows, ...missing];
  const width = Math.max(...shown.map(([name]) => name.length)) + 1;
  return shown.map(([name, value]) => `${`${name}:`.padEnd(width)} ${value}`).join("\n");
}

/** 0.0042 s stays readable, and so does 7200 s. */
export function seconds(value: number): string {
  if (value === 0) return "0 s";
  if (Math.abs(value) < 1) return `${(value * 1000).toFixed(1)} ms`;
  return `${value.toFixed(value < 100 ? 3 : 1)} s`;
}

function statesText(report: RunReport): string {
  const present = JOB_STATES.filter((state) => report.counts[state] > 0);
  return present.map((state) => `${report.counts[state]} ${state}`).join(", ") || "none";
}

function workPerSlotText(report: RunReport): string {
  if (report.workPerSlotSeconds === null) return "unknown: no worker serves the queue, see --slots";
  return `${seconds(report.workPerSlotSeconds)} on ${report.slots} slots`;
}

function efficiencyText(report: RunReport): string {
  if (report.efficiency === null) return "not defined: the recorded work x time scale is 0";
  return `${(report.efficiency * 100).toFixed(1)} %, bound / makespan`;
}
