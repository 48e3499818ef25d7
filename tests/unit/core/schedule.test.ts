/** Which fire time of a due schedule is decided next, and what is passed over. */
import { expect } from "chai";
import {
  decideFire,
  type DueSchedule,
  type FireDecision,
  type FireTimes,
  type ScheduleRule,
} from "../../../server/core/schedule.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Every full hour since 1970. */
const HOURLY: FireTimes = {
  problemOf: () => null,
  next: (_rule, afterMs) => (Math.floor(afterMs / HOUR_MS) + 1) * HOUR_MS,
  lastUntil: (_rule, { afterMs, untilMs, max }) => {
    const first = Math.floor(afterMs / HOUR_MS) + 1;
    const count = Math.max(0, Math.floor(untilMs / HOUR_MS) - first + 1);
    return Array.from({ length: count }, (_, at) => (first + at) * HOUR_MS).slice(-max);
  },
};

const RULE: ScheduleRule = {
  cron: "0 * * * *",
  timeZone: "UTC",
  missedRuns: "run_once",
  missedRunsMax: 3,
  missedAfterMs: MINUTE_MS,
  skipOverlapping: false,
};

function due(rule: Partial<ScheduleRule>, nextHour: number, nowMs: number, hasOpenWork = false): DueSchedule {
  return {
    id: 1,
    namespace: "default",
    name: "s",
    rule: { ...RULE, ...rule },
    work: { jobs: [], graph: null },
    nextFireMs: nextHour * HOUR_MS,
    hasOpenWork,
    nowMs,
  };
}

/** Decides until nothing is due, as the runner does. */
function decideAll(rule: Partial<ScheduleRule>, nextHour: number, nowMs: number): FireDecision[] {
  const decisions: FireDecision[] = [];
  let next: number | null = nextHour * HOUR_MS;
  while (next !== null && next <= nowMs) {
    const decision = decideFire({ ...due(rule, 0, nowMs), nextFireMs: next }, HOURLY);
    decisions.push(decision);
    next = decision.nextFireMs;
  }
  return decisions;
}

function hours(decisions: readonly FireDecision[]): string[] {
  return decisions.map(({ outcome, fireMs, passedOver }) => `${outcome} ${fireMs / HOUR_MS} -${passedOver}`);
}

describe("decideFire", () => {
  it("submits what is on time and looks for the next time", () => {
    for (const missedRuns of ["skip", "run_once", "run_all"] as const) {
      expect(decideFire(due({ missedRuns }, 10, 10 * HOUR_MS + 200), HOURLY)).to.deep.equal({
        fireMs: 10 * HOUR_MS,
        outcome: "submitted",
        passedOver: 0,
        nextFireMs: 11 * HOUR_MS,
      });
    }
  });

  it("makes up for nothing with skip", () => {
    expect(hours(decideAll({ missedRuns: "skip" }, 10, 14.5 * HOUR_MS))).to.deep.equal(["missed 14 -4"]);
    expect(hours(decideAll({ missedRuns: "skip" }, 10, 14 * HOUR_MS + 5))).to.deep.equal(["submitted 14 -4"]);
  });

  it("lets one run stand for all with run_once: the one that is on time, else the last", () => {
    expect(hours(decideAll({}, 10, 14.5 * HOUR_MS))).to.deep.equal(["submitted 14 -4"]);
    expect(hours(decideAll({}, 10, 14 * HOUR_MS + 5))).to.deep.equal(["submitted 14 -4"]);
    expect(hours(decideAll({}, 10, 10.5 * HOUR_MS))).to.deep.equal(["submitted 10 -0"]);
  });

  it("runs the last ones up to the bound with run_all, oldest first, and what is on time besides", () => {
    expect(hours(decideAll({ missedRuns: "run_all" }, 10, 15.5 * HOUR_MS))).to.deep.equal([
      "submitted 13 -3",
      "submitted 14 -0",
      "submitted 15 -0",
    ]);
    expect(hours(decideAll({ missedRuns: "run_all" }, 10, 15 * HOUR_MS + 5))).to.deep.equal([
      "submitted 12 -2",
      "submitted 13 -0",
      "submitted 14 -0",
      "submitted 15 -0",
    ]);
  });

  it("looks at a bounded number of times after a long outage", () => {
    const [decision] = decideAll({ missedRuns: "skip" }, 10, 100_000.5 * HOUR_MS);
    expect(decision).to.include({ outcome: "missed", passedOver: 199, nextFireMs: 100_001 * HOUR_MS });
  });

  it("skips an overlapping run only where that was asked for", () => {
    const now = 10 * HOUR_MS + 5;
    const overlapping = decideFire(due({ skipOverlapping: true }, 10, now, true), HOURLY);
    expect(overlapping).to.include({ outcome: "overlapped", nextFireMs: 11 * HOUR_MS });
    expect(decideFire(due({ skipOverlapping: true }, 10, now, false), HOURLY).outcome).to.equal("submitted");
    expect(decideFire(due({}, 10, now, true), HOURLY).outcome).to.equal("submitted");
  });

  it("moves on when the calendar no longer knows the time that was noted", () => {
    const times: FireTimes = { ...HOURLY, lastUntil: () => [], next: () => null };
    expect(decideFire(due({}, 10, 10 * HOUR_MS + 5), times)).to.deep.equal({
      fireMs: 10 * HOUR_MS,
      outcome: "missed",
      passedOver: 0,
      nextFireMs: null,
    });
  });
});
