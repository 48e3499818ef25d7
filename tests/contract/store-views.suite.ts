/**
 * The part of the store's suite about the read side, as far as it must hold on every database. What the lists do in
 * detail (paging, filters, bounds) is shown on Postgres in tests/integration.
 */
import { storeCheckupSuite } from "./store-checkup.suite.js";
import { storeExplainSuite } from "./store-explain.suite.js";
import { expect } from "chai";
import { formatId } from "../../server/core/job-id.js";
import { bytes, freshName, type StoreWorld } from "./store-world.js";

const LIST = {
  states: [],
  queue: null,
  type: null,
  graph: null,
  labels: {},
  pageSize: 10,
  pageToken: null,
  oldestFirst: true,
  omitBodies: false,
} as const;

export function storeViewsSuite(current: () => StoreWorld): void {
  storeExplainSuite(current);
  storeCheckupSuite(current);
  describe("views", () => {
    it("shows a job with its executions, and no job of another namespace or time", async () => {
      const world = current();
      const [id = 0] = await world.submit([{ payload: bytes("in"), labels: { a: "b" } }]);
      await world.run(await world.register(), [id]);
      await world.succeed([id]);
      const [decoded = { id, createdMs: 0 }] = await world.decoded([id]);
      const view = await world.views.getJob("default", decoded);
      expect(view).to.deep.include({
        id,
        state: "succeeded",
        payload: bytes("in"),
        labels: { a: "b" },
        attempt: 1,
      });
      expect(view?.publicId).to.equal(formatId(id, decoded.createdMs));
      expect(view?.executions.map(({ attempt, outcome }) => [attempt, outcome])).to.deep.equal([
        [1, "succeeded"],
      ]);
      expect(await world.views.getJob(freshName("ns"), decoded)).to.equal(null);
      expect(await world.views.getJob("default", { ...decoded, createdMs: decoded.createdMs + 1 })).to.equal(
        null,
      );
    });

    it("gives another version whenever a job changed", async () => {
      const world = current();
      const [id = 0] = await world.submit([{}]);
      const seen = new Set<string | undefined>();
      const look = async (): Promise<void> => {
        const version = (await world.views.jobVersions([id])).get(id);
        expect((await world.views.someJobs([id])).jobs.get(id)?.version).to.equal(version);
        seen.add(version);
      };
      await look();
      await look();
      expect(seen.size).to.equal(1);
      await world.run(await world.register(), [id]);
      await look();
      await world.succeed([id]);
      await look();
      expect(seen.size).to.equal(3);
      expect([...(await world.views.jobVersions([2 ** 50])).keys()]).to.deep.equal([]);
    });

    it("reads no more jobs at a time than may be in memory together, and each of them once", async () => {
      const world = current();
      const large = { contentType: "", body: Buffer.alloc(1_500_000, "x"), uri: null };
      const ids = await world.submit(Array.from({ length: 7 }, () => ({ payload: large })));
      const wanted = [2 ** 50, ...ids.slice(0, 4), 2 ** 50 + 1, ...ids.slice(4), 2 ** 50 + 2];
      const parts: number[][] = [];
      for (let left: readonly number[] = wanted; left.length > 0 && parts.length < 20;) {
        const some = await world.views.someJobs(left);
        for (const { view } of some.jobs.values()) expect(view.payload).to.deep.equal(large);
        parts.push([...some.jobs.keys()].toSorted((a, b) => a - b));
        left = some.left;
      }
      // The third is the first that is over 4 MiB; what comes last is not there.
      expect(parts).to.deep.equal([ids.slice(0, 3), ids.slice(3, 6), ids.slice(6), []]);
    });

    it("lists jobs by queue, state and label, page by page", async () => {
      const world = current();
      const queue = freshName("q");
      const ids = await world.submit([{ labels: { a: "1" } }, {}, { labels: { a: "1" } }], { queue });
      const query = { ...LIST, namespace: "default", queue };
      const seen: number[] = [];
      for (let pageToken: string | null = null, more = true; more;) {
        const page = await world.views.listJobs({ ...query, pageSize: 2, pageToken });
        seen.push(...page.jobs.map((job) => job.id));
        pageToken = page.nextPageToken;
        more = pageToken !== null;
      }
      expect(seen).to.deep.equal(ids);
      const labelled = await world.views.listJobs({ ...query, labels: { a: "1" } });
      expect(labelled.jobs.map((job) => job.id)).to.deep.equal([ids[0], ids[2]]);
      expect((await world.views.listJobs({ ...query, states: ["dead"] })).jobs).to.deep.equal([]);
    });

    it("shows a graph, its jobs and how far they are", async () => {
      const world = current();
      const { ids, graphId, createdMs } = await world.submitGraph([{}, { siblingParents: [0] }], {
        graph: "g",
      });
      const head = await world.views.findGraph("default", { id: graphId, createdMs });
      if (head === null) throw new Error("the graph was not found");
      expect(await world.views.graphJobIds(head)).to.deep.equal(ids);
      const counts = async () => (await world.views.graphProgress([head])).get(graphId);
      expect((await counts())?.counts).to.include({ ready: 1, blocked: 1 });
      const session = await world.register();
      for (const id of ids) {
        await world.run(session, [id]);
        await world.succeed([id]);
      }
      const progress = await counts();
      expect(progress?.counts).to.include({ succeeded: 2, ready: 0 });
      expect(progress?.finishedAt).to.be.instanceOf(Date);
      expect(await world.views.findGraph(freshName("ns"), { id: graphId, createdMs })).to.equal(null);
    });

    it("shows workers by namespace and queues with what is open in them", async () => {
      const world = current();
      const [namespace, workerId] = [freshName("ns"), freshName("worker-")];
      await world.register({ namespace, workerId });
      expect(await world.views.getWorker(namespace, workerId)).to.include({ workerId, state: "online" });
      expect(await world.views.getWorker("default", workerId)).to.equal(null);
      const listed = await world.views.listWorkers({ namespace, states: [], pageSize: 10, pageToken: null });
      expect(listed.workers.map((worker) => worker.workerId)).to.deep.equal([workerId]);
      await world.submit([{ priority: 9 }, { priority: 1 }, { siblingParents: [0] }], { namespace });
      const [queue] = await world.views.queueCounts(namespace);
      expect(queue).to.deep.include({
        ready: { high: 1, medium: 0, low: 1 },
        blocked: 1,
        running: 0,
        workers: 1,
        paused: false,
      });
      expect(await world.views.setQueuePaused({ namespace, name: "nothing" }, true)).to.equal(null);
      expect(await world.views.setQueuePaused({ namespace, name: "default" }, false)).to.equal(false);
    });
  });
}
