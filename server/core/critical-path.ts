/**
 * The order of a graph whose jobs say how long they are expected to run: what lies on the critical path first. A job's
 * slack is how much later than it could it may start without delaying the graph's end; where priorities are alike a
 * ready job takes its place in the queue that much later. Those on the critical path have none, so that asking for this
 * order moves nobody else's job back. Pure.
 */
import type { NewJob } from "./job.js";

/** Of a job that does not say, ms. */
const EXPECTED_MS_DEFAULT = 1_000;
/** So long at most others go before it, ms. */
export const SLACK_MS_MAX = 3_600_000;

/** @param jobs in topological order; each of them gets its slack, those without one are left alone */
export function giveSlack(
  jobs: readonly (Pick<NewJob, "siblingParents"> & { slackMs?: number })[],
  expectedMs: readonly (number | undefined)[],
): void {
  const lengths = jobs.map((_, position) => expectedMs[position] ?? EXPECTED_MS_DEFAULT);
  const before = new Array<number>(jobs.length).fill(0);
  for (const [position, { siblingParents }] of jobs.entries()) {
    for (const parent of siblingParents)
      before[position] = Math.max(before[position] ?? 0, (before[parent] ?? 0) + (lengths[parent] ?? 0));
  }
  // Its own time and the longest way from there to the end.
  const toGo = [...lengths];
  for (let position = jobs.length - 1; position >= 0; position--) {
    for (const parent of jobs[position]?.siblingParents ?? [])
      toGo[parent] = Math.max(toGo[parent] ?? 0, (lengths[parent] ?? 0) + (toGo[position] ?? 0));
  }
  const whole = toGo.reduce((longest, length) => Math.max(longest, length), 0);
  for (const [position, job] of jobs.entries()) {
    const slackMs = Math.floor(whole - (before[position] ?? 0) - (toGo[position] ?? 0));
    if (slackMs > 0) job.slackMs = Math.min(SLACK_MS_MAX, slackMs);
  }
}

/** Where a job that became ready at `readyUs` stands among its equals, microseconds since 1970. */
export function placeUs(readyUs: number | null, job: Pick<NewJob, "slackMs">): number | null {
  return readyUs === null ? null : readyUs + (job.slackMs ?? 0) * 1_000;
}
