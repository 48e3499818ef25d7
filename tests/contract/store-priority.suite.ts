/** The part of the store's suite about priorities that dependents raise and that sink back when they are gone. */
import { expect } from "chai";
import type { StoreWorld } from "./store-world.js";

export function storePrioritySuite(current: () => StoreWorld): void {
  describe("raised priorities", () => {
    it("inherits within a submission and remembers from whom", async () => {
      const world = current();
      const ids = await world.submit([{ priority: 1 }, { priority: 5, siblingParents: [0] }]);
      const rows = await Promise.all(ids.map((id) => world.row(id)));
      expect(rows.map((row) => [row.priority, row.base_priority, row.effective_priority])).to.deep.equal([
        [1, 1, 5],
        [5, 5, 5],
      ]);
      expect(rows.map((row) => row.priority_source)).to.deep.equal([ids[1], null]);
    });

    it("raises open ancestors of a more urgent job submitted later, and moves the hints of those that are ready", async () => {
      const world = current();
      const [root = 0, proud = 0, middle = 0] = await world.submit([
        { priority: 1 },
        { priority: 1, inheritPriority: false },
        { priority: 1, siblingParents: [0, 1] },
      ]);
      const submitted = await world.submitLinked([{ priority: 8, earlierParents: [middle] }]);
      const child = submitted.jobs[0]?.id ?? 0;
      const rows = await Promise.all([root, proud, middle].map((id) => world.row(id)));
      expect(rows.map((row) => row.effective_priority)).to.deep.equal([8, 1, 8]);
      expect(rows.map((row) => row.priority_source)).to.deep.equal([middle, null, child]);
      expect(submitted.changed.map((job) => [job.id, job.effectivePriority])).to.deep.equal([[root, 8]]);
      expect((await world.store.lowerAncestors([child])).length, "while it is open nothing sinks").to.equal(
        0,
      );
    });

    it("rises again when the dependent that was cancelled is retried", async () => {
      const world = current();
      const [parent = 0, child = 0] = await world.submit([
        { priority: 1 },
        { priority: 5, siblingParents: [0] },
      ]);
      await world.cancel.cancelJob(child, "no", 0);
      await world.store.lowerAncestors([child]);
      expect((await world.row(parent)).effective_priority).to.equal(1);
      await world.retry.retryJob(child);
      const row = await world.row(parent);
      expect([row.effective_priority, row.priority_source]).to.deep.equal([5, child]);
    });

    it("sinks back when the urgent dependent has ended", async () => {
      const world = current();
      const [root = 0, middle = 0] = await world.submit([
        { priority: 1 },
        { priority: 2, siblingParents: [0] },
      ]);
      const urgent = await world.child([middle], { priority: 9 });
      const other = await world.child([middle], { priority: 4 });
      await world.cancel.cancelJob(urgent, "no", 0);
      expect(await world.store.staleRaises(10), "what nobody has lowered yet").to.include(urgent);
      const moved = await world.store.lowerAncestors([urgent]);
      expect(await world.store.staleRaises(10)).to.not.include(urgent);
      expect(moved.map((job) => [job.id, job.effectivePriority])).to.deep.equal([[root, 4]]);
      const rows = await Promise.all([root, middle].map((id) => world.row(id)));
      expect(rows.map((row) => [row.effective_priority, row.base_priority])).to.deep.equal([
        [4, 1],
        [4, 2],
      ]);
      expect(rows[1]?.priority_source).to.equal(other);
      await world.cancel.cancelJob(other, "no", 0);
      await world.store.lowerAncestors([other]);
      expect((await world.row(root)).effective_priority).to.equal(2);
      expect(await world.store.lowerAncestors([])).to.deep.equal([]);
    });
  });
}
