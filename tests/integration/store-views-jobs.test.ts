/** Jobs and graphs as the views show them, over rows that the real store wrote. */
import { expect } from "chai";
import { jobQueries, type JobQueries } from "../../server/coordinator/queries.js";
import { MusterError } from "../../server/core/errors.js";
import { formatId } from "../../server/core/job-id.js";
import type { JobPageQuery } from "../../server/core/operations.js";
import { World } from "./store-views-world.js";

const FILTER: JobPageQuery = {
  namespace: "default",
  states: [],
  queue: null,
  type: null,
  graphPublicId: null,
  labels: {},
  pageSize: 100,
  pageToken: null,
  oldestFirst: false,
  omitBodies: false,
};

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof MusterError)
      return `${error.code} ${error.details.violations?.[0]?.field ?? ""}`.trim();
    throw error;
  }
  return "no error";
}

describe("store views of jobs", function () {
  this.timeout(60_000);
  let world: World;
  let queries: JobQueries;

  beforeEach(async () => {
    world = await World.open();
    queries = jobQueries(world.views);
  });
  afterEach(() => world.close());

  /** Every page of a list, as internal ids. */
  async function pages(filter: Partial<JobPageQuery>): Promise<number[][]> {
    const found: number[][] = [];
    let pageToken: string | null = null;
    do {
      const page = await queries.listJobs({ ...FILTER, ...filter, pageToken });
      found.push(page.jobs.map((job) => job.id));
      pageToken = page.nextPageToken;
    } while (pageToken !== null);
    return found;
  }

  it("shows every field that was submitted, and the defaults", async () => {
    const runAtMs = Date.now() + 3_600_000;
    const { publicIds, ids, createdMs } = await world.submit([
      {
        key: "first",
        type: "encode",
        queue: "video",
        payload: { contentType: "text/plain", body: Buffer.from("hello"), uri: null },
        priority: 5,
        inheritPriority: false,
        maxAttempts: 7,
        backoff: { kind: "fixed", baseMs: 10, capMs: 20, jitter: 0.5 },
        executionTimeoutMs: 1_500,
        runAtMs,
        onParentFailure: "run",
        idempotencyKey: "once",
        labels: { team: "x" },
        headers: { trace: "t" },
      },
      { payload: { contentType: "a/b", body: null, uri: "s3://bucket/key" } },
    ]);
    const job = await queries.getJob("default", publicIds[0] ?? "");
    expect(job).to.deep.include({
      id: ids[0],
      publicId: publicIds[0],
      namespace: "default",
      queue: "video",
      type: "encode",
      key: "first",
      graphPublicId: null,
      state: "scheduled",
      priority: 5,
      effectivePriority: 5,
      priorityReason: "own",
      prioritySourcePublicId: null,
      inheritPriority: false,
      maxAttempts: 7,
      onParentFailure: "run",
      payload: { contentType: "text/plain", body: Buffer.from("hello"), uri: null },
      output: null,
      backoff: { kind: "fixed", baseMs: 10, capMs: 20, jitter: 0.5 },
      executionTimeoutMs: 1_500,
      createdAt: new Date(createdMs),
      runAt: new Date(runAtMs),
      labels: { team: "x" },
      headers: { trace: "t" },
      idempotencyKey: "once",
      dependsOn: [],
      executions: [],
    });
    const plain = await queries.getJob("default", publicIds[1] ?? "");
    expect(plain).to.deep.include({
      state: "ready",
      queue: "default",
      payload: { contentType: "a/b", body: null, uri: "s3://bucket/key" },
      labels: {},
      generation: 1,
      workerId: null,
      progress: 0,
    });
    expect(plain.backoff.kind).to.equal("exponential");
  });

  it("finds a job only by its whole id and in its namespace", async () => {
    const { ids, publicIds, createdMs } = await world.submit([{}], { namespace: "one" });
    const publicId = publicIds[0] ?? "";
    expect((await queries.getJob("one", publicId)).id).to.equal(ids[0]);
    expect((await queries.getJob("one", publicId.toUpperCase())).id).to.equal(ids[0]);
    expect(await codeOf(queries.getJob("default", publicId))).to.equal("JOB_NOT_FOUND");
    const sameIdOtherTime = formatId(ids[0] ?? 0, createdMs + 1);
    expect(await codeOf(queries.getJob("one", sameIdOtherTime))).to.equal("JOB_NOT_FOUND");
    expect(await codeOf(queries.getJob("one", "nonsense"))).to.equal("JOB_NOT_FOUND");
    expect(await codeOf(queries.getJob("one", formatId(999_999, createdMs)))).to.equal("JOB_NOT_FOUND");
  });

  it("tells where a priority comes from, and names parents by their public ids", async () => {
    const { publicIds } = await world.submit([
      { key: "urgent parent", priority: 9 },
      { key: "plain parent" },
      { key: "heir", siblingParents: [0, 1] },
      { key: "own way", inheritPriority: false, priority: 1, siblingParents: [1] },
      { key: "raised" },
      { key: "urgent child", priority: 8, siblingParents: [4] },
    ]);
    const shown = await Promise.all(publicIds.map((id) => queries.getJob("default", id)));
    expect(
      shown.map((job) => [job.effectivePriority, job.priorityReason, job.prioritySourcePublicId]),
    ).to.deep.equal([
      [9, "own", null],
      [9, "raised", publicIds[2]],
      [9, "inherited", publicIds[0]],
      [1, "own", null],
      [8, "raised", publicIds[5]],
      [8, "own", null],
    ]);
    expect(shown[2]?.dependsOn).to.deep.equal([publicIds[0], publicIds[1]]);
    expect(shown[2]?.pendingParents).to.equal(2);
  });

  it("shows who runs a job, its progress, and the history of its attempts", async () => {
    const { ids, publicIds } = await world.submit([{}]);
    const [id = 0] = ids;
    const [publicId = ""] = publicIds;
    const first = await world.register("w1");
    await world.claim(first, [id]);
    await world.failAttempt(id, { errorType: "Broken", message: "no", stackTrace: "at x" });
    const second = await world.register("w2");
    await world.claim(second, [id]);
    await world.store.recordProgress([
      { ref: { jobId: id, leaseEpoch: 2 }, started: true, fraction: 0.5, note: "half", checkpoint: null },
    ]);
    const running = await queries.getJob("default", publicId);
    expect(running).to.include({
      state: "running",
      workerId: "w2",
      progress: 0.5,
      progressNote: "half",
      leaseEpoch: 2,
    });
    expect(running.startedAt).to.be.instanceOf(Date);
    expect(running.error?.errorType).to.equal("Broken");

    await world.succeed(id, "done", 2);
    const ended = await queries.getJob("default", publicId);
    expect(ended).to.include({ state: "succeeded", workerId: null });
    expect(ended.output?.body?.toString()).to.equal("done");
    expect(ended.executions.map((e) => [e.leaseEpoch, e.workerId, e.sessionId, e.outcome])).to.deep.equal([
      [1, "w1", first.sessionId, "failed"],
      [2, "w2", second.sessionId, "succeeded"],
    ]);
    expect(ended.executions[0]?.error?.message).to.equal("no");
    expect(ended.executions[1]?.startedAt).to.be.instanceOf(Date);
    expect(ended.executions[1]?.endedAt?.getTime()).to.be.at.least(
      ended.executions[1]?.assignedAt.getTime() ?? 0,
    );
  });

  it("lists in both orders, page by page, each job once", async () => {
    const { ids } = await world.submit(Array.from({ length: 7 }, () => ({})));
    const newestFirst = ids.toReversed();
    expect(await pages({ pageSize: 3 })).to.deep.equal([
      newestFirst.slice(0, 3),
      newestFirst.slice(3, 6),
      newestFirst.slice(6),
    ]);
    expect(await pages({ pageSize: 7, oldestFirst: true })).to.deep.equal([ids]);
    // A job that comes while one pages does not move the others.
    const first = await queries.listJobs({ ...FILTER, pageSize: 3 });
    await world.submit([{}]);
    const next = await queries.listJobs({ ...FILTER, pageSize: 3, pageToken: first.nextPageToken });
    expect(next.jobs.map((job) => job.id)).to.deep.equal(newestFirst.slice(3, 6));
  });

  it("filters by state, queue, type, labels, graph and namespace, alone and together", async () => {
    const graph = await world.submit(
      [
        { type: "encode", labels: { team: "x", tier: "1" } },
        { type: "resize", labels: { team: "x" }, siblingParents: [0] },
      ],
      { graph: "nightly" },
    );
    const loose = await world.submit([{ type: "encode", queue: "video" }, { labels: { team: "y" } }]);
    const far = Date.now() + 3_600_000;
    const later = await world.submit([{ runAtMs: far, queue: "video" }]);
    await world.submit([{ type: "encode" }], { namespace: "other" });
    const session = await world.register("w1");
    await world.claim(session, [graph.ids[0] ?? 0, loose.ids[1] ?? 0]);
    await world.succeed(loose.ids[1] ?? 0);
    const list = async (filter: Partial<JobPageQuery>): Promise<number[]> =>
      (await pages({ oldestFirst: true, pageSize: 1, ...filter })).flat();

    const [g0, g1] = graph.ids;
    const [l0, l1] = loose.ids;
    const [s0] = later.ids;
    expect(await list({})).to.deep.equal([g0, g1, l0, l1, s0]);
    expect(await list({ states: ["running"] })).to.deep.equal([g0]);
    expect(await list({ states: ["blocked", "ready"] })).to.deep.equal([g1, l0]);
    expect(await list({ states: ["ready", "scheduled"], queue: "video" })).to.deep.equal([l0, s0]);
    expect(await list({ states: ["succeeded"] })).to.deep.equal([l1]);
    expect(await list({ states: ["succeeded", "running"] })).to.deep.equal([g0, l1]);
    expect(await list({ queue: "video" })).to.deep.equal([l0, s0]);
    expect(await list({ queue: "nowhere" })).to.deep.equal([]);
    expect(await list({ type: "encode" })).to.deep.equal([g0, l0]);
    expect(await list({ labels: { team: "x" } })).to.deep.equal([g0, g1]);
    expect(await list({ labels: { team: "x", tier: "1" } })).to.deep.equal([g0]);
    expect(await list({ graphPublicId: graph.graphPublicId })).to.deep.equal([g0, g1]);
    expect(await list({ graphPublicId: graph.graphPublicId, states: ["running"] })).to.deep.equal([g0]);
    expect(await list({ namespace: "other", states: ["dead"] })).to.deep.equal([]);
    expect(await codeOf(list({ namespace: "other", graphPublicId: graph.graphPublicId }))).to.equal(
      "GRAPH_NOT_FOUND",
    );
  });

  it("leaves bodies out when asked to", async () => {
    const { ids } = await world.submit([
      { payload: { contentType: "a/b", body: Buffer.from("x"), uri: null } },
    ]);
    const session = await world.register("w1");
    await world.claim(session, ids);
    await world.succeed(ids[0] ?? 0, "y");
    const bare = (await queries.listJobs({ ...FILTER, omitBodies: true })).jobs[0];
    expect([bare?.payload, bare?.output, bare?.state]).to.deep.equal([null, null, "succeeded"]);
    const whole = (await queries.listJobs(FILTER)).jobs[0];
    expect([whole?.payload?.body?.toString(), whole?.output?.body?.toString()]).to.deep.equal(["x", "y"]);
  });

  it("cuts a page before it grows too large for one message, and goes on with the rest", async () => {
    const body = Buffer.alloc(1_000_000, 1);
    const jobs = Array.from({ length: 5 }, () => ({ payload: { contentType: "a/b", body, uri: null } }));
    const { ids } = await world.submit(jobs);
    const cut = await pages({ oldestFirst: true });
    expect(cut.map((page) => page.length)).to.deep.equal([3, 2]);
    expect(cut.flat()).to.deep.equal(ids);
    expect(await pages({ oldestFirst: true, omitBodies: true })).to.deep.equal([ids]);
  });

  it("crosses wide gaps between ids", async () => {
    const early = await world.submit([{}]);
    await world.database.run("allocate_id_blocks", [1_500]);
    const late = await world.submit([{ type: "encode" }]);
    expect((await pages({})).flat()).to.deep.equal([...late.ids, ...early.ids]);
    expect((await pages({ type: "resize" })).flat()).to.deep.equal(early.ids);
    expect((await pages({ states: ["ready"], oldestFirst: true })).flat()).to.deep.equal([
      ...early.ids,
      ...late.ids,
    ]);
  });

  it("refuses a page token that is not of the list", async () => {
    await world.submit([{}, {}]);
    const { nextPageToken } = await queries.listJobs({ ...FILTER, pageSize: 1 });
    const forged = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const refused = [
      "%%%",
      "abc",
      forged({ id: -1, dir: "desc" }),
      forged({ id: "1", dir: "desc" }),
      forged(null),
    ];
    for (const pageToken of refused) {
      expect(await codeOf(queries.listJobs({ ...FILTER, pageToken })), pageToken).to.equal(
        "INVALID_REQUEST page_token",
      );
    }
    const other = queries.listJobs({ ...FILTER, pageToken: nextPageToken, oldestFirst: true });
    expect(await codeOf(other)).to.equal("INVALID_REQUEST page_token");
  });

  it("counts a graph by state, with its first start also when that job was run again, and its end", async () => {
    const { ids, graphPublicId, createdMs } = await world.submit([{}, {}, { siblingParents: [0, 1] }], {
      graph: "nightly",
    });
    await world.submit([{}]); // not in the graph
    const [a = 0, b = 0, c = 0] = ids;
    const fresh = await queries.getGraph("default", graphPublicId);
    expect(fresh).to.deep.include({
      publicId: graphPublicId,
      name: "nightly",
      jobCount: 3,
      createdAt: new Date(createdMs),
    });
    expect(fresh.counts).to.deep.equal({
      blocked: 1,
      scheduled: 0,
      ready: 2,
      running: 0,
      succeeded: 0,
      dead: 0,
      cancelled: 0,
    });
    expect([fresh.firstStartedAt, fresh.finishedAt]).to.deep.equal([null, null]);

    const session = await world.register("w1");
    await world.claim(session, [a]);
    const firstStartedAt = (await queries.getGraph("default", graphPublicId)).firstStartedAt;
    expect(firstStartedAt).to.be.instanceOf(Date);
    await world.failAttempt(a, { errorType: "E", message: "", stackTrace: "" });
    await world.claim(session, [a, b]);
    await world.succeed(a, null, 2);
    await world.succeed(b);
    await world.claim(session, [c]);
    await world.change(c, { state: "dead", reason: "exhausted", executionEnds: "failed" });
    const ended = await queries.getGraph("default", graphPublicId);
    expect(ended.counts).to.include({ succeeded: 2, dead: 1, blocked: 0, ready: 0 });
    expect(ended.firstStartedAt).to.deep.equal(firstStartedAt);
    const last = await queries.getJob("default", formatId(c, createdMs));
    expect(ended.finishedAt).to.deep.equal(last.finishedAt);
    expect(last.graphPublicId).to.equal(graphPublicId);
    expect(await codeOf(queries.getGraph("other", graphPublicId))).to.equal("GRAPH_NOT_FOUND");
    expect(await codeOf(queries.getGraph("default", formatId(c, createdMs)))).to.equal("GRAPH_NOT_FOUND");
  });
});
