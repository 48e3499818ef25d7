/** What operators do and what goes wrong, end to end: pause, drain, replicas, killed workers, restarted servers. */
import { expect } from "chai";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Handler, JobContext, JobInput } from "../../worker-sdk/typescript/index.js";
import { expectAuditClean, expectNoDatabaseErrors } from "../support/audit.js";
import { eventually } from "../support/eventually.js";
import { freePort } from "../support/free-port.js";
import { readServerRecords, readWorkerLog, sha256 } from "../support/history.js";
import { expectHistoryClean, startedMoreThanOnce } from "../support/history-checks.js";
import { type Installation, openInstallation, type ServerProcess } from "../support/server-process.js";
import { signal } from "../support/signal.js";
import { startStockWorker, startWorker } from "../support/workers.js";

describe("operations, end to end, on two replicas", function () {
  this.timeout(90_000);
  let installation: Installation;
  let one: ServerProcess;
  let two: ServerProcess;
  let folder: string;
  let queues = 0;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "muster-operations-"));
    installation = await openInstallation({
      MUSTER_HEARTBEAT_INTERVAL_MS: "200",
      MUSTER_LEASE_TTL_MS: "60000",
      MUSTER_RESCUE_INTERVAL_MS: "100",
    });
    [one, two] = await Promise.all([installation.startServer(), installation.startServer()]);
  });

  after(async () => {
    await installation?.close();
    await rm(folder, { recursive: true });
  });

  const freshQueue = (): string => `q${++queues}`;

  async function submit(server: ServerProcess, job: JobInput): Promise<string> {
    return (await server.client.submit(job)).id;
  }

  /** Fires `started` with each job; the job ends when `finish` is called or it is aborted. */
  function held(): { handler: Handler; started: ReturnType<typeof signal<JobContext>>; finish: () => void } {
    const started = signal<JobContext>();
    const ends = new Set<() => void>();
    const handler: Handler = (job) =>
      new Promise<string>((resolve, reject) => {
        ends.add(() => resolve("finished"));
        job.signal.addEventListener("abort", () => reject(job.signal.reason as Error));
        started.fire(job);
      });
    return { handler, started, finish: () => ends.forEach((end) => end()) };
  }

  it("runs a job submitted on one replica on a worker of the other, at once", async () => {
    const queue = freshQueue();
    const { stop } = await startWorker(two.address, { t: () => "done" }, { queue });
    await one.client.waitFor(await submit(one, { type: "t", queue })); // both know the queue now
    const job = await one.client.waitFor(await submit(one, { type: "t", queue }));
    expect(job.state).to.equal("succeeded");
    // By the wake-up, not by the slow poll behind it.
    expect((job.startedAt?.getTime() ?? 0) - (job.readyAt?.getTime() ?? 0)).to.be.within(-100, 500);
    await stop();
  });

  it("unblocks a dependent on whichever replica its worker is", async () => {
    const [first, second] = [freshQueue(), freshQueue()];
    const a = await startWorker(one.address, { t: () => 1 }, { queue: first });
    const b = await startWorker(two.address, { t: ({ parents }) => parents[0]?.json() }, { queue: second });
    const [, child] = await two.client.submit([
      { type: "t", queue: first, key: "p" },
      { type: "t", queue: second, dependsOn: ["p"] },
    ]);
    const job = await one.client.waitFor(child?.id ?? "");
    expect(job.output.json()).to.equal(1);
    await a.stop();
    await b.stop();
  });

  it("cancels on one replica what runs on a worker of the other", async () => {
    const queue = freshQueue();
    const { handler, started } = held();
    const { stop } = await startWorker(two.address, { t: handler }, { queue });
    const id = await submit(one, { type: "t", queue });
    const job = await started.next();
    const aborted = once(job.signal, "abort");
    const cancelledMs = Date.now();
    expect(await one.client.cancel(id)).to.deep.equal({ state: "running", won: true });
    await aborted;
    const { state, finishedAt } = await one.client.waitFor(id);
    expect(state).to.equal("cancelled");
    expect((finishedAt?.getTime() ?? 0) - cancelledMs).to.be.within(0, 1_000); // by the nudge, not by the poll
    await stop();
  });

  it("pauses a queue on every replica: what runs goes on, nothing new starts until it is resumed", async () => {
    const queue = freshQueue();
    const seen: string[] = [];
    const { handler, started, finish } = held();
    const record: Handler = (job) => {
      seen.push(job.id);
      return job.json() === "hold" ? handler(job) : "done";
    };
    const { stop } = await startWorker(two.address, { t: record }, { queue });
    const running = await submit(one, { type: "t", queue, payload: "hold" });
    await started.next();
    expect(await one.client.pauseQueue(queue)).to.equal(true);
    expect(await two.client.pauseQueue(queue)).to.equal(false);
    const waiting = [await submit(one, { type: "t", queue }), await submit(two, { type: "t", queue })];
    finish();
    expect((await one.client.waitFor(running)).state).to.equal("succeeded");
    // Another queue of the same worker's replica works on, and by then this one would have, too.
    const other = freshQueue();
    const witness = await startWorker(two.address, { t: () => "done" }, { queue: other });
    for (let n = 0; n < 5; n++) await one.client.waitFor(await submit(one, { type: "t", queue: other }));
    await witness.stop();
    expect(seen).to.deep.equal([running]);
    const shown = (await two.client.queues()).find(({ name }) => name === queue);
    expect(shown).to.deep.include({ paused: true, ready: { high: 0, medium: 2, low: 0 } });
    const resumedMono = performance.now();
    expect(await one.client.resumeQueue(queue)).to.equal(true);
    for (const id of waiting) expect((await one.client.waitFor(id)).state).to.equal("succeeded");
    expect(performance.now() - resumedMono).to.be.lessThan(3_000);
    await stop();
  });

  it("drains a worker from another replica: it finishes what it holds, gets nothing more, and leaves", async () => {
    const queue = freshQueue();
    const { handler, started, finish } = held();
    const drained = await startWorker(
      two.address,
      { t: handler },
      { queue, workerId: "drained", concurrency: 2 },
    );
    const id = await submit(one, { type: "t", queue });
    await started.next();
    expect(await one.client.drainWorker("drained")).to.include({ state: "draining", inFlight: 1 });
    await eventually(() => drained.worker.state === "draining", 5_000);
    const next = await submit(one, { type: "t", queue });
    finish();
    expect(await drained.ended).to.equal(undefined);
    expect(await one.client.get(id)).to.include({ state: "succeeded" });
    expect((await one.client.worker("drained")).state).to.equal("offline");
    expect((await one.client.get(next)).state).to.equal("ready");
    await drained.stop();
    const successor = await startWorker(one.address, { t: () => "done" }, { queue });
    expect((await one.client.waitFor(next)).state).to.equal("succeeded");
    await successor.stop();
  });

  it("gives the jobs of a killed worker to another within two seconds, and none of them an attempt less", async () => {
    const queue = freshQueue();
    const log = join(folder, "killed.jsonl");
    const args = ["--replay", "--queue", queue, "--concurrency", "8", "--log-file", log];
    const killed = await startStockWorker(two.address, "killed", ...args);
    const jobs = Array.from({ length: 8 }, () => ({ type: "t", queue, payload: { runtimeSeconds: 600 } }));
    const ids = (await one.client.submit(jobs)).map(({ id }) => id);
    await eventually(() => readWorkerLog(log).filter(({ event }) => event === "start").length === 8, 10_000);
    const started = signal<JobContext>();
    const { stop } = await startWorker(one.address, { t: (job) => started.fire(job) }, { queue });
    const killedMono = performance.now();
    await killed.kill("SIGKILL");
    const again = await Promise.all(ids.map(() => started.next(10_000)));
    expect(performance.now() - killedMono).to.be.lessThan(2_500);
    expect(again.map(({ id }) => id)).to.have.members(ids);
    for (const { attempt, leaseEpoch } of again) expect([attempt, leaseEpoch]).to.deep.equal([1, 2]);
    for (const id of ids) {
      const { state } = await one.client.waitFor(id);
      const job = await one.client.get(id);
      expect(state).to.equal("succeeded");
      expect(job).to.include({ attempt: 1, losses: 1 });
      expect(job.executions.map(({ outcome }) => outcome)).to.deep.equal(["lost", "succeeded"]);
    }
    await stop();
  });

  it("declares a job dead that loses its worker every time", async () => {
    const queue = freshQueue();
    const id = await submit(one, { type: "t", queue, payload: { runtimeSeconds: 600 } });
    for (let loss = 1; loss <= 3; loss++) {
      const args = ["--replay", "--queue", queue, "--log-file", join(folder, `poison-${loss}.jsonl`)];
      const worker = await startStockWorker(one.address, `poisoned-${loss}`, ...args);
      await eventually(() => readWorkerLog(args[4] ?? "").some(({ event }) => event === "start"), 10_000);
      await worker.kill("SIGKILL");
    }
    expect(await one.client.waitFor(id)).to.include({
      state: "dead",
      stateReason: "poison",
      losses: 3,
      attempt: 1,
    });
  });

  for (const how of ["SIGTERM", "SIGKILL"] as const) {
    it(`loses nothing and runs nothing twice when a server is ended with ${how} and started again`, async () => {
      const queue = freshQueue();
      const port = await freePort();
      let server = await installation.startServer(port);
      const log = join(folder, `restart-${how}.jsonl`);
      const worker = await startStockWorker(
        server.address,
        `survivor-${how}`,
        ...["--replay", "--queue", queue, "--concurrency", "16", "--log-file", log],
      );
      const submitted = await one.client.submit(
        Array.from({ length: 60 }, (_, n) => ({
          type: "t",
          queue,
          key: `j${n}`,
          payload: { runtimeSeconds: 0.15, n },
          dependsOn: n < 20 ? [] : [`j${n - 20}`],
        })),
      );
      await eventually(
        () => readWorkerLog(log).filter(({ event }) => event === "start").length >= 20,
        10_000,
      );
      await server.end(how);
      server = await installation.startServer(port);
      for (const { id } of submitted) expect((await one.client.waitFor(id)).state).to.equal("succeeded");
      await worker.kill("SIGTERM");
      const history = {
        submitted: submitted.map(({ id }, n) => ({
          jobId: id,
          payloadSha256: sha256(Buffer.from(JSON.stringify({ runtimeSeconds: 0.15, n }))),
          parents: n < 20 ? [] : [submitted[n - 20]?.id ?? ""],
          onParentFailure: "cancel" as const,
          maxAttempts: 3,
        })),
        client: [],
        workers: readWorkerLog(log),
        ...(await recordsOf(new Set(submitted.map(({ id }) => id)))),
      };
      expect(startedMoreThanOnce(history)).to.deep.equal([]);
      expectHistoryClean(history, 0);
      const sessions = history.workers.filter(({ event }) => event === "session");
      expect(sessions.length, "sessions confirmed").to.be.at.least(2);
      expect(new Set(sessions.map(({ sessionId }) => sessionId)).size, "resumed, not new").to.equal(1);
      await server.end();
    });
  }

  /** The server's records of these jobs alone. */
  async function recordsOf(ids: ReadonlySet<string>) {
    const all = await readServerRecords(installation.database.url);
    return { ...all, executions: all.executions.filter(({ jobId }) => ids.has(jobId)) };
  }

  it("left the rows in order and Postgres without errors", async () => {
    await expectAuditClean(installation.database.url);
    await expectNoDatabaseErrors(installation.database);
  });
});
