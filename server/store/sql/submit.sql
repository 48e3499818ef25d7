-- submit: inserts jobs, the edges between them and their graphs, and gives jobs to sessions that wait for them; one
-- statement is one transaction. Ids are given by the caller, so that it may be run again after a lost commit: as
-- submit_again, which changes nothing where the jobs are there, and waits for whoever is still writing them. The other
-- spares each job the search in the index, a lock and a record of WAL.
-- A job goes to its session only while that session is live and no limit counts it, as in claim; else it stays ready.
--
-- $1  timestamptz  created_at of all, whole milliseconds
-- $2  bigint[] id          $3 int[] queue_id         $4 smallint[] state
-- $5  smallint[] priority  $6 smallint[] base        $7 smallint[] effective
-- $8  int[] pending        $9 smallint[] max_attempts
-- $10 smallint[] flags     1 inherits, 2 has parents, 4 + 8 on_parent_failure
-- $11 text[] type          $12 text[] payload_type
-- $13 int[] offset of the payload in $15, from 1     $14 int[] its length in bytes, -1 for none
-- $15 bytea                all payloads, one behind the other
-- $16 jsonb[]              what few jobs have: {graphId, source, timeoutMs, startTimeoutMs, progressTimeoutMs, runAtMs,
--                          key, reason, payloadUri, backoff, labels, headers, idempotencyKey, parentIds,
--                          dependents, concurrencyKey, concurrencyLimit}; null for the others
-- $17 bigint[] ready_us    microseconds since 1970, null unless ready
-- $18, $19 bigint[]        edges: parent id, child id
-- $20 jsonb                graphs: [{id, namespace, name, jobCount, firstJobId, lastJobId, timeoutMs}]
-- $21 bigint[]             the session that takes the job, null for none
-- $22, $23 bigint[]        the distinct sessions, ascending, and the epoch each is held under
-- returns                  the jobs that were given to their session, under lease epoch 1
-- locks                    sessions ascending FOR SHARE
with new_graphs as (
  insert into graphs (id, namespace, name, job_count, first_job_id, last_job_id, created_at, timeout_ms)
  select g."id", g."namespace", g."name", g."jobCount", g."firstJobId", g."lastJobId", $1::timestamptz, g."timeoutMs"
    from jsonb_to_recordset($20::jsonb)
      as g ("id" bigint, "namespace" text, "name" text, "jobCount" int, "firstJobId" bigint, "lastJobId" bigint,
            "timeoutMs" int)
  on conflict do nothing
), edges as (
  insert into job_dependencies (parent_id, child_id)
  select e.parent_id, e.child_id from unnest($18::bigint[], $19::bigint[]) as e (parent_id, child_id)
  on conflict do nothing
), live as materialized (
  select s.id
    from unnest($22::bigint[], $23::bigint[]) as h (id, epoch)
    join worker_sessions s on s.id = h.id
   where s.state + 0 = 0 and s.epoch + 0 = h.epoch
   order by s.id for share of s
), alive as materialized (
  select coalesce(array_agg(live.id), '{}') as ids, count(*) = cardinality($22::bigint[]) as all_are from live
), held as materialized (
  -- Of the queues of these jobs those that give none away unasked.
  select coalesce(array_agg(q.id), '{}') as ids
    from queues q
   where q.id = any ($3::int[]) and (q.paused_at is not null or q.limited)
), written as (
insert into jobs (
  id, queue_id, graph_id, state, priority, base_priority, effective_priority, priority_source, pending_parents,
  max_attempts, inherit_priority, on_parent_failure, has_parents, execution_timeout_ms, created_at, ready_at, run_at,
  finished_at, type, key, state_reason, payload_type, payload, payload_uri, backoff, labels, headers, idempotency_key,
  parent_ids, start_timeout_ms, progress_timeout_ms, attempt, lease_epoch, session_id, assigned_at, concurrency_key, concurrency_limit,
  dependents)
select j.id, j.queue_id, (x ->> 'graphId')::bigint, case when j.taken then 3 else j.state end, j.priority, j.base, j.effective,
       (x ->> 'source')::bigint, j.pending, j.max_attempts, j.flags & 1 = 1, (j.flags >> 2) & 3, j.flags & 2 = 2,
       (x ->> 'timeoutMs')::int, $1::timestamptz,
       to_timestamp(j.ready_us / 1000000) + (j.ready_us % 1000000) * interval '1 microsecond',
       to_timestamp((x ->> 'runAtMs')::bigint / 1000.0),
       case when j.state > 3 then clock_timestamp() end,
       j.type, x ->> 'key', x ->> 'reason', j.payload_type,
       case when j.len >= 0 then substr($15::bytea, j.off, j.len) end, x ->> 'payloadUri', x -> 'backoff', x -> 'labels',
       x -> 'headers', x ->> 'idempotencyKey',
       case when x ? 'parentIds' then array(select jsonb_array_elements_text(x -> 'parentIds')::bigint) end,
       (x ->> 'startTimeoutMs')::int, (x ->> 'progressTimeoutMs')::int,
       j.taken::int, j.taken::int, case when j.taken then j.session_id end, case when j.taken then clock_timestamp() end,
       x ->> 'concurrencyKey', (x ->> 'concurrencyLimit')::int, coalesce((x ->> 'dependents')::int, 0)
  from (
    select i.*, i.session_id is not null and (alive.all_are or i.session_id = any (alive.ids))
                and (i.x ? 'concurrencyKey') is not true and i.queue_id <> all (held.ids) as taken
      from unnest($2::bigint[], $3::int[], $4::smallint[], $5::smallint[], $6::smallint[], $7::smallint[], $8::int[],
                  $9::smallint[], $10::smallint[], $11::text[], $12::text[], $13::int[], $14::int[], $16::jsonb[],
                  $17::bigint[], $21::bigint[])
        as i (id, queue_id, state, priority, base, effective, pending, max_attempts, flags, type, payload_type, off,
              len, x, ready_us, session_id)
     cross join alive
     cross join held
    offset 0 -- keeps the subquery apart: else what it computes would be computed wherever it is used
  ) j
-- submit_again: on conflict (id) do nothing
returning id, session_id, assigned_at
), recorded as (
  insert into job_executions (job_id, lease_epoch, attempt, session_id, assigned_at)
  select w.id, 1, 1, w.session_id, w.assigned_at from written w where w.session_id is not null
)
select w.id from written w where w.session_id is not null
