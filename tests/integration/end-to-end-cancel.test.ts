/** Cancelling, end to end: what waits, what runs, what does not listen, and whole graphs. */
import { expect } from "chai";
import {
  type Handler,
  type JobAbortedError,
  type JobContext,
  type JobView,
  type Settled,
} from "../../worker-sdk/typescript/index.js";
import { expectAuditClean, expectNoDatabaseErrors } from "../support/audit.js";
import { eventually } from "../support/eventually.js";
import { type Installation, openInstallation, type ServerProcess } from "../support/server-process.js";
import { type Signal, signal } from "../support/signal.js";
import { startWorker, type TestWorker } from "../support/workers.js";

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe("cancel, end to end", function () {
  this.timeout(30_000);
  let installation: Installation;
  let server: ServerProcess;
  let worker: TestWorker;
  let started: Signal<JobContext>;
  let aborted: Signal<JobAbortedError>;
  let settled: Signal<Settled>;
  /** Ends the handlers of type `deaf`. */
  let release: () => void = () => undefined;

  const untilAborted: Handler = (job) => {
    started.fire(job);
    return new Promise((_, reject) => {
      job.signal.addEventListener("abort", () => {
        aborted.fire(job.signal.reason as JobAbortedError);
        reject(job.signal.reason as Error);
      });
    });
  };

  const deaf: Handler = (job) => {
    started.fire(job);
    job.signal.addEventListener("abort", () => aborted.fire(job.signal.reason as JobAbortedError));
    return new Promise((resolve) => (release = () => resolve("too late")));
  };

  before(async () => {
    installation = await openInstallation({
      MUSTER_RESCUE_INTERVAL_MS: "50",
      MUSTER_SCHEDULER_INTERVAL_MS: "20",
    });
    server = await installation.startServer();
  });

  beforeEach(async () => {
    started = signal();
    aborted = signal();
    settled = signal();
    worker = await startWorker(
      server.address,
      { listens: untilAborted, deaf, quick: () => "done" },
      { concurrency: 4 },
    );
    worker.worker.on("settled", (ack) => settled.fire(ack));
  });

  afterEach(async () => {
    release();
    await worker.stop();
  });

  after(async () => {
    await installation?.close();
  });

  async function submitted(type: string, more: object = {}): Promise<string> {
    return (await server.client.submit({ type, ...more })).id;
  }

  const outcomes = (job: JobView): string[] => job.executions.map((execution) => execution.outcome);

  it("ends a waiting job at once, with its dependents, and it never runs", async () => {
    const parked = { type: "quick", queue: "parked" };
    const jobs = await server.client.submit([
      { ...parked, key: "a" },
      { ...parked, key: "b", dependsOn: ["a"] },
      { ...parked, key: "late", runAt: new Date(Date.now() + 3_600_000) },
    ]);
    const [a, b, late] = jobs.map((job) => job.id);
    expect(await server.client.cancel(a ?? "", { reason: "not needed" })).to.deep.equal({
      state: "cancelled",
      won: true,
    });
    expect(await server.client.cancel(late ?? "")).to.deep.equal({ state: "cancelled", won: true });
    expect(await server.client.get(a ?? "")).to.include({ state: "cancelled", stateReason: "not needed" });
    expect(await server.client.get(b ?? "")).to.include({
      state: "cancelled",
      stateReason: "parent_cancelled",
    });
    const another = await startWorker(server.address, { quick: () => "done" }, { queue: "parked" });
    await server.client.waitFor(await submitted("quick", { queue: "parked" })); // everything before it was seen
    await another.stop();
    for (const { id } of jobs)
      expect(await server.client.get(id)).to.include({ state: "cancelled", leaseEpoch: 0 });
  });

  it("tells the worker of a running job, which stops it", async () => {
    const id = await submitted("listens");
    await started.next();
    expect(await server.client.cancel(id, { reason: "wrong input" })).to.deep.equal({
      state: "running",
      won: true,
    });
    expect(await aborted.next()).to.include({ kind: "cancelled", message: "wrong input" });
    const job = await server.client.waitFor(id);
    expect(job.state).to.equal("cancelled");
    expect(outcomes(await server.client.get(id))).to.deep.equal(["cancelled"]);
    expect(await settled.next()).to.include({ jobId: id, verdict: "committed", willRetry: false });
  });

  it("takes a job from a worker that does not listen, and its result is too late", async () => {
    const id = await submitted("deaf");
    await started.next();
    const calledMono = performance.now();
    await server.client.cancel(id, { graceMs: 200 });
    const job = await server.client.waitFor(id);
    expect(performance.now() - calledMono).to.be.within(199, 5_000);
    expect(job.state).to.equal("cancelled");
    expect(await aborted.next()).to.include({ kind: "cancelled" });
    release();
    const after = await submitted("quick"); // the slot is free again, and what came before it was settled
    expect((await server.client.waitFor(after)).state).to.equal("succeeded");
    const taken = await server.client.get(id);
    expect(taken).to.include({ state: "cancelled", leaseEpoch: 1, error: undefined });
    expect(outcomes(taken)).to.deep.equal(["cancel_ignored"]);
    expect(taken.executions[0]?.error).to.include({ errorType: "CANCEL_IGNORED" });
    expect(await server.metric("muster_rescues_total", 'reason="cancel_ignored"')).to.equal(1);
  });

  it("lets a result that came first stand, and says so to whoever cancels", async () => {
    const id = await submitted("quick");
    await server.client.waitFor(id);
    expect(await server.client.cancel(id)).to.deep.equal({ state: "succeeded", won: false });
    expect((await server.client.get(id)).state).to.equal("succeeded");
  });

  it("lets one of a cancel and a result win, and both sides hear of the same winner", async () => {
    const ids = await Promise.all(Array.from({ length: 40 }, () => submitted("quick")));
    const answers = await Promise.all(ids.map((id) => server.client.cancel(id)));
    for (const [at, id] of ids.entries()) {
      const { state } = await server.client.waitFor(id);
      const answer = answers[at];
      // A running job whose worker was told may still have succeeded before it heard of it.
      if (answer?.state !== "running") expect(answer?.state, id).to.equal(state);
      if (answer?.won === false) expect(state).to.equal("succeeded");
    }
  });

  it("lets one of a cancel without grace and a result win, round after round, and tells both the same", async () => {
    const finishers = new Map<string, () => void>();
    const held = signal<string>();
    const verdicts = new Map<string, string>();
    const handlers = {
      race: (job: JobContext) => {
        held.fire(job.id);
        return new Promise<string>((resolve) => finishers.set(job.id, () => resolve("done")));
      },
    };
    const racer = await startWorker(server.address, handlers, { queue: "races", concurrency: 1, window: 1 });
    racer.worker.on("settled", (ack) => verdicts.set(ack.jobId, ack.verdict));
    const counts = { succeeded: 0, cancelled: 0 };
    /** Turns of the loop by which the result is late; below 0 the cancel is. Each round leans towards the loser. */
    let lateTurns = 0;
    /** Doubles while the same one wins: on a busy machine a cancel takes thousands of turns. */
    let leanTurns = 3;
    let wasCancelled: boolean | null = null;
    for (let round = 0; round < 120; round++) {
      const id = await submitted("race", { queue: "races" });
      expect(await held.next(10_000)).to.equal(id);
      const [answer] = await Promise.all([
        turns(-lateTurns).then(() => server.client.cancel(id, { graceMs: 0 })),
        turns(lateTurns).then(() => finishers.get(id)?.()),
      ]);
      const { state } = await server.client.get(id);
      const isCancelled = state === "cancelled";
      expect(answer, `round ${round}`).to.deep.equal({ state, won: isCancelled });
      // A revoked job is not reported; a report that was under way when it was cancelled comes too late.
      if (isCancelled) expect(verdicts.get(id) ?? "stale", `round ${round}`).to.equal("stale");
      else await eventually(() => verdicts.get(id) === "committed", 10_000);
      counts[state as keyof typeof counts]++;
      leanTurns = isCancelled === wasCancelled ? Math.min(leanTurns * 2, 2_000) : 3;
      wasCancelled = isCancelled;
      lateTurns += isCancelled ? -leanTurns : leanTurns;
    }
    await racer.stop();
    expect(counts.succeeded * counts.cancelled, JSON.stringify(counts)).to.be.above(0);
  });

  it("shows a job that its worker has no handler for as unsupported, and spends no attempt on it", async () => {
    const subscriptions = [{ queue: "odd", jobTypes: ["mystery"] }];
    const odd = await startWorker(server.address, { quick: () => "done" }, { subscriptions });
    const id = await submitted("mystery", { queue: "odd" });
    const job = await eventually(async () => {
      const seen = await server.client.get(id);
      return seen.executions[0]?.outcome === "released" ? seen : undefined;
    }, 10_000);
    await odd.stop();
    expect(job).to.include({ stateReason: "unsupported", error: undefined, losses: 0 });
    expect(job.executions[0]?.error).to.include({ errorType: "UNSUPPORTED" });
    expect((await server.client.cancel(id)).won).to.equal(true);
  });

  it("cancels a graph: what has ended stays, what runs is told, the rest never runs", async () => {
    const { graphId } = await server.client.submitGraph({
      jobs: [
        { key: "done", type: "quick" },
        { key: "runs", type: "listens", dependsOn: ["done"] },
        { key: "waits", type: "quick", dependsOn: ["runs"] },
        { key: "waits-too", type: "quick", dependsOn: ["waits", "done"] },
        { key: "whatever", type: "quick", dependsOn: ["runs"], onParentFailure: "run" },
      ],
    });
    await started.next();
    const counts = await server.client.cancelGraph(graphId, { reason: "all of it" });
    expect(counts).to.deep.equal({ cancelled: 3, requested: 1, alreadyTerminal: 1 });
    for await (const graph of server.client.watchGraph(graphId)) void graph;
    const { jobs } = await server.client.list({ graphId });
    expect(Object.fromEntries(jobs.map((job) => [job.key, job.state]))).to.deep.equal({
      done: "succeeded",
      runs: "cancelled",
      waits: "cancelled",
      "waits-too": "cancelled",
      whatever: "cancelled",
    });
    const again = await server.client.cancelGraph(graphId);
    expect(again).to.deep.equal({ cancelled: 0, requested: 0, alreadyTerminal: 5 });
  });

  it("does not retry a failure of a job that is being cancelled", async () => {
    const id = await submitted("deaf");
    await started.next();
    await server.client.cancel(id, { graceMs: 60_000 });
    await aborted.next();
    release(); // the handler returns although it was told to stop: the result was there first
    const job = await server.client.waitFor(id);
    expect(["succeeded", "cancelled"]).to.include(job.state);
    expect(job.attempt).to.equal(1);
  });

  it("runs a cancelled job when it is retried by hand, and a dependent waits for it again", async () => {
    const parked = { type: "quick", queue: "later" };
    const [a, b] = await server.client.submit([
      { ...parked, key: "a" },
      { ...parked, key: "b", dependsOn: ["a"], onParentFailure: "run" },
    ]);
    await server.client.cancel(a?.id ?? "");
    expect((await server.client.get(b?.id ?? "")).state).to.equal("ready"); // its policy is to run
    expect(await server.client.retry(a?.id ?? "")).to.deep.equal({ state: "ready", generation: 2 });
    const another = await startWorker(server.address, { quick: () => "done" }, { queue: "later" });
    await eventually(async () => {
      const states = await Promise.all(
        [a, b].map(async (job) => (await server.client.get(job?.id ?? "")).state),
      );
      return states.every((state) => state === "succeeded");
    }, 10_000);
    await another.stop();
  });

  it("left the rows in order and Postgres without errors", async () => {
    await expectAuditClean(installation.database.url);
    await expectNoDatabaseErrors(installation.database);
  });
});
