/**
 * Two replicas fire the same schedules while one of them is killed: every fire time is submitted once, none is left
 * out, whoever was there for it.
 */
import { expect } from "chai";
import pg from "pg";
import { eventually } from "../support/eventually.js";
import { openInstallation, type Installation } from "../support/server-process.js";

const SECOND_MS = 1_000;
const SCHEDULES = ["a", "b", "c", "d"];

describe("schedules on two replicas", function () {
  this.timeout(60_000);
  let installation: Installation;
  let database: pg.Client;

  before(async () => {
    installation = await openInstallation();
    database = new pg.Client({ connectionString: installation.database.url });
    await database.connect();
  });

  after(async () => {
    await database.end();
    await installation.close();
  });

  /** The fire times that jobs were told, ascending, of one schedule. */
  async function submittedMs(name: string): Promise<number[]> {
    const { rows } = await database.query<{ at: string }>(
      "select headers ->> 'muster-fire-at' as at from jobs where labels ->> 'muster.schedule' = $1",
      [name],
    );
    return rows.map(({ at }) => Date.parse(at)).toSorted((a, b) => a - b);
  }

  it("fire each time once, and leave none out, when one of them is killed", async () => {
    const [first, second] = [await installation.startServer(), await installation.startServer()];
    for (const name of SCHEDULES) {
      const missedRuns = { missedRuns: "run_all", missedRunsMax: 100 } as const;
      await second.client.schedules.create({ name, cron: "* * * * * *", job: { type: "t" }, ...missedRuns });
    }
    const firesOf = (server: typeof first) => server.metric("muster_schedule_fires_total", "submitted");
    await eventually(async () => (await firesOf(first)) > 0 && (await firesOf(second)) > 0, 30_000);
    await first.end("SIGKILL");
    const killedAt = Date.now();
    await eventually(async () => {
      for (const name of SCHEDULES) {
        const last = (await submittedMs(name)).at(-1) ?? 0;
        if (last < killedAt + 3 * SECOND_MS) return false;
      }
      return true;
    }, 30_000);
    for (const name of SCHEDULES) {
      const times = await submittedMs(name);
      const wanted = times.map((_, at) => (times[0] ?? 0) + at * SECOND_MS);
      expect(times, `fire times of ${name}`).to.deep.equal(wanted);
      const { fires } = await second.client.schedules.get(name, { fires: 100 });
      expect(new Set(fires.map(({ outcome }) => outcome))).to.deep.equal(new Set(["submitted"]));
    }
  });

  it("make up for what no replica was there for, as each policy says", async () => {
    const before = await installation.startServer();
    const policies = ["skip", "run_once", "run_all"] as const;
    for (const missedRuns of policies) {
      const rule = { missedRuns, missedRunsMax: 3, missedAfterMs: 1_000 };
      await before.client.schedules.create({
        name: missedRuns,
        cron: "0 0 * * *",
        job: { type: "t" },
        ...rule,
      });
    }
    await Promise.all(policies.map((name) => before.client.schedules.trigger(name)));
    await before.end("SIGKILL");
    // Five midnights without a server, the last one hours ago or minutes: never within the second that is on time.
    await database.query(
      `update schedules set next_fire_at = date_trunc('day', clock_timestamp() at time zone 'UTC') at time zone 'UTC'
                                           - interval '4 days'
        where name = any ($1)`,
      [policies],
    );
    const after = await installation.startServer();
    const midnights = async (name: string): Promise<number[]> => {
      const { fires } = await after.client.schedules.get(name);
      const runs = fires.filter(({ manual, outcome }) => !manual && outcome === "submitted");
      return runs.map(({ fireAt }) => fireAt?.getTime() ?? 0).toSorted((a, b) => a - b);
    };
    await eventually(async () => {
      const { rows } = await database.query(
        "select 1 from schedules where name = any ($1) and next_fire_at <= clock_timestamp()",
        [policies],
      );
      return rows.length === 0;
    }, 20_000);
    const today = Math.floor(Date.now() / 86_400_000) * 86_400_000;
    expect(await midnights("skip")).to.deep.equal([]);
    expect(await midnights("run_once")).to.deep.equal([today]);
    expect(await midnights("run_all")).to.deep.equal([2, 1, 0].map((days) => today - days * 86_400_000));
    const { fires } = await after.client.schedules.get("skip");
    expect(fires.find(({ outcome }) => outcome === "missed")).to.include({ passedOver: 4 });
    const { nextFireAt } = await after.client.schedules.get("skip");
    expect(nextFireAt?.getTime()).to.equal(today + 86_400_000);
  });
});
