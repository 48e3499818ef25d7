/** Cron arithmetic in the time zones where clocks change. */
import { expect } from "chai";
import { CronFireTimes } from "../../../server/cron/fire-times.js";

const times = new CronFireTimes();

function upcoming(cron: string, timeZone: string, after: string, count: number): string[] {
  const found: string[] = [];
  let at: number | null = Date.parse(after);
  while (found.length < count) {
    at = times.next({ cron, timeZone }, at);
    if (at === null) break;
    found.push(new Date(at).toISOString().replace(":00.000Z", "Z"));
  }
  return found;
}

function lastUntil(cron: string, timeZone: string, after: string, until: string, max = 100): string[] {
  const bounds = { afterMs: Date.parse(after), untilMs: Date.parse(until), max };
  const found = times.lastUntil({ cron, timeZone }, bounds);
  return found.map((at) => new Date(at).toISOString().replace(":00.000Z", "Z"));
}

describe("CronFireTimes", () => {
  it("fires at the end of the gap for a time that the clock skips in spring", () => {
    expect(upcoming("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", 3)).to.deep.equal([
      "2026-03-29T01:00Z",
      "2026-03-30T00:30Z",
      "2026-03-31T00:30Z",
    ]);
    expect(upcoming("30 2 * * *", "America/New_York", "2026-03-07T12:00:00Z", 2)).to.deep.equal([
      "2026-03-08T07:00Z",
      "2026-03-09T06:30Z",
    ]);
  });

  it("fires once for a time that comes twice in autumn, the first time", () => {
    expect(upcoming("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 2)).to.deep.equal([
      "2026-10-25T00:30Z",
      "2026-10-26T01:30Z",
    ]);
    expect(upcoming("15 1 * * *", "America/New_York", "2026-10-31T12:00:00Z", 2)).to.deep.equal([
      "2026-11-01T05:15Z",
      "2026-11-02T06:15Z",
    ]);
  });

  it("keeps the distance of what recurs within the hour, over both changes", () => {
    for (const after of ["2026-03-29T00:20:00Z", "2026-10-24T23:50:00Z"]) {
      const found = upcoming("*/15 * * * *", "Europe/Berlin", after, 20).map((at) => Date.parse(at));
      const distances = found.slice(1).map((at, index) => at - (found[index] ?? 0));
      expect(new Set(distances), after).to.deep.equal(new Set([15 * 60_000]));
    }
  });

  it("finds backwards what it finds forwards, over both changes and half an hour of Lord Howe", () => {
    const cases = [
      ["30 2 * * *", "Europe/Berlin", "2026-03-27T00:00:00Z", "2026-04-01T00:00:00Z"],
      ["30 2 * * *", "Europe/Berlin", "2026-10-23T00:00:00Z", "2026-10-28T00:00:00Z"],
      ["*/20 * * * *", "America/New_York", "2026-11-01T03:00:00Z", "2026-11-01T09:00:00Z"],
      ["*/20 * * * *", "America/New_York", "2026-03-08T03:00:00Z", "2026-03-08T09:00:00Z"],
      ["15 * * * *", "Australia/Lord_Howe", "2026-04-04T10:00:00Z", "2026-04-04T20:00:00Z"],
      ["0 0 29 2 *", "UTC", "2020-01-01T00:00:00Z", "2033-01-01T00:00:00Z"],
    ] as const;
    for (const [cron, zone, after, until] of cases) {
      const backwards = lastUntil(cron, zone, after, until);
      expect(backwards.length, cron).to.be.above(3);
      expect(upcoming(cron, zone, after, backwards.length), `${cron} ${zone}`).to.deep.equal(backwards);
    }
  });

  it("leaves the first bound out and takes the last one in", () => {
    expect(lastUntil("* * * * *", "UTC", "2026-01-01T00:00:00Z", "2026-01-01T00:02:00Z")).to.deep.equal([
      "2026-01-01T00:01Z",
      "2026-01-01T00:02Z",
    ]);
    expect(
      lastUntil("* * * * *", "UTC", "2026-01-01T00:00:00Z", "2026-01-01T00:09:59.999Z", 2),
    ).to.deep.equal(["2026-01-01T00:08Z", "2026-01-01T00:09Z"]);
  });

  it("has no next time when none is left", () => {
    expect(upcoming("0 0 30 2 *", "UTC", "2026-01-01T00:00:00Z", 1)).to.deep.equal([]);
  });

  it("refuses what is no expression and no zone, naming the field", () => {
    expect(times.problemOf("0 3 * * *", "Europe/Berlin")).to.equal(null);
    expect(times.problemOf("*/5 0 3 * * MON-FRI", "UTC")).to.equal(null);
    expect(times.problemOf("@daily", "UTC")).to.equal(null);
    for (const cron of ["", "* * * *", "61 * * * *", "0 0 0 1 1 * 2030", "every day", "* * * * FOO"])
      expect(times.problemOf(cron, "UTC"), cron).to.have.property("field", "cron");
    for (const zone of ["", "Nowhere/Land", "+02:00", "Europe/"])
      expect(times.problemOf("* * * * *", zone), zone).to.have.property("field", "time_zone");
    expect(times.problemOf("* * *", "UTC")?.expected).to.equal(
      "5 or 6 fields, or a name such as @daily (there are 3)",
    );
    expect(times.problemOf(`${"1,".repeat(200)}1 * * * *`, "UTC")).to.have.property("field", "cron");
  });
});
