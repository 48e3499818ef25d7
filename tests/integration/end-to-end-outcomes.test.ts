/** What becomes of a job, end to end: results, failures, retries, timeouts, and what its dependents get to see. */
import { expect } from "chai";
import {
  type Handler,
  type JobContext,
  type JobInput,
  type JobView,
  NonRetryableError,
  RetryAfterError,
  type Settled,
} from "../../worker-sdk/typescript/index.js";
import { expectAuditClean, expectNoDatabaseErrors } from "../support/audit.js";
import { type Installation, openInstallation, type ServerProcess } from "../support/server-process.js";
import { signal } from "../support/signal.js";
import { startWorker, type TestWorker } from "../support/workers.js";

const QUICK = { kind: "fixed", baseMs: 1, jitter: 0 } as const;

describe("outcomes, end to end", function () {
  this.timeout(30_000);
  let installation: Installation;
  let server: ServerProcess;
  let queues = 0;

  before(async () => {
    installation = await openInstallation({
      MUSTER_SCHEDULER_INTERVAL_MS: "20",
      MUSTER_HEARTBEAT_INTERVAL_MS: "100",
    });
    server = await installation.startServer();
  });

  after(async () => {
    await installation?.close();
  });

  /** A queue of its own with one worker on it, for one test. */
  async function withWorker<T>(
    handlers: Readonly<Record<string, Handler>>,
    use: (queue: string, worker: TestWorker) => Promise<T>,
    concurrency = 8,
  ): Promise<T> {
    const queue = `q${++queues}`;
    const worker = await startWorker(server.address, handlers, { queue, concurrency, window: concurrency });
    try {
      return await use(queue, worker);
    } finally {
      await worker.stop();
    }
  }

  async function run(job: JobInput): Promise<JobView> {
    const { id } = await server.client.submit(job);
    await server.client.waitFor(id);
    return server.client.get(id);
  }

  const outcomes = (job: JobView): string[] => job.executions.map((execution) => execution.outcome);

  it("gives the handler the job as submitted, and the client its output", async () => {
    const seen = signal<JobContext>();
    const handler: Handler = (job) => {
      seen.fire(job);
      return { twice: job.json<{ n: number }>().n * 2 };
    };
    await withWorker({ double: handler }, async (queue) => {
      const headers = { tenant: "blue" };
      const job = await run({
        type: "double",
        queue,
        payload: { n: 21 },
        headers,
        priority: 5,
        maxAttempts: 7,
      });
      const got = await seen.next();
      expect(got).to.include({
        id: job.id,
        type: "double",
        queue,
        attempt: 1,
        leaseEpoch: 1,
        maxAttempts: 7,
        priority: 5,
      });
      expect(got.headers).to.deep.equal(headers);
      expect(got.enqueuedAt?.getTime()).to.be.closeTo(job.readyAt?.getTime() ?? 0, 1);
      expect(job.output.json()).to.deep.equal({ twice: 42 });
      expect(job).to.include({ state: "succeeded", attempt: 1, leaseEpoch: 1, progress: 0 });
      expect(outcomes(job)).to.deep.equal(["succeeded"]);
    });
  });

  it("does not run a job before its time", async () => {
    await withWorker({ t: () => Date.now() }, async (queue) => {
      const runAt = new Date(Date.now() + 400);
      const { id } = await server.client.submit({ type: "t", queue, runAt });
      expect(await server.client.get(id)).to.deep.include({ state: "scheduled", runAt });
      const job = await server.client.waitFor(id);
      expect(job.output.json<number>()).to.be.at.least(runAt.getTime());
      expect(job.state).to.equal("succeeded");
    });
  });

  it("retries with the job's backoff until it works, with the error of the last failure", async () => {
    const starts: number[] = [];
    const handler: Handler = (job) => {
      starts.push(performance.now());
      if (job.attempt < 3) throw new TypeError(`not yet: ${job.attempt}`);
    };
    await withWorker({ t: handler }, async (queue) => {
      const job = await run({ type: "t", queue, backoff: { kind: "linear", baseMs: 100, jitter: 0 } });
      expect(job).to.include({ state: "succeeded", attempt: 3, leaseEpoch: 3 });
      expect(outcomes(job)).to.deep.equal(["failed", "failed", "succeeded"]);
      expect(job.executions[1]?.error).to.include({ errorType: "TypeError", message: "not yet: 2" });
      expect((starts[1] ?? 0) - (starts[0] ?? 0)).to.be.within(99, 1_000);
      expect((starts[2] ?? 0) - (starts[1] ?? 0)).to.be.within(199, 1_200);
    });
  });

  it("takes the handler's word on when to try again", async () => {
    const starts: number[] = [];
    const handler: Handler = (job) => {
      starts.push(performance.now());
      if (job.attempt === 1) throw new RetryAfterError(250);
    };
    await withWorker({ t: handler }, async (queue) => {
      const job = await run({ type: "t", queue, backoff: { kind: "fixed", baseMs: 60_000, jitter: 0 } });
      expect(job.state).to.equal("succeeded");
      expect((starts[1] ?? 0) - (starts[0] ?? 0)).to.be.within(249, 2_000);
    });
  });

  it("gives up after the last attempt, or at once when the handler says so", async () => {
    const handler: Handler = (job) => {
      if (job.json() === "fatal") throw new NonRetryableError("never");
      throw new Error(`attempt ${job.attempt}`);
    };
    await withWorker({ t: handler }, async (queue) => {
      const exhausted = await run({ type: "t", queue, payload: "x", maxAttempts: 2, backoff: QUICK });
      expect(exhausted).to.include({ state: "dead", stateReason: "exhausted", attempt: 2 });
      expect(exhausted.error).to.include({ errorType: "Error", message: "attempt 2" });
      const fatal = await run({ type: "t", queue, payload: "fatal", maxAttempts: 9 });
      expect(fatal).to.include({ state: "dead", stateReason: "non_retryable", attempt: 1 });
    });
  });

  it("opens a new generation when a dead job is retried by hand, and refuses it for a succeeded one", async () => {
    let isFixed = false;
    const handler: Handler = () => {
      if (!isFixed) throw new Error("broken");
    };
    await withWorker({ t: handler }, async (queue) => {
      const dead = await run({ type: "t", queue, maxAttempts: 1 });
      isFixed = true;
      expect(await server.client.retry(dead.id)).to.deep.include({ generation: 2 });
      const job = await server.client.waitFor(dead.id);
      expect(job).to.include({ state: "succeeded", generation: 2, attempt: 1, leaseEpoch: 2 });
      await server.client.retry(dead.id).then(
        () => expect.fail("it was retried"),
        (error: unknown) =>
          expect(error).to.include({ code: "ILLEGAL_TRANSITION", grpcStatus: "FAILED_PRECONDITION" }),
      );
    });
  });

  it("applies each dependent's policy when a parent fails, down to the last of them", async () => {
    const handler: Handler = (job) => {
      if (job.type === "bad") throw new NonRetryableError("broken");
      return job.parents.map((parent) => [parent.key, parent.succeeded]);
    };
    await withWorker({ "*": handler }, async (queue) => {
      const submission = await server.client.submitGraph({
        jobs: [
          { key: "bad", type: "bad", queue },
          { key: "good", type: "t", queue },
          { key: "cancels", type: "t", queue, dependsOn: ["bad", "good"] },
          { key: "cancels-too", type: "t", queue, dependsOn: ["cancels"] },
          { key: "fails", type: "t", queue, dependsOn: ["bad"], onParentFailure: "fail" },
          { key: "fails-too", type: "t", queue, dependsOn: ["fails"], onParentFailure: "fail" },
          {
            key: "runs",
            type: "t",
            queue,
            dependsOn: ["bad", "good", "cancels-too"],
            onParentFailure: "run",
          },
          { key: "after", type: "t", queue, dependsOn: ["runs"] },
        ],
      });
      for await (const graph of server.client.watchGraph(submission.graphId)) void graph;
      const { jobs } = await server.client.list({ graphId: submission.graphId });
      const byKey = new Map(jobs.map((job) => [job.key, job]));
      const seen = Object.fromEntries(jobs.map((job) => [job.key, `${job.state} ${job.stateReason}`.trim()]));
      expect(seen).to.deep.equal({
        bad: "dead non_retryable",
        good: "succeeded",
        cancels: "cancelled parent_failed",
        "cancels-too": "cancelled parent_cancelled",
        fails: "dead parent_failed",
        "fails-too": "dead parent_failed",
        runs: "succeeded",
        after: "succeeded",
      });
      expect(byKey.get("runs")?.output.json()).to.have.deep.members([
        ["bad", false],
        ["good", true],
        ["cancels-too", false],
      ]);
      expect(byKey.get("cancels")?.leaseEpoch).to.equal(0);
    });
  });

  it("hands a dependent its parents' results", async () => {
    const handler: Handler = (job) =>
      job.parents.length === 0
        ? job.payload.bytes
        : Object.fromEntries(job.parents.map((parent) => [parent.key, parent.output.text()]));
    await withWorker({ t: handler }, async (queue) => {
      const [, , child] = await server.client.submit([
        { key: "a", type: "t", queue, payload: Buffer.from("of a") },
        { key: "b", type: "t", queue, payload: Buffer.from("of b") },
        { key: "child", type: "t", queue, dependsOn: ["a", "b"] },
      ]);
      expect((await server.client.waitFor(child?.id ?? "")).output.json()).to.deep.equal({
        a: "of a",
        b: "of b",
      });
      // The parents have ended already: the dependent is ready at once and gets the same.
      const late = await run({ type: "t", queue, dependsOn: [child?.id ?? ""] });
      expect(late.output.json()).to.deep.equal({ child: '{"a":"of a","b":"of b"}' });
    });
  });

  it("tells the worker which jobs its result made ready", async () => {
    const settled = signal<Settled>();
    await withWorker({ t: () => "done" }, async (queue, { worker }) => {
      worker.on("settled", (ack) => settled.fire(ack));
      const [parent, ...children] = await server.client.submit([
        { key: "p", type: "t", queue },
        ...["a", "b"].map((key) => ({ key, type: "t", queue: `${queue}-parked`, dependsOn: ["p"] })),
        { key: "c", type: "t", queue: `${queue}-parked`, dependsOn: ["a", "p"] },
      ]);
      const ack = await settled.next();
      expect(ack).to.include({
        jobId: parent?.id,
        verdict: "committed",
        unblockedCount: 2,
        willRetry: false,
      });
      expect(ack.unblockedJobIds).to.have.members(children.slice(0, 2).map(({ id }) => id));

      const many = Array.from({ length: 150 }, (_, n) => ({
        key: `m${n}`,
        type: "t",
        queue: `${queue}-parked`,
        dependsOn: ["p"],
      }));
      await server.client.submit([{ key: "p", type: "t", queue }, ...many]);
      const large = await settled.next();
      expect(large.unblockedCount).to.equal(150);
      expect(large.unblockedJobIds).to.have.length(100);
    });
  });

  it("tells the worker that a failure gets another attempt", async () => {
    const settled = signal<Settled>();
    const handler: Handler = (job) => {
      throw new Error(String(job.attempt));
    };
    await withWorker({ t: handler }, async (queue, { worker }) => {
      worker.on("settled", (ack) => settled.fire(ack));
      await run({ type: "t", queue, maxAttempts: 2, backoff: QUICK });
      expect(await settled.next()).to.include({ verdict: "committed", attempt: 1, willRetry: true });
      expect(await settled.next()).to.include({ verdict: "committed", attempt: 2, willRetry: false });
    });
  });

  it("ends an attempt that takes longer than its execution timeout", async () => {
    const kinds = signal<unknown>();
    const handler: Handler = (job) => {
      if (job.attempt === 2) return "in time";
      return new Promise<void>((resolve) => {
        job.signal.addEventListener("abort", () => {
          kinds.fire(job.signal.reason);
          resolve();
        });
      });
    };
    await withWorker({ t: handler }, async (queue) => {
      const job = await run({ type: "t", queue, executionTimeoutMs: 150, backoff: QUICK });
      expect(await kinds.next()).to.include({ kind: "timed_out" });
      expect(job).to.include({ state: "succeeded", attempt: 2 });
      expect(outcomes(job)).to.deep.equal(["timed_out", "succeeded"]);
    });
  });

  it("shows progress, and hands the checkpoint to the next attempt", async () => {
    const reported = signal();
    const failNow = signal();
    const handler: Handler = async (job) => {
      if (job.attempt === 2) return { from: job.checkpoint?.json() };
      job.progress(0.5, "half way");
      job.saveCheckpoint({ row: 17 });
      reported.fire();
      await failNow.next();
      throw new Error("half way");
    };
    await withWorker({ t: handler }, async (queue) => {
      const { id } = await server.client.submit({ type: "t", queue, backoff: QUICK });
      await reported.next();
      for await (const view of server.client.watchJob(id)) if (view.progress > 0) break;
      expect(await server.client.get(id)).to.include({
        progress: 0.5,
        progressNote: "half way",
        state: "running",
      });
      failNow.fire();
      expect((await server.client.waitFor(id)).output.json()).to.deep.equal({ from: { row: 17 } });
    });
  });

  it("shows a watcher every state a job goes through, and the counts of a graph", async () => {
    const go = signal();
    const handler: Handler = () => go.next();
    await withWorker({ t: handler }, async (queue) => {
      const { graphId, jobs } = await server.client.submitGraph({
        jobs: [
          { key: "a", type: "t", queue },
          { key: "b", type: "t", queue, dependsOn: ["a"] },
        ],
      });
      const states: string[] = [];
      let counts = {};
      const watching = [
        (async () => {
          for await (const view of server.client.watchJob(jobs[1]?.id ?? "")) {
            if (states.at(-1) !== view.state) states.push(view.state);
            if (view.state === "blocked" || view.state === "running") go.fire();
          }
        })(),
        (async () => {
          for await (const view of server.client.watchGraph(graphId)) counts = view.counts;
        })(),
      ];
      await Promise.all(watching);
      expect(states.filter((state) => state !== "ready")).to.deep.equal(["blocked", "running", "succeeded"]);
      expect(counts).to.include({ succeeded: 2, blocked: 0, running: 0 });
    });
  });

  it("left the rows in order and Postgres without errors", async () => {
    await expectAuditClean(installation.database.url);
    await expectNoDatabaseErrors(installation.database);
  });
});
