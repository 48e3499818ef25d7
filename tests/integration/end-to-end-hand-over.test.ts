/**
 * Handing over, end to end: dependents reach waiting workers in the commit that releases them, without a claim, with
 * what their parents gave them, the most urgent first, and across queues once it is known where a queue leads.
 */
import { expect } from "chai";
import type { GraphInput, Handler } from "../../worker-sdk/typescript/index.js";
import { expectAuditClean, expectNoDatabaseErrors } from "../support/audit.js";
import { eventually } from "../support/eventually.js";
import { type Installation, openInstallation, type ServerProcess } from "../support/server-process.js";
import { startWorker, type TestWorker } from "../support/workers.js";

describe("handing over, end to end", function () {
  this.timeout(60_000);
  let installation: Installation;
  let server: ServerProcess;
  let worker: TestWorker | undefined;
  let queues = 0;

  before(async () => {
    installation = await openInstallation();
    server = await installation.startServer();
  });

  afterEach(async () => {
    await worker?.stop();
    worker = undefined;
  });

  after(async () => {
    await expectAuditClean(installation.database.url);
    await expectNoDatabaseErrors(installation.database);
    await installation.close();
  });

  const freshQueue = (): string => `q${++queues}`;

  /** Jobs that went through a claim since the start of the server. */
  const claimed = (): Promise<number> => server.metric("muster_flush_items_sum", 'lane="claim"');

  async function run(graph: GraphInput): Promise<void> {
    const { graphId } = await server.client.submitGraph(graph);
    await eventually(async () => (await server.client.getGraph(graphId)).finishedAt !== undefined, 30_000);
    expect((await server.client.getGraph(graphId)).counts).to.deep.include({ succeeded: graph.jobs.length });
  }

  const chain = (queue: string, length: number): GraphInput => ({
    jobs: Array.from({ length }, (_, at) => ({
      type: "t",
      queue,
      key: String(at),
      payload: at,
      ...(at > 0 && { dependsOn: [String(at - 1)] }),
    })),
  });

  it("takes a chain from step to step without a claim, each with the output of the one before", async () => {
    const queue = freshQueue();
    const seen: unknown[] = [];
    const handler: Handler = (job) => {
      seen.push([job.json(), job.parents.map((parent) => [parent.key, parent.output.json()])]);
      return Number(job.json()) * 10;
    };
    worker = await startWorker(server.address, { t: handler }, { queue, concurrency: 4 });
    const before = await claimed();
    await run(chain(queue, 30));
    expect(seen).to.deep.equal(
      Array.from({ length: 30 }, (_, at) => [at, at === 0 ? [] : [[String(at - 1), (at - 1) * 10]]]),
    );
    // The first may be claimed, when nobody was known to wait; a step now and then, when a look at the queue came between.
    expect((await claimed()) - before).to.be.at.most(5);
  });

  it("gives what is released to the most urgent first", async () => {
    const queue = freshQueue();
    const order: unknown[] = [];
    const handler: Handler = async (job) => {
      if (job.json() !== "parent") order.push(job.json());
      await new Promise((resolve) => setImmediate(resolve));
    };
    worker = await startWorker(server.address, { t: handler }, { queue, concurrency: 1, window: 4 });
    const priorities = [1, 5, 3, 9, 2, 4, 0, 8];
    await run({
      jobs: [
        { type: "t", queue, key: "p", payload: "parent" },
        ...priorities.map((priority) => ({
          type: "t",
          queue,
          payload: priority,
          priority,
          inheritPriority: false,
          dependsOn: ["p"],
        })),
      ],
    });
    expect(order.slice(0, 4), "high, in order of submission").to.deep.equal([5, 9, 4, 8]);
    expect(order.slice(4)).to.have.members([3, 2, 1, 0]);
  });

  it("knows after the first time that one queue leads to another", async () => {
    const [from, to] = [freshQueue(), freshQueue()];
    const subscriptions = [{ queue: from }, { queue: to }];
    worker = await startWorker(server.address, { t: () => undefined }, { subscriptions });
    const step = (): GraphInput => ({
      jobs: [
        { type: "t", queue: from, key: "a" },
        { type: "t", queue: to, dependsOn: ["a"] },
      ],
    });
    await run(step());
    const before = await claimed();
    for (let turn = 0; turn < 10; turn++) await run(step());
    expect((await claimed()) - before).to.be.at.most(5);
  });
});
