/** Many workers register at the same moment, while jobs wait for them. */
import { expect } from "chai";
import pg from "pg";
import { expectAuditClean, expectNoDatabaseErrors } from "../support/audit.js";
import { eventually } from "../support/eventually.js";
import { readServerRecords } from "../support/history.js";
import { type Installation, openInstallation, type ServerProcess } from "../support/server-process.js";
import { type RawWorker, RawWorkers } from "../support/workers-raw.js";

const WORKERS = 500;
const JOBS = 1_500;

describe("500 workers that register at once", function () {
  this.timeout(90_000);
  let installation: Installation;
  let server: ServerProcess;
  let crowd: RawWorkers;
  let workers: readonly RawWorker[];
  const jobIds: string[] = [];

  before(async () => {
    // No heartbeats come from raw workers, so the lease has to outlast the test.
    installation = await openInstallation({
      MUSTER_LEASE_TTL_MS: "600000",
      MUSTER_HEARTBEAT_INTERVAL_MS: "200000",
    });
    server = await installation.startServer();
    crowd = new RawWorkers(server.address);
  });

  after(async () => {
    await crowd?.close();
    await installation?.close();
  });

  async function submitJobs(count: number): Promise<void> {
    const jobs = Array.from({ length: count }, () => ({ type: "task" }));
    for (const job of await server.client.submit(jobs)) jobIds.push(job.id);
  }

  const startAll = (): RawWorker[] =>
    Array.from({ length: WORKERS }, (_, index) => crowd.start(`storm-${index}`, 4));

  async function untilAllSucceeded(): Promise<void> {
    const client = new pg.Client({ connectionString: installation.database.url });
    await client.connect();
    try {
      await eventually(async () => {
        const { rows } = await client.query<{ open: string }>(
          "select count(*) as open from jobs where state <> 4",
        );
        return rows[0]?.open === "0";
      }, 30_000);
    } finally {
      await client.end();
    }
  }

  it("are registered, all of them", async () => {
    await submitJobs(JOBS);
    workers = startAll();
    await Promise.all(workers.map((worker) => worker.registered));
    expect(new Set(workers.map((worker) => worker.sessionId)).size).to.equal(WORKERS);
    expect(await server.client.workers({ states: ["online"] })).to.have.length(WORKERS);
    expect(await server.metric("muster_registrations_total", 'outcome="new"')).to.equal(WORKERS);
    expect(await server.metric("muster_registrations_total", 'outcome="failed"')).to.equal(0);
  });

  it("do all the jobs that waited, each once", async () => {
    await untilAllSucceeded();
    expect(workers.flatMap((worker) => worker.jobIds).toSorted()).to.deep.equal(jobIds.toSorted());
  });

  it("got no job before their session was confirmed", async () => {
    for (const worker of workers) expect(worker.received[0], worker.workerId).to.equal("welcome");
    const sessionOf = new Map(workers.map((worker) => [worker.workerId, worker.sessionId]));
    const { executions, sessions } = await readServerRecords(installation.database.url);
    const registered = new Map(sessions.map((session) => [session.sessionId, session]));
    expect(executions).to.have.length(JOBS);
    for (const { sessionId, assignedMs } of executions) {
      const session = registered.get(sessionId);
      expect(assignedMs).to.be.greaterThan(session?.registeredMs ?? Infinity);
      expect(sessionOf.get(session?.workerId ?? "")).to.equal(sessionId);
    }
  });

  it("are replaced by 500 that come under the same names, and no job is lost", async () => {
    const before = workers;
    await submitJobs(JOBS);
    workers = startAll();
    await Promise.all(workers.map((worker) => worker.registered));
    for (const end of await Promise.all(before.map((worker) => worker.ended))) {
      expect(end).to.contain("a newer process registered");
    }
    await untilAllSucceeded();
    expect(await server.client.workers({ states: ["online"] })).to.have.length(WORKERS);
    for (const worker of workers) expect(worker.received[0], worker.workerId).to.equal("welcome");
  });

  it("break no foreign key, by our count and by that of Postgres", async () => {
    expect(await server.metric("muster_foreign_key_violations_total")).to.equal(0);
    expect(await server.metric("muster_deadlocks_total")).to.equal(0);
    // Class 08 may appear on a machine so busy that a transaction waits for a connection; 23 and 40 never may.
    for (const sqlstateClass of ["23", "40"]) {
      const retries = await server.metric(
        "muster_transaction_retries_total",
        `sqlstate_class="${sqlstateClass}"`,
      );
      expect(retries, `retries of class ${sqlstateClass}`).to.equal(0);
    }
    await expectNoDatabaseErrors(installation.database);
    await expectAuditClean(installation.database.url);
  });
});
