/**
 * Timeouts, end to end: workers that do not enforce them, that fall silent, that never come; a graph whose time is over;
 * and the same after the replica that was in charge is gone. The worker of these tests is deaf: it neither stops nor
 * answers, so whatever ends its jobs is the server.
 */
import { expect } from "chai";
import type { Handler, JobAbortedError, JobInput, JobView } from "../../worker-sdk/typescript/index.js";
import { expectAuditClean, expectNoDatabaseErrors } from "../support/audit.js";
import { eventually } from "../support/eventually.js";
import { type Installation, openInstallation, type ServerProcess } from "../support/server-process.js";
import { type Signal, signal } from "../support/signal.js";
import { startWorker, type TestWorker } from "../support/workers.js";

const QUICK = { kind: "fixed", baseMs: 1, jitter: 0 } as const;

describe("timeouts, end to end", function () {
  this.timeout(60_000);
  let installation: Installation;
  let server: ServerProcess;
  let worker: TestWorker | undefined;
  let started: Signal<string>;
  let aborted: Signal<JobAbortedError>;
  const releases: (() => void)[] = [];

  /** Goes on after it was told to stop, until the test lets it go. */
  const deaf: Handler = (job) => {
    started.fire(job.id);
    job.signal.addEventListener("abort", () => aborted.fire(job.signal.reason as JobAbortedError));
    return new Promise((resolve) => releases.push(() => resolve("too late")));
  };

  before(async () => {
    installation = await openInstallation({
      MUSTER_RESCUE_INTERVAL_MS: "50",
      MUSTER_SCHEDULER_INTERVAL_MS: "20",
      MUSTER_TIMEOUT_GRACE_MS: "100",
    });
    server = await installation.startServer();
  });

  beforeEach(() => {
    started = signal();
    aborted = signal();
  });

  afterEach(async () => {
    for (const release of releases.splice(0)) release();
    await worker?.stop();
    worker = undefined;
  });

  after(async () => {
    await installation?.close();
  });

  async function run(job: JobInput): Promise<JobView> {
    const { id } = await server.client.submit(job);
    await server.client.waitFor(id);
    return server.client.get(id);
  }

  const outcomes = (job: JobView): string[] => job.executions.map((execution) => execution.outcome);

  it("kills a job that no worker takes, with its reason, and its dependents with it", async () => {
    const jobs = await server.client.submit([
      { key: "a", type: "t", queue: "nobody", startTimeoutMs: 150 },
      { key: "b", type: "t", queue: "nobody", dependsOn: ["a"], onParentFailure: "fail" },
    ]);
    const [a, b] = await Promise.all(jobs.map(({ id }) => server.client.waitFor(id)));
    expect(a).to.include({ state: "dead", stateReason: "start_timeout", startTimeoutMs: 150, leaseEpoch: 0 });
    expect(a?.error?.errorType).to.equal("START_TIMEOUT");
    expect(b).to.include({ state: "dead", stateReason: "parent_failed" });
  });

  it("takes back a job that waits behind a busy slot for too long", async () => {
    worker = await startWorker(server.address, { deaf }, { concurrency: 1, window: 2 });
    const first = await server.client.submit({ type: "deaf" });
    await started.next();
    const job = await run({ type: "deaf", startTimeoutMs: 300 });
    expect(job).to.include({ state: "dead", stateReason: "start_timeout" });
    expect(outcomes(job)).to.deep.equal(["not_started"]);
    expect((await server.client.get(first.id)).state).to.equal("running");
  });

  it("asks a silent worker to stop, then takes the job, and the next attempt may succeed", async () => {
    const handlers: Record<string, Handler> = {
      t: (job) => {
        if (job.attempt === 1) return deaf(job);
        job.progress(0.5);
        return "done";
      },
    };
    worker = await startWorker(server.address, handlers, { concurrency: 4 });
    const job = await run({ type: "t", progressTimeoutMs: 1_000, backoff: QUICK });
    expect(await aborted.next()).to.include({ kind: "cancelled", message: "progress_timeout" });
    expect(job).to.include({ state: "succeeded", attempt: 2, progressTimeoutMs: 1_000, stopReason: "" });
    expect(outcomes(job)).to.deep.equal(["no_progress", "succeeded"]);
    expect(job.executions[0]?.error?.errorType).to.equal("NO_PROGRESS");
    for (const release of releases.splice(0)) release(); // its late result changes nothing
    await eventually(() => worker?.worker.running === 0, 5_000);
    expect(outcomes(await server.client.get(job.id))).to.have.length(2);
  });

  it("leaves a job alone that says every now and then that it is alive", async () => {
    const ticks: Handler = (job) =>
      new Promise((resolve) => {
        let count = 0;
        const timer = setInterval(() => {
          job.progress(0, "still at it");
          if (++count < 12) return;
          clearInterval(timer);
          resolve(count);
        }, 150);
      });
    worker = await startWorker(server.address, { ticks });
    const job = await run({ type: "ticks", progressTimeoutMs: 1_000 });
    expect(outcomes(job)).to.deep.equal(["succeeded"]);
  });

  it("ends a graph whose time is over, also what does not listen", async () => {
    worker = await startWorker(server.address, { deaf, quick: () => "done" });
    const { graphId } = await server.client.submitGraph({
      timeoutMs: 700,
      jobs: [
        { key: "done", type: "quick" },
        { key: "runs", type: "deaf", dependsOn: ["done"] },
        { key: "waits", type: "quick", dependsOn: ["runs"], onParentFailure: "run" },
      ],
    });
    await started.next();
    for await (const graph of server.client.watchGraph(graphId)) expect(graph.timeoutMs).to.equal(700);
    const { jobs } = await server.client.list({ graphId });
    expect(Object.fromEntries(jobs.map((job) => [job.key, `${job.state} ${job.stateReason}`]))).to.deep.equal(
      {
        done: "succeeded ",
        runs: "cancelled graph_timeout",
        waits: "cancelled graph_timeout",
      },
    );
    const runs = await server.client.get(jobs.find((job) => job.key === "runs")?.id ?? "");
    expect(outcomes(runs)).to.deep.equal(["cancel_ignored"]);
    expect(runs.executions[0]?.error?.errorType).to.equal("CANCEL_IGNORED");
  });

  it("enforces them after the replica is killed: on the other one, for a worker that went on there", async () => {
    const doomed = await installation.startServer();
    const ids = await doomed.client.submit([
      { type: "t", queue: "nobody", startTimeoutMs: 1_500 },
      { type: "deaf", queue: "moved", progressTimeoutMs: 3_000, maxAttempts: 1 },
    ]);
    const addresses = `ipv4:${doomed.address},${server.address}`;
    const moved = await startWorker(addresses, { deaf }, { queue: "moved" });
    await started.next();
    await eventually(
      async () => (await server.client.get(ids[1]?.id ?? "")).executions[0]?.startedAt,
      10_000,
    );
    await doomed.end("SIGKILL");
    const [waiting, silent] = await Promise.all(ids.map(({ id }) => server.client.waitFor(id)));
    expect(waiting).to.include({ state: "dead", stateReason: "start_timeout" });
    expect(silent).to.include({ state: "dead", stateReason: "progress_timeout", leaseEpoch: 1, losses: 0 });
    for (const release of releases.splice(0)) release();
    await moved.stop();
  });

  it("left the rows in order and Postgres without errors", async () => {
    await expectAuditClean(installation.database.url);
    await expectNoDatabaseErrors(installation.database);
  });
});
