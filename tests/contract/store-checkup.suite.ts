/** The store's contract for the doctor: every statement of it runs, tells the truth, and changes nothing. */
import { expect } from "chai";
import { AUDIT_NAMES } from "../../server/core/audit-rules.js";
import { storeCheckup } from "../../server/store/checkup.js";
import { freshName, type StoreWorld } from "./store-world.js";

export function storeCheckupSuite(current: () => StoreWorld): void {
  describe("the doctor's eyes", () => {
    const checkup = () => storeCheckup(current().database);

    it("see the settings, the connections, the tables and the indexes", async () => {
      const { applied, expected } = await checkup().migrations();
      expect(applied).to.deep.equal(expected);
      const facts = await checkup().facts();
      expect(Object.keys(facts.settings)).to.have.members([
        "fsync",
        "full_page_writes",
        "synchronous_commit",
        "autovacuum",
      ]);
      expect(facts.connections.max).to.be.at.least(1);
      expect(facts.transactionIdAge).to.be.at.least(1);
      expect(facts.missingIndexes).to.deep.equal([]);
      expect(facts.invalidIndexes).to.deep.equal([]);
      for (const { live, dead } of facts.tables) expect(live + dead).to.be.a("number");
    });

    it("see what is ready in a queue, and who subscribes to it", async () => {
      const world = current();
      const [namespace, queue] = [freshName("ns"), freshName("q")];
      const ids = await world.submit([{ priority: 9 }, {}, {}, { priority: 0 }, { siblingParents: [0] }], {
        namespace,
        queue,
      });
      await world.register({ namespace, subscriptions: [{ queue, jobTypes: [], maxInFlight: 0 }] });
      const found = (await checkup().queues()).find((each) => each.key.namespace === namespace);
      expect(found).to.deep.include({
        key: { namespace, name: queue },
        isPaused: false,
        ready: { high: 1, medium: 2, low: 1 },
        sessions: 1,
      });
      const ready = await checkup().readyAmong(ids);
      expect(ready.map((job) => job.id)).to.have.members(ids.slice(0, 4));
    });

    it("run every audit statement", async () => {
      for (const name of AUDIT_NAMES)
        expect(await checkup().audit(name, 1_000, 30_000), name).to.be.an("array");
    });
  });
}
