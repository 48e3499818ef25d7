/** Checkpoints, end to end: the next attempt gets the last one, whatever ended the one before. */
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import {
  type Handler,
  type JobView,
  NonRetryableError,
  ReleaseError,
} from "../../worker-sdk/typescript/index.js";
import { expectAuditClean, expectNoDatabaseErrors } from "../support/audit.js";
import { eventually } from "../support/eventually.js";
import { type Installation, openInstallation, type ServerProcess } from "../support/server-process.js";
import { spawnNode, type SpawnedNode } from "../support/spawn-node.js";
import { startWorker } from "../support/workers.js";

const CHECKPOINT_WORKER = fileURLToPath(new URL("../support/checkpoint-worker.js", import.meta.url));
const QUICK = { kind: "fixed", baseMs: 0, capMs: 0, jitter: 0 } as const;

describe("checkpoints, end to end", function () {
  this.timeout(60_000);
  let installation: Installation;
  let server: ServerProcess;
  let queues = 0;

  before(async () => {
    installation = await openInstallation({ MUSTER_RESCUE_INTERVAL_MS: "100" });
    server = await installation.startServer();
  });

  after(async () => {
    await installation?.close();
  });

  const startProcess = (queue: string, id: string): Promise<SpawnedNode> =>
    spawnNode(CHECKPOINT_WORKER, [server.address, queue, id], { readyLine: null });

  async function until(id: string, holds: (job: JobView) => boolean): Promise<JobView> {
    return eventually(async () => {
      const job = await server.client.get(id);
      return holds(job) ? job : null;
    }, 20_000);
  }

  const savedBy = (job: JobView): unknown => job.checkpoint?.json<{ by: string }>().by;

  it("survive the kill of their worker, twice, and show with the job", async () => {
    const queue = `q${++queues}`;
    const { id } = await server.client.submit({ type: "t", queue });
    for (const workerId of ["first", "second"]) {
      const worker = await startProcess(queue, workerId);
      const job = await until(id, (view) => savedBy(view) === workerId);
      expect(job).to.include({ state: "running", progress: 0.5 });
      expect(job.checkpointAt).to.be.instanceOf(Date);
      await worker.kill("SIGKILL");
    }
    const { stop } = await startWorker(server.address, { t: (job) => job.checkpoint?.json() }, { queue });
    const done = await server.client.waitFor(id);
    expect(done).to.include({ state: "succeeded", attempt: 1, losses: 2 });
    expect(done.output.json()).to.deep.equal({ row: 17, by: "second", before: { row: 17, by: "first" } });
    await stop();
  });

  const ends: Readonly<Record<string, () => never>> = {
    fails: () => {
      throw new Error("half way");
    },
    "gives the job back": () => {
      throw new ReleaseError();
    },
  };
  for (const [how, end] of Object.entries(ends)) {
    it(`are not lost when the handler ${how} right after it saved one, many times over`, async () => {
      const handler: Handler = (job) => {
        if (job.checkpoint !== undefined) return job.checkpoint.json();
        job.saveCheckpoint({ of: job.id });
        return end();
      };
      const queue = `q${++queues}`;
      const { stop } = await startWorker(server.address, { t: handler }, { queue, concurrency: 20 });
      const jobs = Array.from({ length: 60 }, () => ({ type: "t", queue, backoff: QUICK }));
      const submitted = await server.client.submit(jobs);
      for (const { id } of submitted) {
        const job = await server.client.waitFor(id);
        expect(job.output.json()).to.deep.equal({ of: id });
        expect(job.leaseEpoch, "assignments").to.equal(2);
      }
      await stop();
    });
  }

  it("are there for the new generation of a job that was dead", async () => {
    const handler: Handler = (job) => {
      if (job.checkpoint !== undefined) return job.checkpoint.json();
      job.saveCheckpoint("so far");
      throw new NonRetryableError("no more");
    };
    const queue = `q${++queues}`;
    const { stop } = await startWorker(server.address, { t: handler }, { queue });
    const { id } = await server.client.submit({ type: "t", queue });
    expect((await server.client.waitFor(id)).state).to.equal("dead");
    await server.client.deadLetters.retry({ jobIds: [id] });
    const done = await server.client.waitFor(id);
    expect(done.output.json()).to.equal("so far");
    expect(done).to.include({ generation: 2, attempt: 1 });
    await stop();
  });

  it("left the rows in order and Postgres without errors", async () => {
    await expectAuditClean(installation.database.url);
    await expectNoDatabaseErrors(installation.database);
  });
});
