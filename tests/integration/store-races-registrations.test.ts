/** The races about who is registered, on real Postgres with real concurrent connections. */
import { expect } from "chai";
import { freshName } from "../contract/store-world.js";
import { registration } from "../support/registration.js";
import { Races, randomFrom, rounds, shuffled } from "./store-races-world.js";

const NO_LOAD = { cpuFraction: 0, rssBytes: 0, loopLagMs: 0 };

describe("races about registrations", function () {
  this.timeout(60_000);
  let races: Races;

  before(async () => {
    races = await Races.open(4);
  });

  after(() => races.close());

  it("a claim for a session that is being registered: assigned or not, never a foreign key violation", async () => {
    let assigned = 0;
    let last = (await races.one.register()).sessionId;
    for (let round = 0; round < 150; round++) {
      const [job = 0] = await races.one.submit([{}]);
      const next = { sessionId: last + 1, epoch: 1 };
      const [session, ...claims] = await Promise.all([
        races.at(1).register(),
        races.at(2).claim(next, [job]),
        races.at(3).claim(next, [job]),
      ]);
      last = session.sessionId;
      expect(session.sessionId).to.equal(next.sessionId);
      assigned += claims.flatMap((claim) => claim.assignments).length;
      await races.at(3).store.endSessions([session], "offline", "left");
      await races.one.giveBack([job], "released");
    }
    expect(assigned).to.be.within(0, 150);
    expect(races.forbidden).to.deep.equal([]);
  });

  it("workers that register together, on several replicas, while their leases are renewed", async () => {
    const workers = Array.from({ length: 12 }, () => freshName("worker-"));
    const held = new Map<number, number>();
    await rounds(60, 4, async (round) => {
      const world = races.at(round);
      const some = shuffled(workers, randomFrom(round)).slice(0, 8);
      const renewed = [...held].map(([sessionId, epoch]) => ({
        sessionId,
        epoch,
        inFlight: 0,
        load: NO_LOAD,
      }));
      const [registered] = await Promise.all([
        world.store.register(some.map((workerId) => registration({ workerId, instanceId: `${round}` }))),
        races.at(round + 1).store.renew(renewed, 30_000),
        races.at(round + 2).store.markSuspect(shuffled(renewed, randomFrom(round))),
      ]);
      for (const one of registered) if (one !== null) held.set(one.sessionId, one.epoch);
    });
    const { rows } = await races.one.database.readOnly<{ live: number; epochs: number }>(
      `select count(*) filter (where s.ended_at is null)::int as live, count(distinct s.epoch)::int as epochs
         from worker_sessions s join workers w on w.id = s.worker_pk where w.worker_id = any ($1)
        group by w.id`,
      [workers],
      5_000,
    );
    expect(rows.map(({ live }) => live)).to.deep.equal(workers.map(() => 1));
    expect(rows.reduce((sum, { epochs }) => sum + epochs, 0)).to.equal(60 * 8);
    expect(races.forbidden).to.deep.equal([]);
  });
});
