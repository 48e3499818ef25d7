/**
 * Races about limits, on real Postgres with real concurrent connections: replicas that claim under one limit at once, and
 * a limit that is set while claims are under way. Judged by what Postgres kept of every execution.
 */
import { expect } from "chai";
import pg from "pg";
import { NO_LIMITS } from "../../server/core/limits.js";
import { failure, freshName } from "../contract/store-world.js";
import { eventually } from "../support/eventually.js";
import { limitBreaches } from "../support/limit-audit.js";
import { Races, randomFrom, shuffled } from "./store-races-world.js";

const JOBS = 120;
const RETRY_MS = 3_600_000;

describe("races about limits", function () {
  this.timeout(60_000);
  let races: Races;
  let queue: string;

  before(async () => {
    races = await Races.open(4);
  });

  beforeEach(() => {
    queue = freshName("limited-");
  });

  afterEach(async () => {
    expect(await limitBreaches(races.fresh.url)).to.deep.equal([]);
    expect(races.forbidden).to.deep.equal([]);
  });

  after(() => races.close());

  /** Claims any of the jobs and ends them in one way or another, until each has ended. @returns how many it ended */
  async function replica(at: number, ids: readonly number[], random: () => number): Promise<number> {
    const world = races.at(at);
    const session = await world.register();
    let ended = 0;
    for (;;) {
      const states = await world.states(ids);
      const open = ids.filter((_, position) => states[position] === "ready");
      if (open.length === 0) return ended;
      const { assignments } = await world.claimLimited(queue, session, shuffled(open, random).slice(0, 20));
      for (const { jobId, leaseEpoch } of assignments) {
        ended++;
        const how = random();
        if (how < 0.6) await world.succeed([jobId], leaseEpoch);
        else if (how < 0.8) await world.report(jobId, failure({ retryAfterMs: RETRY_MS }), leaseEpoch);
        else await world.giveBack([jobId], "released", leaseEpoch, RETRY_MS);
      }
    }
  }

  it("sets the first limit of a queue of keys after the claim that has begun without it, and counts its jobs", async () => {
    const queueId = await races.one.queueId(queue);
    const key = { concurrency: { key: "k", limit: 10 } };
    const session = await races.one.register();
    await races.one.limits.markKeyed([queueId]);
    const [first = 0] = await races.one.submit([key], { queue });
    await races.one.claimLimited(queue, session, [first]);
    const ids = await races.one.submit([key, {}, {}, {}], { queue });
    const holder = new pg.Client({ connectionString: races.fresh.url });
    await holder.connect();
    await holder.query("begin");
    await holder.query("select 1 from concurrency_keys where queue_id = $1 for update", [queueId]);
    const waiting = async (count: number): Promise<void> => {
      await eventually(async () => {
        const { rows } = await holder.query("select 1 from pg_locks where not granted");
        return rows.length >= count;
      }, 5_000);
    };
    const claiming = races.one.claimLimited(queue, session, ids);
    await waiting(1);
    const setting = races.at(1).limits.setLimits(queueId, { ...NO_LIMITS, concurrency: 1 });
    await waiting(2);
    await holder.query("commit");
    await holder.end();
    expect((await claiming).assignments).to.have.length(4);
    await setting;
    await races.one.succeed([first, ids[0] ?? 0]);
    const room = await races.one.database.run<{ room: number }>("queue_room", [queueId]);
    expect(room.rows[0]?.room, "three that nobody limited still run").to.equal(0);
    await races.one.succeed(ids.slice(1));
    await races.one.limits.setLimits(queueId, null); // these started before there was one
  });

  it("four replicas under keys, a bound of the queue and both: never one too many, and every job has its turn", async () => {
    const queueId = await races.one.queueId(queue);
    await races.one.limits.setLimits(queueId, { ...NO_LIMITS, concurrency: 5, keyConcurrency: 2 });
    const ids = await races.one.submit(
      Array.from({ length: JOBS }, (_, at) =>
        at % 4 === 0 ? {} : { concurrency: { key: `k${at % 5}`, limit: at % 3 === 0 ? 1 : null } },
      ),
      { queue },
    );
    const random = randomFrom(7);
    const ended = await Promise.all([0, 1, 2, 3].map((at) => replica(at, ids, random)));
    expect(ended.reduce((sum, count) => sum + count, 0)).to.equal(JOBS);
  });

  it("a claim that waited for the first limit of its queue to be set finds it", async () => {
    const session = await races.one.register();
    const ids = await races.one.submit([{}, {}], { queue });
    const operator = new pg.Client(races.fresh.url);
    await operator.connect();
    try {
      await operator.query("begin; lock table queues in access exclusive mode");
      const claim = races.at(1).claim(session, ids);
      await operator.query("update queues set limited = true where name = $1", [queue]);
      await operator.query("commit");
      expect((await claim).assignments).to.deep.equal([]);
    } finally {
      await operator.end();
    }
  });

  it("a limit that is set while claims are under way counts them all", async () => {
    const queueId = await races.one.queueId(queue);
    const session = await races.one.register();
    for (let round = 0; round < 15; round++) {
      const ids = await races.one.submit(
        Array.from({ length: 12 }, () => ({})),
        { queue },
      );
      await Promise.all([
        ...[0, 1, 2].map((at) => races.at(at).claim(session, ids.slice(at * 4, at * 4 + 4))),
        races.at(3).limits.setLimits(queueId, { ...NO_LIMITS, concurrency: 3 }),
      ]);
      const states = await races.one.states(ids);
      const running = ids.filter((_, at) => states[at] === "running");
      const room = await races.one.limits.queueRoom(queueId);
      expect(room?.room, `${running.length} run`).to.equal(Math.max(0, 3 - running.length));
      await races.one.limits.setLimits(queueId, null);
      await races.one.succeed(running);
      await races.one.cancel.cancelJobs(ids, "over", 0);
    }
  });
});
