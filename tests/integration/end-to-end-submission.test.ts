/** Submission over the wire: all or nothing, named problems, idempotency, and graphs of every ordinary size. */
import { expect } from "chai";
import pg from "pg";
import { formatId } from "../../server/core/job-id.js";
import { type JobInput, MusterClientError } from "../../worker-sdk/typescript/index.js";
import { expectAuditClean, expectNoDatabaseErrors } from "../support/audit.js";
import { type Installation, openInstallation, type ServerProcess } from "../support/server-process.js";
import { startWorker } from "../support/workers.js";

const COUNT = `
  select (select count(*) from jobs) + (select count(*) from job_dependencies) + (select count(*) from graphs)
       + (select count(*) from idempotency_keys) as rows`;

describe("submission, end to end", function () {
  this.timeout(60_000);
  let installation: Installation;
  let server: ServerProcess;
  let database: pg.Client;

  before(async () => {
    installation = await openInstallation();
    server = await installation.startServer();
    database = new pg.Client({ connectionString: installation.database.url });
    await database.connect();
  });

  after(async () => {
    await database?.end();
    await installation?.close();
  });

  async function rowCount(): Promise<number> {
    const { rows } = await database.query<{ rows: string }>(COUNT);
    return Number(rows[0]?.rows);
  }

  /** The refusal, after it was seen that nothing was written. */
  async function refusal(submit: () => Promise<unknown>): Promise<MusterClientError> {
    const before = await rowCount();
    try {
      await submit();
    } catch (error) {
      expect(await rowCount(), "rows").to.equal(before);
      if (error instanceof MusterClientError) return error;
      throw error;
    }
    throw new Error("expected a refusal, but it was accepted");
  }

  const good: JobInput = { type: "t", key: "good" };
  /** As ids are made, of a job that nobody made. */
  const unknownId = formatId(2 ** 40, Date.now());

  const REFUSED: readonly [
    what: string,
    jobs: readonly JobInput[],
    code: string,
    status: string,
    field: RegExp,
  ][] = [
    ["no type", [good, { type: "" }], "INVALID_JOB", "INVALID_ARGUMENT", /^jobs\[1\]\.type$/],
    [
      "a priority out of range",
      [good, { type: "t", priority: 1001 }],
      "INVALID_JOB",
      "INVALID_ARGUMENT",
      /^jobs\[1\]\.priority$/,
    ],
    [
      "too many attempts",
      [{ type: "t", maxAttempts: 101 }],
      "INVALID_JOB",
      "INVALID_ARGUMENT",
      /^jobs\[0\]\.max_attempts$/,
    ],
    ["a key used twice", [good, good], "INVALID_JOB", "INVALID_ARGUMENT", /^jobs\[1\]\.key$/],
    [
      "a parent that nobody named",
      [good, { type: "t", dependsOn: ["nobody"] }],
      "INVALID_JOB",
      "INVALID_ARGUMENT",
      /^jobs\[1\]\.depends_on\[0\]$/,
    ],
    [
      "an unknown parent id",
      [good, { type: "t", dependsOn: [unknownId] }],
      "PARENT_MISSING",
      "FAILED_PRECONDITION",
      /^jobs\[1\]\.depends_on\[0\]$/,
    ],
    [
      "a job that waits for itself",
      [{ type: "t", key: "a", dependsOn: ["a"] }],
      "CYCLE",
      "INVALID_ARGUMENT",
      /^jobs\[0\]\.depends_on/,
    ],
    [
      "a circle of three",
      [
        good,
        { type: "t", key: "a", dependsOn: ["c"] },
        { type: "t", key: "b", dependsOn: ["a"] },
        { type: "t", key: "c", dependsOn: ["b"] },
      ],
      "CYCLE",
      "INVALID_ARGUMENT",
      /^jobs/,
    ],
    [
      "a backoff with jitter above 1",
      [{ type: "t", backoff: { jitter: 2 } }],
      "INVALID_JOB",
      "INVALID_ARGUMENT",
      /^jobs\[0\]\.backoff\.jitter$/,
    ],
    [
      "a label that is too long",
      [{ type: "t", labels: { a: "x".repeat(257) } }],
      "INVALID_JOB",
      "INVALID_ARGUMENT",
      /^jobs\[0\]\.labels/,
    ],
    [
      "a payload over the limit",
      [good, { type: "t", payload: Buffer.alloc(300_000) }],
      "PAYLOAD_TOO_LARGE",
      "RESOURCE_EXHAUSTED",
      /^jobs\[1\]\.payload/,
    ],
    [
      "text that Postgres cannot keep",
      [{ type: "t", headers: { a: "x\u0000y" } }],
      "INVALID_JOB",
      "INVALID_ARGUMENT",
      /^jobs\[0\]\.headers/,
    ],
  ];

  for (const [what, jobs, code, status, field] of REFUSED) {
    it(`refuses ${what} by name and writes no row`, async () => {
      const error = await refusal(() => server.client.submit(jobs));
      expect(error).to.include({ code, grpcStatus: status });
      const fields = error.violations.map((violation) => violation.field);
      expect(
        fields.some((name) => field.test(name)),
        `violations of ${fields.join(", ")}: ${error.message}`,
      ).to.equal(true);
      expect(error.message).to.match(/expected .+ got /s);
      const inGraph = await refusal(() => server.client.submitGraph({ name: "g", jobs }));
      expect(inGraph.code).to.equal(code);
    });
  }

  it("refuses an empty batch and one that is too large", async () => {
    expect((await refusal(() => server.client.submit([]))).grpcStatus).to.equal("INVALID_ARGUMENT");
    const many = Array.from({ length: 10_001 }, () => ({ type: "t" }));
    const error = await refusal(() => server.client.submit(many));
    expect(error.message).to.contain("10000").and.to.contain("10001");
  });

  it("names every problem at once", async () => {
    const jobs = [{ type: "" }, { type: "t", priority: -2000 }, { type: "t", maxAttempts: 1000 }];
    const { violations } = await refusal(() => server.client.submit(jobs));
    const fields = violations.map((violation) => violation.field);
    expect(fields).to.include.members(["jobs[0].type", "jobs[1].priority", "jobs[2].max_attempts"]);
  });

  it("answers the same body under one key with the first job, another body with a conflict", async () => {
    const job = {
      type: "t",
      queue: "keys",
      idempotencyKey: "k1",
      payload: { n: 1 },
      labels: { a: "1", b: "2" },
    };
    const first = await server.client.submit(job);
    expect(first.existed).to.equal(false);
    const again = await server.client.submit({ ...job, labels: { b: "2", a: "1" } });
    expect(again).to.deep.equal({ ...first, existed: true });
    const conflict = await refusal(() =>
      server.client.submit([{ type: "t" }, { ...job, payload: { n: 2 } }]),
    );
    expect(conflict).to.include({ code: "JOB_CONFLICT", grpcStatus: "ALREADY_EXISTS" });
    expect(conflict.message).to.contain("k1");
  });

  it("makes one job of twenty submissions of one key at the same moment", async () => {
    const before = await rowCount();
    const job = { type: "t", queue: "keys", idempotencyKey: "k20", payload: "same" };
    const submitted = await Promise.all(Array.from({ length: 20 }, () => server.client.submit(job)));
    expect(new Set(submitted.map(({ id }) => id)).size).to.equal(1);
    expect(submitted.filter(({ existed }) => !existed)).to.have.length(1);
    expect(await rowCount()).to.equal(before + 2); // the job and its key
  });

  it("of submissions at the same moment that share some keys each key is one job, and what is beside them is there", async () => {
    const pairs = 12;
    // Of one statement some take a key and lose the other: then nothing of it is written, and each goes on by itself.
    const lostInPart = (): boolean => (installation.database.sqlstates()["MU001"] ?? 0) > 0;
    for (let round = 0; round < 20 && !lostInPart(); round++) {
      const before = await rowCount();
      const keyed = (at: number): JobInput => ({
        type: "t",
        queue: "keys",
        idempotencyKey: `shared-${round}-${String(at).padStart(2, "0")}`,
      });
      const [shared, alone] = await Promise.all([
        Promise.all(
          Array.from({ length: pairs }, (_, at) => server.client.submit([keyed(at), keyed(at + 1)])),
        ),
        Promise.all(Array.from({ length: pairs }, () => server.client.submit({ type: "t", queue: "keys" }))),
      ]);
      for (const [at, [, second]] of shared.entries())
        if (at + 1 < pairs) expect(second?.id).to.equal(shared[at + 1]?.[0]?.id);
      const answers = shared.flat();
      expect(new Set(answers.map(({ id }) => id)).size).to.equal(pairs + 1);
      expect(answers.filter(({ existed }) => !existed)).to.have.length(pairs + 1);
      expect(new Set(alone.map(({ id }) => id)).size).to.equal(pairs);
      expect(await rowCount(), "the jobs and the keys").to.equal(before + 2 * (pairs + 1) + pairs);
    }
    expect(lostInPart(), "the case came up").to.equal(true);
  });

  it("does the same for a whole graph", async () => {
    const graph = {
      name: "keyed",
      idempotencyKey: "g1",
      jobs: [
        { type: "t", key: "a", queue: "keys" },
        { type: "t", key: "b", queue: "keys", dependsOn: ["a"] },
      ],
    };
    const all = await Promise.all(Array.from({ length: 5 }, () => server.client.submitGraph(graph)));
    const [first] = all;
    expect(new Set(all.map(({ graphId }) => graphId)).size).to.equal(1);
    for (const other of all)
      expect(other.jobs.map(({ id }) => id)).to.deep.equal(first?.jobs.map(({ id }) => id));
    expect(all.filter(({ existed }) => !existed)).to.have.length(1);
    const conflict = await refusal(() =>
      server.client.submitGraph({ ...graph, jobs: graph.jobs.slice(0, 1) }),
    );
    expect(conflict.code).to.equal("JOB_CONFLICT");
  });

  it("streams batches in, each all or nothing", async () => {
    const batch = (size: number): JobInput[] =>
      Array.from({ length: size }, () => ({ type: "t", queue: "bulk" }));
    const accepted = await server.client.stream([batch(300), batch(200)]);
    expect(accepted).to.deep.equal({ acceptedJobs: 500, acceptedBatches: 2 });
    await server.client.stream([batch(10), [...batch(1), { type: "" }], batch(10)]).then(
      () => expect.fail("a bad batch was accepted"),
      (error: unknown) => expect(error).to.include({ code: "INVALID_JOB" }),
    );
    const { rows } = await database.query<{ n: string }>(
      "select count(*) as n from jobs j join queues q on q.id = j.queue_id where q.name = 'bulk'",
    );
    expect(Number(rows[0]?.n)).to.be.within(510, 520).and.not.equal(511);
  });

  it("runs a fan-out and fan-in of 1,000, the last job with all results", async () => {
    const middle = Array.from({ length: 1_000 }, (_, n) => `m${n}`);
    const job = { type: "t", queue: "fan" };
    const { graphId } = await server.client.submitGraph({
      name: "fan",
      jobs: [
        { ...job, key: "last", dependsOn: middle },
        ...middle.map((key) => ({ ...job, key, dependsOn: ["first"] })),
        { ...job, key: "first" },
      ],
    });
    const order: string[] = [];
    let results = 0;
    const { stop } = await startWorker(
      server.address,
      {
        t: ({ id, parents }) => {
          order.push(id);
          results = parents.length;
          return { from: id };
        },
      },
      { queue: "fan", concurrency: 200 },
    );
    let counts = {};
    for await (const view of server.client.watchGraph(graphId)) counts = view.counts;
    await stop();
    expect(counts).to.include({ succeeded: 1_002 });
    expect(order).to.have.length(1_002);
    expect(results, "results of the last job's parents").to.equal(1_000);
  });

  it("accepts a graph of 10,000 jobs with 30,000 edges", async () => {
    const size = 10_000;
    const jobs = Array.from({ length: size }, (_, n) => ({
      type: "t",
      queue: "large",
      key: `j${n}`,
      dependsOn: [1, 7, 100].flatMap((back) => (n >= back ? [`j${n - back}`] : [])),
    }));
    const { graphId, jobs: submitted } = await server.client.submitGraph({ name: "large", jobs });
    expect(submitted).to.have.length(size);
    const graph = await server.client.getGraph(graphId);
    expect(graph.counts).to.include({ ready: 1, blocked: size - 1 });
    const cancelled = await server.client.cancelGraph(graphId);
    expect(cancelled).to.deep.equal({ cancelled: size, requested: 0, alreadyTerminal: 0 });
  });

  it("left the rows in order and Postgres without errors", async () => {
    await expectAuditClean(installation.database.url);
    await expectNoDatabaseErrors(installation.database);
    expect(await server.metric("muster_submissions_rejected_total", 'code="INVALID_JOB"')).to.be.greaterThan(
      0,
    );
  });
});
