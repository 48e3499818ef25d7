/**
 * The audit queries. Each returns the rows that break one rule and nothing when all is well. States: 0 blocked
 * 1 scheduled 2 ready 3 running 4 succeeded 5 dead 6 cancelled. A parent is settled for a dependent when it
 * succeeded, or ended in any way and the dependent's policy is `run` (1). `$1` is the time in ms after which the
 * loss of a session must have been noticed.
 */

interface AuditQuery {
  readonly name: string;
  /** Without a limit. */
  readonly text: string;
}

const SETTLED = "(p.state = 4 or (p.state > 3 and c.on_parent_failure = 1))";

/** A1, A2, A5: what dependencies promise. */
const DEPENDENCIES: readonly AuditQuery[] = [
  {
    name: "blocked although every parent is settled",
    text: `select c.id from jobs c where c.state = 0 and not exists (
             select 1 from job_dependencies d join jobs p on p.id = d.parent_id where d.child_id = c.id and not ${SETTLED})`,
  },
  {
    name: "blocked behind a parent that has failed",
    text: `select c.id, p.id as parent_id from jobs c join job_dependencies d on d.child_id = c.id
             join jobs p on p.id = d.parent_id
            where c.state = 0 and c.on_parent_failure <> 1 and p.state in (5, 6)`,
  },
  {
    name: "pending_parents differs from the parents that are not settled",
    text: `select c.id, c.state, c.pending_parents, x.open from jobs c cross join lateral (
             select count(*)::int as open from job_dependencies d join jobs p on p.id = d.parent_id
              where d.child_id = c.id and not ${SETTLED}) x
            where c.state = 0 and c.pending_parents <> x.open`,
  },
  {
    name: "past blocked with parents pending",
    text: "select id, state, pending_parents from jobs where state between 1 and 4 and pending_parents <> 0",
  },
  {
    name: "ran before a parent was settled",
    text: `select e.job_id, e.lease_epoch, p.id as parent_id, p.state, p.finished_at, e.assigned_at
             from job_executions e join jobs c on c.id = e.job_id
             join job_dependencies d on d.child_id = c.id join jobs p on p.id = d.parent_id
            where not (c.on_parent_failure = 1 and p.generation > 1)
              and (not ${SETTLED} or p.finished_at > e.assigned_at)`,
  },
  {
    name: "an edge that points at no job",
    text: `select d.* from job_dependencies d
            where not exists (select 1 from jobs where id = d.parent_id)
               or not exists (select 1 from jobs where id = d.child_id)`,
  },
  {
    name: "an edge against the lock order",
    text: "select * from job_dependencies where parent_id >= child_id",
  },
  {
    name: "has_parents disagrees with the edges",
    text: `select c.id from jobs c
            where c.has_parents <> exists (select 1 from job_dependencies d where d.child_id = c.id)`,
  },
];

/** A3, A4, A6, A7, A8: who may run what. */
const AUTHORITY: readonly AuditQuery[] = [
  {
    name: "more than one open execution",
    text: "select job_id from job_executions where ended_at is null group by 1 having count(*) > 1",
  },
  {
    name: "running and its open execution disagree",
    text: `select coalesce(j.id, e.job_id) as job_id, j.state, j.lease_epoch, j.session_id, j.attempt,
                  e.lease_epoch as execution_epoch, e.session_id as execution_session, e.attempt as execution_attempt
             from (select * from jobs where state = 3) j
             full join (select * from job_executions where ended_at is null) e
               on e.job_id = j.id and e.lease_epoch = j.lease_epoch and e.session_id = j.session_id
              and e.attempt = j.attempt
            where j.id is null or e.job_id is null`,
  },
  {
    name: "a session named by a job that does not run",
    text: "select id, state, session_id from jobs where (state = 3) <> (session_id is not null)",
  },
  {
    name: "more open executions than the session takes",
    text: `select s.id, s.max_in_flight, count(*) from job_executions e join worker_sessions s on s.id = e.session_id
            where e.ended_at is null group by s.id having count(*) > s.max_in_flight`,
  },
  {
    name: "running under a lease that ran out",
    text: `select j.id, j.session_id, l.expires_at from jobs j
             join worker_sessions s on s.id = j.session_id join session_leases l on l.session_id = s.id
            where j.state = 3 and s.ended_at is null
              and l.expires_at < clock_timestamp() - $1::bigint * interval '1 millisecond'`,
  },
  {
    name: "running on a session that has ended",
    text: `select j.id, s.id as session_id, s.ended_at, s.end_reason from jobs j
             join worker_sessions s on s.id = j.session_id
            where j.state = 3 and s.ended_at < clock_timestamp() - $1::bigint * interval '1 millisecond'`,
  },
  {
    name: "assigned before its session was registered, or after it had ended",
    text: `select e.job_id, e.lease_epoch, s.id as session_id from job_executions e
             join worker_sessions s on s.id = e.session_id
            where e.assigned_at <= s.registered_at or e.assigned_at > s.ended_at`,
  },
  {
    name: "an execution that points at no job",
    text: "select e.* from job_executions e where not exists (select 1 from jobs where id = e.job_id)",
  },
  {
    name: "an execution that points at no session",
    text: `select e.* from job_executions e
            where not exists (select 1 from worker_sessions where id = e.session_id)`,
  },
  {
    name: "lease epochs with a gap",
    text: `select j.id, j.lease_epoch, x.* from jobs j cross join lateral (
             select count(*) as executions, min(lease_epoch) as first, max(lease_epoch) as last
               from job_executions where job_id = j.id) x
            where j.lease_epoch <> x.executions or x.first <> 1 or x.last <> j.lease_epoch`,
  },
  {
    name: "more than one live session of a worker",
    text: `select worker_pk, count(*) from worker_sessions where ended_at is null group by 1 having count(*) > 1`,
  },
  {
    name: "a session that is over without an end, or ended without being over",
    text: "select id, state, ended_at from worker_sessions where (state > 2) <> (ended_at is not null)",
  },
];

/** What the row of one job says about itself. */
const JOBS: readonly AuditQuery[] = [
  {
    name: "ended without finished_at",
    text: "select id, state from jobs where state > 3 and finished_at is null",
  },
  {
    name: "open with finished_at",
    text: "select id, state, finished_at from jobs where state < 4 and finished_at is not null",
  },
  {
    name: "an execution with an end and no outcome, or the reverse",
    text: "select job_id, lease_epoch from job_executions where (ended_at is null) <> (outcome is null)",
  },
  {
    name: "succeeded without one succeeded execution, its last, or the reverse",
    text: `select j.id, j.state, x.epochs from jobs j cross join lateral (
             select coalesce(array_agg(lease_epoch), '{}') as epochs from job_executions
              where job_id = j.id and outcome = 0) x
            where x.epochs <> case when j.state = 4 then array[j.lease_epoch] else '{}' end`,
  },
  {
    name: "more attempts than allowed",
    text: "select id, attempt, max_attempts from jobs where attempt > max_attempts or attempt < 0",
  },
  {
    name: "ready and never stamped ready",
    text: "select id from jobs where state in (2, 3) and ready_at is null",
  },
  {
    name: "scheduled without a time",
    text: "select id from jobs where state = 1 and run_at is null",
  },
  {
    // ready_at of a submission is a replica's reading of the database's clock, assigned_at the clock itself.
    name: "ran before it was ready",
    text: `select j.id, j.ready_at, e.assigned_at from jobs j join job_executions e
               on e.job_id = j.id and e.lease_epoch = j.lease_epoch
            where j.ready_at > e.assigned_at + interval '1 s' and j.state in (3, 4)`,
  },
  {
    name: "effective priority below the base, or the base below the own",
    text: `select id, priority, base_priority, effective_priority from jobs
            where effective_priority < base_priority or base_priority < priority`,
  },
  {
    name: "a raised priority that says not where from, or the reverse",
    text: `select id, priority, effective_priority, priority_source from jobs
            where (effective_priority > priority) <> (priority_source is not null)`,
  },
  {
    name: "a priority that was raised although it is not to be",
    text: "select id from jobs where not inherit_priority and effective_priority <> priority",
  },
  {
    name: "a waiting job that is not as urgent as its most urgent dependent",
    text: `select p.id, p.effective_priority, x.wanted from jobs p cross join lateral (
             select greatest(p.base_priority, max(c.effective_priority)) as wanted
               from job_dependencies d join jobs c on c.id = d.child_id
              where d.parent_id = p.id and c.state < 4) x
            where p.state < 3 and p.inherit_priority and p.effective_priority <> x.wanted`,
  },
  {
    name: "a graph that is not whole",
    text: `select g.id, g.job_count, x.jobs from graphs g cross join lateral (
             select count(*)::int as jobs from jobs j
              where j.graph_id = g.id and j.id between g.first_job_id and g.last_job_id) x
            where g.job_count <> x.jobs`,
  },
  {
    name: "an idempotency key of nothing",
    text: `select k.namespace, k.key from idempotency_keys k
            where not case when k.kind = 0 then exists (select 1 from jobs where id = k.target_id)
                           else exists (select 1 from graphs where id = k.target_id) end`,
  },
];

export const AUDIT_QUERIES: readonly AuditQuery[] = [...DEPENDENCIES, ...AUTHORITY, ...JOBS];
