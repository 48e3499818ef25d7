/**
 * What dependents of several parents are given with a seat. The measure is what a claim of the same job gives: that
 * reads the parents after the commit, the finish in it.
 */
import { expect } from "chai";
import type { Assignment, Payload } from "../../server/core/job.js";
import { formatId } from "../../server/core/job-id.js";
import { GraphIds } from "../../server/store/graph-ids.js";
import { bytes, failure, freshName, type Held, OUTPUT_BYTES_MAX, type StoreWorld } from "./store-world.js";

export function storeJoinsSuite(current: () => StoreWorld): void {
  /** Ends the last parent, with a seat for its dependents. */
  async function finishLast(
    session: Held,
    queue: string,
    [parent, output]: readonly [number, Payload | null],
  ): Promise<readonly Assignment[]> {
    const seat = { ...session, queueId: await current().queueId(queue), types: null };
    const results = [{ ref: { jobId: parent, leaseEpoch: 1 }, output }];
    return (await current().store.finishSucceeded(results, [seat, seat])).seated;
  }

  /** What the job is given when it is claimed after its session gave it back. */
  async function claimedAgain(session: Held, jobId: number): Promise<Assignment | undefined> {
    await current().giveBack([jobId], "released");
    return (await current().claim(session, [jobId])).assignments[0];
  }

  describe("a seat for a dependent of several parents", () => {
    it("comes with what a claim would give of each: key, output, address, how it ended", async () => {
      const world = current();
      const queue = freshName("q");
      const session = await world.register();
      const uri: Payload = { contentType: "image/png", body: null, uri: "s3://bucket/key" };
      const empty: Payload = { contentType: "text/plain", body: Buffer.alloc(0), uri: null };
      const parents = [
        { key: "body" },
        {},
        { key: "uri" },
        { key: "failed", maxAttempts: 1 },
        { key: 'a "b", {c}' },
      ];
      const ids = await world.submit(
        [...parents, { siblingParents: [4, 2, 0, 3, 1], onParentFailure: "run" }],
        { queue },
      );
      const [body = 0, none = 0, address = 0, failed = 0, last = 0, child = 0] = ids;
      await world.run(session, ids.slice(0, -1));
      await world.store.finishSucceeded([
        { ref: { jobId: body, leaseEpoch: 1 }, output: bytes("of body") },
        { ref: { jobId: none, leaseEpoch: 1 }, output: null },
        { ref: { jobId: address, leaseEpoch: 1 }, output: uri },
      ]);
      await world.report(failed, failure());
      const [seated] = await finishLast(session, queue, [last, empty]);
      expect(seated?.jobId).to.equal(child);
      const told = seated?.parents.map(({ key, output, succeeded }) => [key, output, succeeded]);
      expect(told).to.deep.equal([
        ['a "b", {c}', empty, true],
        ["uri", uri, true],
        ["body", bytes("of body"), true],
        ["failed", null, false],
        [null, null, true],
      ]);
      const claimed = await claimedAgain(session, child);
      expect(seated?.parents).to.deep.equal(claimed?.parents);
      expect([seated?.parentsTruncated, claimed?.parentsTruncated]).to.deep.equal([false, false]);
    });

    it("reads no more of large outputs than one dependent may be given, however many parents it has", async () => {
      const world = current();
      const session = await world.register();
      const ids = await world.submit([{}, {}, {}, {}, {}, { siblingParents: [3, 1, 0, 2, 4] }]);
      const [a = 0, b = 0, c = 0, d = 0, , child = 0] = ids;
      await world.run(session, ids.slice(0, 5));
      for (const id of [a, b, c, d])
        await world.store.finishSucceeded([
          { ref: { jobId: id, leaseEpoch: 1 }, output: bytes("x".repeat(300)) },
        ]);
      await world.succeed([ids[4] ?? 0]);
      const { rows } = await world.database.hot<{ id: number | null; output: Buffer | null }>(
        "parent_outputs",
        [[child], 700],
      );
      const read = rows.filter(({ output }) => output !== null).map(({ id }) => id);
      expect(
        read.toSorted((x, y) => (x ?? 0) - (y ?? 0)),
        "the first two in the order of depends_on",
      ).to.deep.equal([b, d].toSorted((x, y) => x - y));
    });

    it("comes with as much of large outputs as a claim would give", async () => {
      const sizes = [
        [OUTPUT_BYTES_MAX / 2, OUTPUT_BYTES_MAX / 2],
        [OUTPUT_BYTES_MAX / 2 + 1, OUTPUT_BYTES_MAX / 2 - 1],
        [OUTPUT_BYTES_MAX, 0],
        [OUTPUT_BYTES_MAX, 1],
        [1, OUTPUT_BYTES_MAX],
      ] as const;
      for (const [first, second] of sizes) {
        const world = current();
        const queue = freshName("q");
        const session = await world.register();
        const ids = await world.submit([{ key: "a" }, { key: "b" }, { siblingParents: [0, 1] }], { queue });
        const [a = 0, b = 0, child = 0] = ids;
        await world.run(session, [a, b]);
        await finishLast(session, queue, [a, bytes("a".repeat(first))]);
        const [seated] = await finishLast(session, queue, [b, bytes("b".repeat(second))]);
        const claimed = await claimedAgain(session, child);
        const shown = `${first} and ${second} bytes`;
        expect(seated?.parents, shown).to.deep.equal(claimed?.parents);
        expect(seated?.parentsTruncated, shown).to.equal(first + second > OUTPUT_BYTES_MAX);
        expect(claimed?.parentsTruncated, shown).to.equal(first + second > OUTPUT_BYTES_MAX);
      }
    });

    it("keeps the parents of each apart, beside dependents of one", async () => {
      const world = current();
      const queue = freshName("q");
      const session = await world.register();
      const parents = Array.from({ length: 40 }, (_, at) => ({ key: `p${at}` }));
      const ids = await world.submit(
        [...parents, { siblingParents: [39, 0, 7] }, { siblingParents: [39] }, { siblingParents: [38, 39] }],
        { queue },
      );
      const seat = { ...session, queueId: await world.queueId(queue), types: null };
      await world.run(session, ids.slice(0, 40));
      const results = ids.slice(0, 40).map((jobId, at) => ({
        ref: { jobId, leaseEpoch: 1 },
        output: bytes(`${at}`),
      }));
      const { seated } = await world.store.finishSucceeded(results, [seat, seat, seat]);
      const given = new Map(
        seated.map(({ jobId, parents: all }) => [jobId, all.map(({ output }) => output?.body?.toString())]),
      );
      expect(ids.slice(40).map((id) => given.get(id))).to.deep.equal([
        ["39", "0", "7"],
        ["39"],
        ["38", "39"],
      ]);
    });
  });

  describe("dependents of the same parents", () => {
    /** Two parents, three dependents of both in the same order, one of both in the other, one of the first alone. */
    async function written(queue: string): Promise<readonly [parents: number[], dependents: number[]]> {
      const ids = await current().submit(
        [
          { key: "a" },
          { key: "b" },
          ...[[0, 1], [0, 1], [0, 1], [1, 0], [0]].map((siblingParents) => ({ siblingParents })),
        ],
        { queue },
      );
      return [ids.slice(0, 2), ids.slice(2)];
    }

    function expectShared(given: readonly Assignment[], dependents: readonly number[]): void {
      const byId = new Map(given.map((assignment) => [assignment.jobId, assignment]));
      const [first, second, third, turned, single] = dependents.map((id) => byId.get(id) as Assignment);
      for (const each of [first, second, third])
        expect(each?.parents.map(({ key }) => key)).to.deep.equal(["a", "b"]);
      expect(second?.parents).to.equal(first?.parents);
      expect(third?.parents).to.equal(first?.parents);
      expect(turned?.parents.map(({ key }) => key)).to.deep.equal(["b", "a"]);
      expect(single?.parents.map(({ key }) => key)).to.deep.equal(["a"]);
    }

    it("are given one list of them, and each output once, by a claim", async () => {
      const world = current();
      const session = await world.register();
      const [[a = 0, b = 0], dependents] = await written(freshName("q"));
      await world.run(session, [a, b]);
      for (const [jobId, output] of [
        [a, "of a"],
        [b, "of b"],
      ] as const)
        await world.store.finishSucceeded([{ ref: { jobId, leaseEpoch: 1 }, output: bytes(output) }]);
      const { assignments } = await world.claim(session, dependents);
      expectShared(assignments, dependents);
      for (const key of ["a", "b"]) {
        const given = assignments.flatMap(({ parents }) => parents.filter((parent) => parent.key === key));
        const outputs = new Set(given.map(({ output }) => output?.body));
        expect([...outputs].map(String)).to.deep.equal([`of ${key}`]);
      }
    });

    it("are given one list of them by a finish", async () => {
      const world = current();
      const queue = freshName("q");
      const session = await world.register();
      const [[a = 0, b = 0], dependents] = await written(queue);
      await world.run(session, [a, b]);
      const seat = { ...session, queueId: await world.queueId(queue), types: null };
      const results = [a, b].map((jobId) => ({
        ref: { jobId, leaseEpoch: 1 },
        output: bytes(`of ${jobId}`),
      }));
      const { seated } = await world.store.finishSucceeded(
        results,
        dependents.map(() => seat),
      );
      expectShared(seated, dependents);
      for (const { parents } of seated)
        for (const { key, output } of parents)
          expect(output?.body?.toString()).to.equal(`of ${key === "a" ? a : b}`);
    });

    it("are given what fits by their own order", async () => {
      const world = current();
      const session = await world.register();
      const [[a = 0, b = 0], dependents] = await written(freshName("q"));
      await world.run(session, [a, b]);
      const half = OUTPUT_BYTES_MAX / 2;
      const outputs = [bytes("a".repeat(half)), bytes("b".repeat(half + 1))];
      await world.store.finishSucceeded(
        [a, b].map((jobId, at) => ({ ref: { jobId, leaseEpoch: 1 }, output: outputs[at] ?? null })),
      );
      const { assignments } = await world.claim(session, dependents);
      const lengths = assignments.map(({ parents, parentsTruncated }) => [
        parents.map(({ output }) => output?.body?.length ?? null),
        parentsTruncated,
      ]);
      const firstFits = [[half, null], true];
      expect(lengths).to.deep.equal([
        firstFits,
        firstFits,
        firstFits,
        [[half + 1, null], true],
        [[half], false],
      ]);
    });
  });

  describe("the graphs of assigned jobs", () => {
    it("are known of graphs that were written here, without a look", async () => {
      const world = current();
      const queue = freshName("q");
      const session = await world.register();
      const graph = await world.submitGraph([{}, { siblingParents: [0] }], { queue, graph: "g" });
      const linked = await world.submitLinked([{}, { siblingParents: [0] }], { queue, graph: "l" });
      const graphs = [
        { ids: graph.ids, publicId: formatId(graph.graphId, graph.createdMs) },
        {
          ids: linked.jobs.map(({ id }) => id),
          publicId: formatId(linked.graph?.id ?? 0, linked.graph?.createdMs ?? 0),
        },
      ];
      // A look would find nothing.
      await world.database.kysely
        .deleteFrom("graphs")
        .where("id", "in", [graph.graphId, linked.graph?.id ?? 0])
        .execute();
      for (const { ids, publicId } of graphs) {
        const [parent = 0, child] = ids;
        await world.run(session, [parent]);
        const [seated] = await finishLast(session, queue, [parent, null]);
        expect([seated?.jobId, seated?.graphPublicId]).to.deep.equal([child, publicId]);
      }
    });

    it("are looked up when others wrote them, once, and the oldest of many are forgotten", async () => {
      const world = current();
      const { graphId, createdMs } = await world.submitGraph([{}], { graph: "g" });
      const graphIds = new GraphIds(world.database);
      const missing = graphId + 1;
      const known = await graphIds.publicIds([graphId, null, missing, graphId]);
      expect([...known]).to.deep.equal([[graphId, formatId(graphId, createdMs)]]);
      await world.database.kysely.deleteFrom("graphs").where("id", "=", graphId).execute();
      expect((await graphIds.publicIds([graphId])).get(graphId)).to.equal(formatId(graphId, createdMs));
      const [oldest, newest] = [graphId + 1, graphId + 10_000];
      for (let id = oldest; id <= newest; id++) graphIds.remember(id, createdMs);
      expect([...(await graphIds.publicIds([graphId, oldest, newest])).keys()]).to.deep.equal([
        oldest,
        newest,
      ]);
    });
  });
}
