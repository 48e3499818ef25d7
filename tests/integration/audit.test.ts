import { expect } from "chai";
import pg from "pg";
import { AUDIT_NAMES, AUDIT_RULES } from "../../server/core/audit-rules.js";
import { Database } from "../../server/store/database.js";
import { migrate } from "../../server/store/migrate.js";
import { auditFindings, expectAuditClean, expectNoDatabaseErrors } from "../support/audit.js";
import { freshDatabase, type FreshDatabase } from "../support/databases.js";

const RESCUE_MS = 10_000;

/**
 * Two parents that ended, a child that runs, a grandchild that waits for it and for a third parent, which is ready
 * and raised by it; a job that waits for its time. One worker, online.
 */
const WORLD = `
  insert into queues (namespace, name) values ('default', 'default');
  insert into workers (namespace, worker_id, epoch) values ('default', 'w', 1);
  insert into worker_sessions (worker_pk, epoch, state, instance_id, server_id, worker_name, build_id, sdk, labels,
                               subscriptions, max_in_flight, registered_at)
    values (1, 1, 0, 'i', 's', '', '', '', '{}', '[]', 2, now() - interval '1 hour');
  insert into session_leases (session_id, expires_at) values (1, now() + interval '1 hour');
  insert into graphs (id, namespace, name, job_count, first_job_id, last_job_id, created_at)
    values (9, 'default', 'g', 2, 10, 11, now());
  insert into jobs (id, queue_id, graph_id, state, priority, base_priority, effective_priority, priority_source,
                    pending_parents, attempt, max_attempts, lease_epoch, session_id, inherit_priority,
                    on_parent_failure, has_parents, created_at, ready_at, run_at, assigned_at, finished_at, type)
  select id, 1, graph_id, state, 3, 3, effective, source, pending, attempt, 3, epoch, session_id, true,
         policy, has_parents, now() - interval '50 min', now() - ready * interval '1 min',
         case when state = 1 then now() + interval '1 h' end, now() - assigned * interval '1 min',
         now() - finished * interval '1 min', 't'
    from (values
      (10, 9,    4, 3, null::int, 0, 1, 1, null::int, 0, false, 50, 40, 39),
      (11, 9,    5, 3, null,      0, 1, 1, null,      0, false, 50, 40, 39),
      (12, null, 3, 5, 14,        0, 2, 2, 1,         1, true,  38, 30, null),
      (13, null, 2, 5, 14,        0, 0, 0, null,      0, false, 50, null, null),
      (14, null, 0, 5, null,      2, 0, 0, null,      0, true,  null, null, null),
      (15, null, 1, 3, null,      0, 0, 0, null,      0, false, null, null, null))
      as j (id, graph_id, state, effective, source, pending, attempt, epoch, session_id, policy, has_parents, ready,
            assigned, finished);
  update jobs set priority = 5, base_priority = 5 where id = 14;
  insert into job_dependencies values (10, 12), (11, 12), (12, 14), (13, 14);
  insert into job_executions (job_id, lease_epoch, attempt, session_id, assigned_at, ended_at, outcome) values
    (10, 1, 1, 1, now() - interval '40 min', now() - interval '39 min', 0),
    (11, 1, 1, 1, now() - interval '40 min', now() - interval '39 min', 1),
    (12, 1, 1, 1, now() - interval '35 min', now() - interval '34 min', 1),
    (12, 2, 2, 1, now() - interval '30 min', null, null);
  insert into dead_letters (job_id, queue_id, generation, type, reason, error_type, message, fingerprint, died_at)
    values (11, 1, 1, 't', 'exhausted', 'Error', '', '0123456789abcdef', now() - interval '39 min');
  insert into idempotency_keys values ('default', 'j', 0, 10, ''), ('default', 'g', 1, 9, '');`;

const NEW_SESSION = `
  insert into worker_sessions (worker_pk, epoch, state, instance_id, server_id, worker_name, build_id, sdk, labels,
                               subscriptions, max_in_flight)
  values (1, 2, 0, 'i', 's', '', '', '', '{}', '[]', 2)`;

/** By the name of the query that has to find it; several statements are several ways to break the same rule. */
const PLANTED: Readonly<Record<string, readonly string[]>> = {
  "blocked although every parent is settled": ["delete from job_dependencies where child_id = 14"],
  "blocked behind a parent that has failed": ["update jobs set state = 6 where id = 13"],
  "pending_parents differs from the parents that are not settled": [
    "update jobs set pending_parents = 1 where id = 14",
    "update jobs set state = 4 where id = 13",
  ],
  "past blocked with parents pending": ["update jobs set pending_parents = 1 where id = 12"],
  "ran before a parent was settled": [
    "update jobs set state = 2 where id = 11",
    "update jobs set on_parent_failure = 0 where id = 12",
    "update jobs set finished_at = now() - interval '20 min' where id = 10",
  ],
  "an edge that points at no job": [
    "insert into job_dependencies values (1, 14)",
    "insert into job_dependencies values (12, 99)",
  ],
  "a job with a concurrency key that runs and is not counted": [
    "update jobs set concurrency_key = 'k' where id = 12",
  ],
  "an edge against the lock order": ["insert into job_dependencies values (14, 13)"],
  "has_parents disagrees with the edges": [
    "update jobs set has_parents = false where id = 14",
    "update jobs set has_parents = true where id = 13",
  ],
  "more than one open execution": ["update job_executions set ended_at = null where job_id = 12"],
  "running and its open execution disagree": [
    "update job_executions set ended_at = now() where job_id = 12",
    "update job_executions set attempt = 9 where job_id = 12 and lease_epoch = 2",
    "update jobs set lease_epoch = 3 where id = 12",
    "update jobs set state = 2 where id = 12",
    "update jobs set session_id = 2 where id = 12",
  ],
  "a session named by a job that does not run": ["update jobs set session_id = 1 where id = 10"],
  "more open executions than the session takes": ["update worker_sessions set max_in_flight = 0"],
  "running under a lease that ran out": ["update session_leases set expires_at = now() - interval '11 s'"],
  "a live session without a lease": ["delete from session_leases"],
  "a timeout, or a time to stop, that nobody will look at": [
    "update jobs set stop_by = now() + interval '1 min' where id = 12",
    "update jobs set start_timeout_ms = 60000 where id = 12",
    "update jobs set start_timeout_ms = 60000 where id = 13",
    `update jobs set execution_timeout_ms = 60000 where id = 12;
     update job_executions set started_at = now() where job_id = 12 and lease_epoch = 2`,
    `update jobs set progress_timeout_ms = 60000 where id = 12;
     update job_executions set started_at = now() where job_id = 12 and lease_epoch = 2`,
  ],
  "running on a session that has ended": [
    "update worker_sessions set ended_at = now() - interval '11 s', state = 3",
  ],
  "assigned before its session was registered, or after it had ended": [
    "update worker_sessions set registered_at = now() - interval '35 min'",
    "update worker_sessions set ended_at = now() - interval '35 min'",
  ],
  "an execution that points at no job": [
    "insert into job_executions values (99, 1, 1, 1, now(), null, now(), 1)",
  ],
  "an execution that points at no session": [
    "alter table job_executions drop constraint job_executions_session_id_fkey; update job_executions set session_id = 5 where job_id = 12",
  ],
  "lease epochs with a gap": [
    "delete from job_executions where job_id = 12 and lease_epoch = 1",
    "update job_executions set lease_epoch = 0 where job_id = 12 and lease_epoch = 1",
    "update jobs set lease_epoch = 1 where id = 13",
  ],
  "more than one live session of a worker": [`drop index worker_sessions_live; ${NEW_SESSION}`],
  "a session that is over without an end, or ended without being over": [
    "update worker_sessions set state = 4",
    "update worker_sessions set ended_at = now()",
  ],
  "ended without finished_at": ["update jobs set finished_at = null where id = 10"],
  "open with finished_at": ["update jobs set finished_at = now() where id = 13"],
  "an execution with an end and no outcome, or the reverse": [
    "update job_executions set outcome = null where job_id = 11",
    "update job_executions set outcome = 3 where job_id = 12",
  ],
  "succeeded without one succeeded execution, its last, or the reverse": [
    "update job_executions set outcome = 1 where job_id = 10",
    "update job_executions set outcome = 0 where job_id = 11",
    "update job_executions set outcome = 0 where job_id = 12 and lease_epoch = 1",
  ],
  "dead without its dead letter, or the reverse": [
    "delete from dead_letters",
    "update dead_letters set generation = 2",
    "update jobs set state = 4 where id = 11",
  ],
  "more attempts than allowed": ["update jobs set attempt = 4 where id = 12"],
  "ready and never stamped ready": ["update jobs set ready_at = null where id = 13"],
  "scheduled without a time": ["update jobs set run_at = null where id = 15"],
  "ran before it was ready": ["update jobs set ready_at = now() where id = 12"],
  "effective priority below the base, or the base below the own": [
    "update jobs set effective_priority = 2 where id = 15",
    "update jobs set base_priority = 2 where id = 15",
  ],
  "a raised priority that says not where from, or the reverse": [
    "update jobs set priority_source = null where id = 12",
    "update jobs set priority_source = 10 where id = 15",
  ],
  "a priority that was raised although it is not to be": [
    "update jobs set inherit_priority = false where id = 12",
  ],
  "a waiting job that is not as urgent as its most urgent dependent": [
    "update jobs set effective_priority = 4 where id = 13",
    "update jobs set effective_priority = 6 where id = 13",
  ],
  "a graph that is not whole": [
    "update graphs set job_count = 3",
    "update jobs set graph_id = null where id = 10",
  ],
  "an idempotency key of nothing": [
    "update idempotency_keys set target_id = 99 where kind = 0",
    "update idempotency_keys set target_id = 10 where kind = 1",
  ],
};

describe("the audit of the database", function () {
  this.timeout(60_000);
  let database: FreshDatabase;
  let client: pg.Client;

  before(async () => {
    database = await freshDatabase();
    const migrated = new Database({
      connection: { url: database.url },
      poolMax: 5,
      onError: () => undefined,
    });
    await migrate(migrated.kysely);
    await migrated.close();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(WORLD);
  });

  after(async () => {
    await client?.end();
    await database?.drop();
  });

  const rejectionOf = (check: Promise<void>): Promise<string> =>
    check.then(
      () => "it found nothing",
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );

  async function findingsWith(statement: string): Promise<readonly string[]> {
    await client.query("begin");
    try {
      await client.query(statement);
      return (await auditFindings(client, RESCUE_MS)).map((finding) => finding.name);
    } finally {
      await client.query("rollback");
    }
  }

  it("finds nothing in a database in order", async () => {
    expect(await auditFindings(client, RESCUE_MS)).to.deep.equal([]);
    await expectAuditClean(database.url);
    await expectNoDatabaseErrors(database);
  });

  for (const name of AUDIT_NAMES.map((word) => AUDIT_RULES[word].rule)) {
    it(`finds: ${name}`, async () => {
      const statements = PLANTED[name] ?? [];
      expect(statements, "planted breaches").to.not.be.empty;
      for (const statement of statements) expect(await findingsWith(statement), statement).to.include(name);
    });
  }

  it("gives a lost session its time", async () => {
    const fresh = "update session_leases set expires_at = now() - interval '9 s'";
    expect(await findingsWith(fresh)).to.deep.equal([]);
  });

  it("asks for no deadline that is there, or that is not due to be there yet", async () => {
    const timeouts = "start_timeout_ms = 60000, execution_timeout_ms = 60000, progress_timeout_ms = 60000";
    expect(await findingsWith(`update jobs set ${timeouts} where id in (10, 14, 15)`)).to.deep.equal([]);
    const armed = "insert into deadlines (id, due_at) select id, now() + interval '1 min' from jobs";
    expect(await findingsWith(`update jobs set ${timeouts}; ${armed}`)).to.deep.equal([]);
  });

  it("is told with the rows that break a rule", async () => {
    await client.query("update jobs set run_at = null where id = 15");
    try {
      const message = await rejectionOf(expectAuditClean(database.url));
      expect(message).to.contain('scheduled without a time: {"id":"15"}');
    } finally {
      await client.query("update jobs set run_at = now() + interval '1 h' where id = 15");
    }
  });

  it("finds what Postgres logged of foreign keys, unique keys and deadlocks", async function () {
    const refused = "insert into job_executions values (10, 9, 1, 99, now(), null, now(), 1)";
    await client.query(refused).catch(() => undefined);
    await client
      .query("insert into queues (namespace, name) values ('default', 'default')")
      .catch(() => undefined);
    const message = await rejectionOf(expectNoDatabaseErrors(database));
    expect(message).to.equal("Postgres logged 1 x 23503, 1 x 23505");
  });
});
