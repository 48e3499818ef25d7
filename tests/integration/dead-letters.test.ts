/** Dead letters, end to end on two replicas: the command line, a redrive that outlives its replica, poison by name. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  type DeadLetterFilter,
  type GraphView,
  type Handler,
  isRedriveOver,
  MusterClientError,
  NonRetryableError,
} from "../../worker-sdk/typescript/index.js";
import { expectAuditClean, expectNoDatabaseErrors } from "../support/audit.js";
import { cli, type CliEnding } from "../support/cli.js";
import { eventually } from "../support/eventually.js";
import { readWorkerLog } from "../support/history.js";
import { type Installation, openInstallation, type ServerProcess } from "../support/server-process.js";
import { startStockWorker, startWorker } from "../support/workers.js";

interface LetterJson {
  readonly jobId: string;
  readonly reason: string;
  readonly fingerprint: string;
  readonly lostWorkers: readonly string[];
}

describe("dead letters, end to end", function () {
  this.timeout(90_000);
  let installation: Installation;
  let one: ServerProcess;
  let two: ServerProcess;
  let folder: string;
  /** What the handler does with `n`; true: it works. */
  let works: (n: number) => boolean = () => false;
  const ran = new Map<string, number>();

  const handler: Handler = (job) => {
    ran.set(job.id, (ran.get(job.id) ?? 0) + 1);
    const { n } = job.json<{ n: number }>();
    if (!works(n)) throw new NonRetryableError(`row ${n} is locked by "tx-${n}"`);
    return n;
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "muster-dead-"));
    installation = await openInstallation({ MUSTER_RESCUE_INTERVAL_MS: "100" });
    [one, two] = await Promise.all([installation.startServer(), installation.startServer()]);
  });

  after(async () => {
    await installation?.close();
    await rm(folder, { recursive: true });
  });

  const run = (...args: readonly string[]): Promise<CliEnding> => cli([...args, "--address", two.address]);

  async function json<T>(...args: readonly string[]): Promise<T> {
    const { code, stdout, stderr } = await run(...args, "--json");
    expect(code, stderr).to.equal(0);
    return JSON.parse(stdout) as T;
  }

  async function deadJobs(queue: string, count: number): Promise<string[]> {
    works = () => false;
    const jobs = Array.from({ length: count }, (_, n) => ({ type: "t", queue, payload: { n } }));
    const ids = (await two.client.submit(jobs)).map(({ id }) => id);
    for (const id of ids) expect((await two.client.waitFor(id)).state).to.equal("dead");
    return ids;
  }

  async function letters(filter: DeadLetterFilter, discarded = false): Promise<string[]> {
    const ids: string[] = [];
    for await (const { jobId } of two.client.deadLetters.list(filter, { discarded })) ids.push(jobId);
    return ids;
  }

  async function graphEnd(graphId: string): Promise<GraphView | undefined> {
    let last: GraphView | undefined;
    for await (const graph of two.client.watchGraph(graphId)) last = graph;
    return last;
  }

  it("lists, groups, shows, retries and discards them on the command line", async () => {
    const { stop } = await startWorker(two.address, { t: handler }, { queue: "cli" });
    const ids = await deadJobs("cli", 3);
    const groups = await json<{ fingerprint: string; count: number; sampleJobId: string }[]>(
      "dead",
      "groups",
    );
    expect(groups).to.have.length(1);
    expect(groups[0]).to.include({ count: 3 });
    const fingerprint = groups[0]?.fingerprint ?? "";
    const shown = await run("dead", "list", "--fingerprint", fingerprint, "--limit", "2");
    expect(shown.stdout.split("\n")).to.have.length(3);
    expect(shown.stdout)
      .to.match(/^ID +TYPE +QUEUE +REASON/)
      .and.to.contain('row 2 is locked by "tx-2"');
    const [first = "", second = "", third = ""] = ids;
    const job = await run("job", first);
    expect(job.stdout)
      .to.match(/^state: +dead \(non_retryable\)$/m)
      .and.to.contain(fingerprint)
      .and.to.match(/^ATTEMPT +LEASE +WORKER +OUTCOME/m)
      .and.to.match(/^1 +1 +\S+ +failed .* NonRetryableError: row 0 is locked/m);

    works = () => true;
    const retried = await run("dead", "retry", first, "--json");
    expect(JSON.parse(retried.stdout)).to.deep.equal({ retried: 1, revived: 0, refused: 0 });
    expect(await two.client.waitFor(first)).to.include({ state: "succeeded", generation: 2 });
    const again = await run("dead", "retry", first);
    expect(again, "it is not dead any more").to.include({
      code: 1,
      stdout: "0 retried, 0 dependents wait for them again",
    });
    expect(await run("dead", "discard", second)).to.include({ code: 0, stdout: "1 discarded" });
    expect(await letters({ queue: "cli" })).to.deep.equal([third]);
    expect(await letters({}, true)).to.deep.equal([second]);
    expect((await two.client.get(second)).discardedAt).to.be.instanceOf(Date);
    const careless = await two.client.deadLetters.retry({}).catch((error: unknown) => error);
    expect(careless).to.be.instanceOf(MusterClientError).and.to.include({ code: "INVALID_REQUEST" });
    expect(await two.client.deadLetters.retry({ queue: "cli" })).to.include({ retried: 1 });
    expect((await two.client.waitFor(third)).state).to.equal("succeeded");
    await stop();
  });

  it("retries a graph from its failed job, and the finished part does not run again", async () => {
    const queue = "graph";
    works = (n) => n !== 1;
    const { stop } = await startWorker(two.address, { t: handler }, { queue });
    const { graphId, jobs } = await two.client.submitGraph({
      jobs: [
        { key: "a", type: "t", queue, payload: { n: 0 } },
        { key: "b", type: "t", queue, payload: { n: 1 }, dependsOn: ["a"] },
        { key: "c", type: "t", queue, payload: { n: 2 }, dependsOn: ["b"] },
        { key: "d", type: "t", queue, payload: { n: 3 }, dependsOn: ["c", "a"] },
      ],
    });
    const ids = jobs.map(({ id }) => id);
    expect((await graphEnd(graphId))?.counts).to.include({
      succeeded: 1,
      dead: 1,
      cancelled: 2,
    });
    works = () => true;
    expect(await two.client.deadLetters.retry({ graphId })).to.deep.equal({
      retried: 1,
      revived: 2,
      refused: 0,
    });
    expect((await graphEnd(graphId))?.counts).to.include({ succeeded: 4 });
    expect(ids.map((id) => ran.get(id))).to.deep.equal([1, 2, 1, 1]);
    await stop();
  });

  it("goes on with a redrive when the replica that started it is killed, and runs each job once", async () => {
    const { stop } = await startWorker(two.address, { t: handler }, { queue: "redrive", concurrency: 8 });
    const ids = await deadJobs("redrive", 12);
    works = () => true;
    const redrive = await one.client.deadLetters.startRedrive({
      filter: { queue: "redrive" },
      canary: 2,
      perSecond: 4,
    });
    await eventually(
      async () => (await two.client.deadLetters.getRedrive(redrive.id)).state === "rest",
      20_000,
    );
    await one.end("SIGKILL");
    const done = await eventually(async () => {
      const view = await two.client.deadLetters.getRedrive(redrive.id);
      return isRedriveOver(view) && view;
    }, 30_000);
    expect(done).to.include({ state: "done", total: 12, retried: 12, refused: 0, canariesSucceeded: 2 });
    for (const id of ids) {
      expect(await two.client.waitFor(id)).to.include({ state: "succeeded", generation: 2 });
      expect(ran.get(id)).to.equal(2);
    }
    const [listed] = await two.client.deadLetters.redrives();
    expect(listed).to.include({ id: redrive.id, state: "done" });
    await stop();
  });

  it("ends a redrive whose canary dies again, and says so where it is watched", async () => {
    const { stop } = await startWorker(two.address, { t: handler }, { queue: "canary" });
    const ids = await deadJobs("canary", 4);
    const args = ["dead", "redrive", "--queue", "canary", "--canary", "1", "--rate", "100", "--watch"];
    const { code, stdout, stderr } = await run(...args);
    expect([code, stderr.includes(`canary ${ids[0]} is dead`)], stderr).to.deep.equal([1, true]);
    expect(stdout).to.match(
      /^redrive \d+: failed \(canary .*\), 0 of 1 canaries succeeded, 1 of 4 retried$/m,
    );
    expect(ids.map((id) => ran.get(id))).to.deep.equal([2, 1, 1, 1]);
    await stop();
  });

  it("names the workers that a poisoned job took down", async () => {
    const { id } = await two.client.submit({ type: "t", queue: "poison", payload: { runtimeSeconds: 600 } });
    const victims = ["victim-1", "victim-2", "victim-3"];
    for (const victim of victims) {
      const log = join(folder, `${victim}.jsonl`);
      const worker = await startStockWorker(
        two.address,
        victim,
        "--replay",
        "--queue",
        "poison",
        "--log-file",
        log,
      );
      await eventually(() => readWorkerLog(log).some(({ event }) => event === "start"), 15_000);
      await worker.kill("SIGKILL");
    }
    expect(await two.client.waitFor(id)).to.include({ state: "dead", stateReason: "poison" });
    const [letter] = await json<LetterJson[]>("dead", "list", "--reason", "poison");
    expect(letter).to.deep.include({ jobId: id, lostWorkers: victims });
    expect((await two.client.get(id)).lostWorkers).to.deep.equal(victims);
  });

  it("left the rows in order and Postgres without errors", async () => {
    await expectAuditClean(installation.database.url);
    await expectNoDatabaseErrors(installation.database);
  });
});
