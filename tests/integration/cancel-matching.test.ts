/** Cancelling by a filter, end to end: what is meant, what is told, what a dry run says, and where a page ends. */
import { expect } from "chai";
import {
  Client,
  type JobAbortedError,
  type JobContext,
  MusterClientError,
} from "../../worker-sdk/typescript/index.js";
import { expectAuditClean, expectNoDatabaseErrors } from "../support/audit.js";
import { type Installation, openInstallation, type ServerProcess } from "../support/server-process.js";
import { signal } from "../support/signal.js";
import { startWorker } from "../support/workers.js";

async function refused(call: Promise<unknown>): Promise<MusterClientError> {
  const error = await call.catch((failure: unknown) => failure);
  expect(error).to.be.instanceOf(MusterClientError);
  return error as MusterClientError;
}

describe("cancel by a filter, end to end", function () {
  this.timeout(30_000);
  let installation: Installation;
  let server: ServerProcess;

  before(async () => {
    installation = await openInstallation();
    server = await installation.startServer();
  });

  after(async () => {
    await installation?.close();
  });

  async function statesOf(queue: string): Promise<Record<string, string>> {
    const { jobs } = await server.client.list({ queue, pageSize: 1000 });
    return Object.fromEntries(jobs.map((job) => [job.key, job.state]));
  }

  it("cancels what all given words name, and nothing beside it", async () => {
    const base = { type: "a", queue: "words", labels: { tenant: "one", kind: "x" } };
    await server.client.submit([
      { ...base, key: "meant" },
      { ...base, key: "late", runAt: new Date(Date.now() + 3_600_000) },
      { ...base, key: "other type", type: "b" },
      { ...base, key: "other label", labels: { tenant: "two", kind: "x" } },
      { ...base, key: "no label", labels: {} },
    ]);
    await server.client.submit({ ...base, key: "elsewhere", queue: "words2" });
    const filter = { queue: "words", type: "a", labels: { tenant: "one" } };
    const dry = await server.client.cancelMatching(filter, { dryRun: true });
    expect(dry).to.include({ matched: 2, cancelled: 0, requested: 0 });
    const named = await Promise.all(dry.firstJobIds.map(async (id) => (await server.client.get(id)).key));
    expect(named).to.deep.equal(["late", "meant"]);
    expect(Object.values(await statesOf("words"))).to.not.include("cancelled");

    const done = await server.client.cancelMatching(filter, { reason: "tenant left" });
    expect(done).to.deep.equal({ matched: 2, cancelled: 2, requested: 0, firstJobIds: [] });
    expect(await server.client.get(dry.firstJobIds[0] ?? "")).to.include({ stateReason: "tenant left" });
    expect(await statesOf("words")).to.deep.equal({
      meant: "cancelled",
      late: "cancelled",
      "other type": "ready",
      "other label": "ready",
      "no label": "ready",
    });
    expect(await statesOf("words2")).to.deep.equal({ elsewhere: "ready" });
    const again = await server.client.cancelMatching(filter);
    expect(again).to.include({ matched: 0, cancelled: 0 });
  });

  it("tells the workers of what runs, unless only what waits is meant", async () => {
    const started = signal<JobContext>();
    const aborted = signal<JobAbortedError>();
    const handlers = {
      listens: (job: JobContext) =>
        new Promise<never>((_, reject) => {
          job.signal.addEventListener("abort", () => {
            aborted.fire(job.signal.reason as JobAbortedError);
            reject(job.signal.reason as Error);
          });
          started.fire(job);
        }),
    };
    const worker = await startWorker(server.address, handlers, { queue: "mixed", concurrency: 1, window: 1 });
    const [runs] = await server.client.submit([{ type: "listens", queue: "mixed", key: "runs" }]);
    await started.next();
    await server.client.submit(["w1", "w2"].map((key) => ({ type: "listens", queue: "mixed", key })));
    const waiting = await server.client.cancelMatching({ queue: "mixed", states: ["ready"] });
    expect(waiting).to.include({ matched: 2, cancelled: 2, requested: 0 });
    expect(await statesOf("mixed")).to.include({ runs: "running", w1: "cancelled", w2: "cancelled" });
    const all = await server.client.cancelMatching({ queue: "mixed" }, { reason: "wrong input" });
    expect(all).to.include({ matched: 1, cancelled: 0, requested: 1 });
    expect(await aborted.next()).to.include({ kind: "cancelled", message: "wrong input" });
    const ended = await server.client.waitFor(runs?.id ?? "");
    expect(ended.state).to.equal("cancelled");
    await worker.stop();
  });

  it("takes page after page, each job once, and the dependents with their parents", async () => {
    const parked = { type: "p", queue: "pages", labels: { batch: "7" } };
    const graph = Array.from({ length: 1_250 }, (_, at) => ({ ...parked, key: `root-${at}` }));
    await server.client.submit([
      ...graph,
      { type: "p", queue: "pages", key: "after", dependsOn: ["root-0"] },
      { type: "p", queue: "pages", key: "anyway", dependsOn: ["root-1"], onParentFailure: "run" as const },
    ]);
    const dry = await server.client.cancelMatching({ labels: { batch: "7" } }, { dryRun: true });
    expect(dry.matched).to.equal(1_250);
    expect(dry.firstJobIds).to.have.length(20);
    const done = await server.client.cancelMatching({ labels: { batch: "7" } });
    expect(done).to.include({ matched: 1_250, cancelled: 1_251, requested: 0 });
    const open = await server.client.list({ queue: "pages", states: ["ready", "blocked"] });
    expect(open.jobs.map((job) => [job.key, job.state])).to.deep.equal([["anyway", "ready"]]);
  });

  it("stays in its namespace and in its graph", async () => {
    const jobs = [
      { key: "a", type: "g", queue: "graphs" },
      { key: "b", type: "h", queue: "graphs" },
    ];
    const { graphId } = await server.client.submitGraph({ jobs });
    const other = await server.client.submitGraph({ jobs });
    const done = await server.client.cancelMatching({ graphId, type: "h" });
    expect(done).to.include({ matched: 1, cancelled: 1 });
    expect((await server.client.getGraph(graphId)).counts).to.include({ cancelled: 1, ready: 1 });
    expect((await server.client.getGraph(other.graphId)).counts).to.include({ cancelled: 0, ready: 2 });
    await using stranger = new Client({ address: server.address, namespace: "elsewhere" });
    expect(await stranger.cancelMatching({ all: true })).to.include({ matched: 0 });
    const missing = await refused(stranger.cancelMatching({ graphId }));
    expect(missing.code).to.equal("GRAPH_NOT_FOUND");
    expect((await server.client.getGraph(other.graphId)).counts).to.include({ ready: 2 });
  });

  it("refuses a filter that names nothing, everything and something, or what has ended", async () => {
    const empty = await refused(server.client.cancelMatching({}));
    expect(empty.code).to.equal("INVALID_REQUEST");
    expect(empty.message).to.equal("filter: expected at least one field, or all, got an empty filter");
    const both = await refused(server.client.cancelMatching({ all: true, queue: "q" }));
    expect(both.message).to.contain("filter.all: expected no other field beside it, got both");
    const late = await refused(server.client.cancelMatching({ states: ["dead", "ready"] }));
    expect(late.message).to.match(
      /^filter\.states: expected .*blocked, scheduled, ready, running, got dead$/,
    );
  });

  it("leaves data that the audit finds nothing in", async () => {
    await server.client.cancelMatching({ all: true }, { graceMs: 0 });
    expect((await server.client.list({ states: ["ready", "blocked", "running"] })).jobs).to.deep.equal([]);
    await expectAuditClean(installation.database.url);
    await expectNoDatabaseErrors(installation.database);
  });
});
