/** Real workflows, over the wire, on Postgres and Redis: three worker processes of 32 slots, no work but coordination. */
import { expect } from "chai";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { readGraphFile } from "../../server/cli/graph/read-graph-file.js";
import type { WorkGraph } from "../../server/cli/graph/work-graph.js";
import { graphJobs } from "../../server/cli/run/graph-jobs.js";
import { toPayload } from "../../worker-sdk/typescript/payload.js";
import { expectAuditClean, expectNoDatabaseErrors } from "../support/audit.js";
import { graphFixture, OWN_LOCK_FILE, recordedWorkflows } from "../support/graph-files.js";
import {
  type History,
  readServerRecords,
  readWorkerLog,
  sha256,
  type SubmittedRecord,
} from "../support/history.js";
import { expectHistoryClean, startedMoreThanOnce } from "../support/history-checks.js";
import { type Installation, openInstallation, type ServerProcess } from "../support/server-process.js";
import type { SpawnedNode } from "../support/spawn-node.js";
import { startStockWorker } from "../support/workers.js";

const WORKERS = 3;
const SLOTS = 32;
const DEFAULTS = { type: "task", queue: "default", priority: undefined, expectedScale: null };

const FIXTURES = ["nightly.muster.json", "project.package-lock.json", "survey.wfformat.json"].map(
  graphFixture,
);
const FILES = [OWN_LOCK_FILE, ...FIXTURES, ...(recordedWorkflows() ?? [])];

describe("workflows on Postgres and Redis", function () {
  this.timeout(120_000);
  let folder: string;
  let log: string;
  let installation: Installation;
  let server: ServerProcess;
  let workers: readonly SpawnedNode[];
  const submitted: SubmittedRecord[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "muster-workflows-"));
    log = join(folder, "history.jsonl");
    installation = await openInstallation();
    server = await installation.startServer();
    workers = await Promise.all(
      Array.from({ length: WORKERS }, (_, index) =>
        startStockWorker(
          server.address,
          `w${index + 1}`,
          "--replay",
          ...["--time-scale", "0", "--concurrency", String(SLOTS), "--queue", "default", "reports"],
          ...["--log-file", log],
        ),
      ),
    );
  });

  after(async () => {
    for (const worker of workers ?? []) await worker.kill("SIGTERM");
    await installation?.close();
    await rm(folder, { recursive: true });
  });

  async function submit(graph: WorkGraph): Promise<{ graphId: string; ids: readonly string[] }> {
    const jobs = graphJobs(graph, DEFAULTS);
    const accepted = await server.client.submitGraph({ name: graph.name, jobs });
    const ids = accepted.jobs.map((job) => job.id);
    for (const [position, job] of jobs.entries()) {
      submitted.push({
        jobId: ids[position] ?? null,
        payloadSha256: sha256(toPayload(job.payload)?.bytes ?? Buffer.alloc(0)),
        parents: (graph.parentPositions[position] ?? []).map((parent) => ids[parent] ?? ""),
        onParentFailure: job.onParentFailure ?? "cancel",
        maxAttempts: job.maxAttempts ?? 3,
      });
    }
    return { graphId: accepted.graphId, ids };
  }

  for (const file of FILES) {
    it(`runs ${basename(file)} to its end, each job once, parents first`, async () => {
      const graph = await readGraphFile(file);
      const { graphId, ids } = await submit(graph);
      let last = await server.client.getGraph(graphId);
      for await (const view of server.client.watchGraph(graphId)) last = view;
      expect(last.counts).to.include({ succeeded: graph.tasks.length, dead: 0, cancelled: 0 });
      expect(last.finishedAt).to.be.an.instanceOf(Date);

      const ended = new Map<string, { startedMs: number; finishedMs: number }>();
      for await (const job of server.client.listAll({ graphId, omitBodies: true, pageSize: 1000 })) {
        expect(job, job.key).to.include({ state: "succeeded", attempt: 1, leaseEpoch: 1, generation: 1 });
        ended.set(job.id, {
          startedMs: job.startedAt?.getTime() ?? 0,
          finishedMs: job.finishedAt?.getTime() ?? 0,
        });
      }
      expect(ended.size).to.equal(graph.tasks.length);
      const early = graph.parentPositions.flatMap((parents, position) =>
        parents.filter((parent) => {
          const child = ended.get(ids[position] ?? "");
          return (child?.startedMs ?? 0) < (ended.get(ids[parent] ?? "")?.finishedMs ?? 0);
        }),
      );
      expect(early).to.deep.equal([]);
    });
  }

  it("leaves histories and rows in which every promise was kept", async () => {
    for (const worker of workers) await worker.kill("SIGTERM"); // so that every acknowledgement is in the log
    const history: History = {
      submitted,
      client: [],
      workers: readWorkerLog(log),
      ...(await readServerRecords(installation.database.url)),
    };
    expect(submitted.length).to.be.greaterThan(100);
    expectHistoryClean(history, submitted.length);
    expect(startedMoreThanOnce(history)).to.deep.equal([]);
    await expectAuditClean(installation.database.url);
    await expectNoDatabaseErrors(installation.database);
  });

  it("counts no foreign-key violation and no deadlock", async () => {
    expect(await server.metric("muster_foreign_key_violations_total")).to.equal(0);
    expect(await server.metric("muster_deadlocks_total")).to.equal(0);
    expect(await server.metric("muster_assignments_total")).to.equal(submitted.length);
  });
});
