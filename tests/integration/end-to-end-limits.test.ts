/**
 * Limits, end to end, over two replicas: never exceeded, in order within a key, nobody else held up, no work done over
 * and over while something is held. What Postgres kept of every execution is the judge.
 */
import { expect } from "chai";
import pg from "pg";
import type { Handler, JobInput } from "../../worker-sdk/typescript/index.js";
import { expectAuditClean, expectNoDatabaseErrors } from "../support/audit.js";
import { eventually } from "../support/eventually.js";
import { limitBreaches } from "../support/limit-audit.js";
import { type Installation, openInstallation, type ServerProcess } from "../support/server-process.js";
import { startWorker, type TestWorker } from "../support/workers.js";

const RUNS_MS = 15;

describe("limits, end to end, on two replicas", function () {
  this.timeout(60_000);
  let installation: Installation;
  let servers: ServerProcess[];
  let workers: TestWorker[];
  let queues = 0;
  let queue: string;

  before(async () => {
    installation = await openInstallation();
    servers = await Promise.all([installation.startServer(), installation.startServer()]);
  });

  beforeEach(() => {
    queue = `q${++queues}`;
    workers = [];
  });

  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    expect(await limitBreaches(installation.database.url)).to.deep.equal([]);
  });

  after(async () => {
    await expectAuditClean(installation.database.url);
    await expectNoDatabaseErrors(installation.database);
    await installation.close();
  });

  const client = (at = 0) => (servers[at] as ServerProcess).client;

  /** One on each replica. */
  async function startWorkers(handler: Handler, concurrency = 10): Promise<void> {
    const options = { queue, concurrency, window: concurrency };
    workers = await Promise.all(
      servers.map((server) => startWorker(server.address, { t: handler }, options)),
    );
  }

  const runs: Handler = () => new Promise<void>((resolve) => setTimeout(resolve, RUNS_MS));
  const job = (more: Partial<JobInput> = {}): JobInput => ({ type: "t", queue, ...more });

  async function submit(jobs: readonly JobInput[], at = 0): Promise<string[]> {
    return (await client(at).submit(jobs)).map(({ id }) => id);
  }

  async function sql<R extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<R[]> {
    const database = new pg.Client(installation.database.url);
    await database.connect();
    try {
      return (await database.query<R>(text, values)).rows;
    } finally {
      await database.end();
    }
  }

  const counted = (state: number) =>
    sql<{ count: number }>(
      `select count(*)::int from jobs j join queues q on q.id = j.queue_id where q.name = $1 and j.state = $2`,
      [queue, state],
    ).then(([row]) => row?.count ?? 0);

  async function allDone(count: number): Promise<void> {
    await eventually(async () => (await counted(4)) === count, 30_000);
  }

  async function metric(name: string, labels = ""): Promise<number> {
    const each = await Promise.all(servers.map((server) => server.metric(name, labels)));
    return each.reduce((sum, value) => sum + value, 0);
  }

  it("never runs more of a key than its bound, and starts a key of 1 in its order", async () => {
    const jobs = Array.from({ length: 120 }, (_, at): JobInput => {
      if (at % 3 === 0) return job({ concurrencyKey: "one", priority: at % 2 === 0 ? 3 : 5 });
      if (at % 3 === 1) return job({ concurrencyKey: "three", concurrencyLimit: 3 });
      return job();
    });
    await startWorkers(runs);
    await Promise.all([submit(jobs.slice(0, 60)), submit(jobs.slice(60), 1)]);
    await allDone(120);
    const most = await sql<{ running: number }>(
      `select max(x.running)::int as running from job_executions e join jobs j on j.id = e.job_id
         cross join lateral (select count(*) as running from job_executions r join jobs o on o.id = r.job_id
           where o.concurrency_key = 'three' and r.assigned_at <= e.assigned_at and r.ended_at > e.assigned_at) x
        where j.concurrency_key = 'three'`,
    );
    expect(most[0]?.running, "the bound is also used").to.equal(3);
  });

  it("keeps the order within a key, whichever replica starts the next", async () => {
    const input = Array.from({ length: 40 }, (_, at) =>
      job({ concurrencyKey: "k", priority: at % 4 === 0 ? 6 : 3 }),
    );
    const ids = await submit(input);
    await startWorkers(runs);
    await allDone(40);
    const rows = await sql<{ high: boolean; id: number }>(
      `select j.id, j.priority = 6 as high from jobs j join queues q on q.id = j.queue_id
         join job_executions e on e.job_id = j.id where q.name = $1 order by e.assigned_at`,
      [queue],
    );
    const starts = rows.map(({ id, high }) => `${high ? 0 : 1}/${String(id).padStart(16, "0")}`);
    expect(starts).to.have.length(ids.length);
    expect(starts).to.deep.equal(starts.toSorted());
  });

  it("a hot key occupies one slot and holds up nobody else", async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    await submit(Array.from({ length: 80 }, () => job({ concurrencyKey: "hot", payload: "hot" })));
    const others = await submit([
      ...Array.from({ length: 30 }, () => job()),
      ...Array.from({ length: 10 }, (_, at) => job({ concurrencyKey: `cool-${at}` })),
    ]);
    const heldBefore = await metric("muster_held_at_claim_total");
    await startWorkers((context) => (context.json() === "hot" ? released : undefined), 4);
    await eventually(async () => (await counted(4)) === others.length, 20_000);
    expect(await counted(3), "of the hot key").to.equal(1);
    expect(await metric("muster_credit_free")).to.equal(7);
    expect((await metric("muster_held_at_claim_total")) - heldBefore).to.be.at.most(20);
    const waiting = await sql<{ id: number }>(
      "select 1 as id from jobs where concurrency_key = 'hot' and state = 2",
    );
    expect(waiting).to.have.length(79);
    expect(await metric("muster_queue_depth", `queue="default/${queue}"`), "hints of parked jobs").to.equal(
      0,
    );
    release();
    await allDone(120);
  });

  it("does nothing over and over while keys are full, or a queue is, or its rate is used up", async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    await client().setQueueLimits(queue, {
      concurrency: 3,
      rate: { starts: 1, periodMs: 3_600_000, burst: 100 },
    });
    await submit(Array.from({ length: 20 }, () => job({ concurrencyKey: "k" })));
    await startWorkers(() => released);
    // One with the key has a place of the queue's before the others come for the rest.
    await eventually(async () => (await counted(3)) === 1, 10_000);
    await submit(Array.from({ length: 20 }, () => job()));
    await eventually(async () => (await counted(3)) === 3, 10_000);
    const work = async () =>
      (await metric("muster_limits_read_total")) +
      (await metric("muster_held_at_claim_total")) +
      (await metric("muster_hints_returned_total")) +
      (await metric("muster_hints_stale_total"));
    const before = await work();
    const startedMono = performance.now();
    await eventually(() => performance.now() - startedMono > 3_000, 10_000);
    const seconds = (performance.now() - startedMono) / 1000;
    // Each replica looks about once a second, and the reconciler at its own pace.
    expect((await work()) - before).to.be.at.most(Math.ceil(seconds) * 6);
    const { jobs } = await client().list({ queue, states: ["ready"] });
    const { heldBy } = await client(1).get(jobs[0]?.id ?? "");
    expect(heldBy.map(({ kind }) => kind)).to.include("queue");
    const keyed = jobs.find(({ concurrencyKey }) => concurrencyKey === "k");
    const { blockers } = await client(1).explain(keyed?.id ?? "");
    const holds = blockers.flatMap(({ detail }) => (detail?.kind === "limit" ? [detail.hold] : []));
    expect(
      holds.map(({ kind, bound, running, concurrencyKey }) => [kind, bound, running, concurrencyKey]),
    ).to.deep.equal([
      ["key", 1, 1, "k"],
      ["queue", 3, 3, ""],
    ]);
    await client().clearQueueLimits(queue);
    release();
    await allDone(40);
  });

  it("starts no more than the rate and the burst allow over both replicas, and no less", async () => {
    await client(1).setQueueLimits(queue, { rate: { starts: 20, periodMs: 1_000, burst: 5 } });
    await startWorkers(runs);
    await Promise.all([
      submit(Array.from({ length: 20 }, () => job())),
      submit(
        Array.from({ length: 20 }, () => job()),
        1,
      ),
    ]);
    await allDone(40);
    const [row] = await sql<{ seconds: number }>(
      `select date_part('epoch', max(e.assigned_at) - min(e.assigned_at)) as seconds from job_executions e
         join jobs j on j.id = e.job_id join queues q on q.id = j.queue_id where q.name = $1`,
      [queue],
    );
    expect(row?.seconds).to.be.within(1.7, 15);
  });

  it("never runs more of a queue than its bound, whatever it was before", async () => {
    await startWorkers(runs);
    await submit(Array.from({ length: 60 }, () => job()));
    await client().setQueueLimits(queue, { concurrency: 2 });
    const [{ setAt } = { setAt: new Date() }] = await sql<{ setAt: Date }>(
      `select l.set_at as "setAt" from queue_limits l join queues q on q.id = l.queue_id where q.name = $1`,
      [queue],
    );
    await submit(
      Array.from({ length: 30 }, () => job()),
      1,
    );
    await allDone(90);
    const over = await sql(
      `select e.job_id from job_executions e join jobs j on j.id = e.job_id join queues q on q.id = j.queue_id
         cross join lateral (select count(*) as running from job_executions r join jobs o on o.id = r.job_id
           where o.queue_id = j.queue_id and r.assigned_at <= e.assigned_at and r.ended_at > e.assigned_at) x
        where q.name = $1 and e.assigned_at > $2 and x.running > 2`,
      [queue, setAt],
    );
    expect(over).to.deep.equal([]);
    await client().clearQueueLimits(queue);
  });
});
