-- submit: inserts jobs, the edges between them and their graphs, and gives jobs to sessions that wait for them; one
-- statement is one transaction. Ids are given by the caller, so that it may be run again after a lost commit: as
-- submit_again, which changes nothing where the jobs are there, and waits for whoever is still writing them. The other
-- spares each job the search in the index, a lock and a record of WAL.
-- Submissions with idempotency keys go as submit_keyed: of a submission all of whose keys are free all is written, of
-- one of whose keys one is taken nothing, and beside them the others go on. A statement that took some keys of a
-- submission, and then lost another to somebody who was a little earlier, fails (MU001): the keys that it took would
-- stay taken by jobs that do not exist.
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
--                          dependents, slackMs, concurrencyKey, concurrencyLimit}; null for the others
-- $17 bigint[] ready_us    microseconds since 1970, null unless ready
-- $18, $19 bigint[]        edges: parent id, child id
-- $20 jsonb                graphs: [{id, namespace, name, jobCount, firstJobId, lastJobId, timeoutMs}]
-- $21 bigint[]             the session that takes the job, null for none
-- $22, $23 bigint[]        the distinct sessions, ascending, and the epoch each is held under
--                          submit_keyed besides:
-- $24 int[]                the keys, all of graphs before all of jobs, then by namespace and key, so that whoever waits
--                          for another's key waits in one direction only: the submission each is of, from 0
-- $25 text[] namespace     $26 smallint[] kind (0 job, 1 graph)    $27 text[] key
-- $28 bigint[] the job or graph that each is for    $29 bytea[] sha256
-- $30 int[] submission     $31, $32 bigint[] ids of its jobs and of its graph, from and to
-- returns                  id: a job that was given to its session, under lease epoch 1
--                          lost: a submission of which nothing was written (submit_keyed)
-- locks                    sessions ascending FOR SHARE, then the keys
with live as materialized (
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
-- submit_keyed: ), keys as materialized (
-- submit_keyed:   -- Not with exists, for which a plan may read the whole table, once.
-- submit_keyed:   select k.*, (select i.key from idempotency_keys i
-- submit_keyed:                 where i.namespace = k.namespace and i.kind = k.kind and i.key = k.key) is not null as is_taken
-- submit_keyed:     from unnest($24::int[], $25::text[], $26::smallint[], $27::text[], $28::bigint[], $29::bytea[])
-- submit_keyed:       as k (submission, namespace, kind, key, target_id, hash)
-- submit_keyed: ), known as materialized (
-- submit_keyed:   -- By submission, so that nothing is looked for in a list: the planner has nested loops alone here.
-- submit_keyed:   select array_agg(s.is_known order by s.submission) as ones
-- submit_keyed:     from (select k.submission, bool_or(k.is_taken) as is_known from keys k group by k.submission) s
-- submit_keyed: ), claimed as (
-- submit_keyed:   insert into idempotency_keys (namespace, kind, key, target_id, body_hash)
-- submit_keyed:   select k.namespace, k.kind, k.key, k.target_id, k.hash
-- submit_keyed:     from keys k cross join known cross join alive -- the sessions are locked first
-- submit_keyed:    where not known.ones[k.submission + 1]
-- submit_keyed:   on conflict (namespace, kind, key) do nothing
-- submit_keyed:   returning target_id
-- submit_keyed: ), judged as materialized (
-- submit_keyed:   -- A key that is free by what this statement sees may be taken by now, by whom it had to wait for.
-- submit_keyed:   select array_agg(s.is_lost order by s.submission) as lost, max(s.claimed) as claimed
-- submit_keyed:     from (select t.submission, min(t.claimed) = 0 as is_lost,
-- submit_keyed:                  case when min(t.claimed) = 0 then pg_temp.expect_none(sum(t.claimed)) end as claimed
-- submit_keyed:             from (select max(u.submission) as submission, sum(u.claimed) as claimed
-- submit_keyed:                     from (select k.submission, k.target_id, 0 as claimed from keys k
-- submit_keyed:                           union all select null, c.target_id, 1 from claimed c) u
-- submit_keyed:                    group by u.target_id) t
-- submit_keyed:            group by t.submission) s
-- submit_keyed: ), unwritten as materialized (
-- submit_keyed:   select coalesce(range_agg(int8range(r.lo, r.hi, '[]')), '{}') as ids
-- submit_keyed:     from judged cross join unnest($30::int[], $31::bigint[], $32::bigint[]) as r (submission, lo, hi)
-- submit_keyed:    where judged.lost[r.submission + 1]
), new_graphs as (
  insert into graphs (id, namespace, name, job_count, first_job_id, last_job_id, created_at, timeout_ms)
  select g."id", g."namespace", g."name", g."jobCount", g."firstJobId", g."lastJobId", $1::timestamptz, g."timeoutMs"
    from jsonb_to_recordset($20::jsonb)
      as g ("id" bigint, "namespace" text, "name" text, "jobCount" int, "firstJobId" bigint, "lastJobId" bigint,
            "timeoutMs" int)
-- submit_keyed: join unwritten u on not g."id" <@ u.ids
  on conflict do nothing
), edges as (
  insert into job_dependencies (parent_id, child_id)
  select e.parent_id, e.child_id from unnest($18::bigint[], $19::bigint[]) as e (parent_id, child_id)
-- submit_keyed: join unwritten u on not e.child_id <@ u.ids
  on conflict do nothing
), written as (
insert into jobs (
  id, queue_id, graph_id, state, priority, base_priority, effective_priority, priority_source, pending_parents,
  max_attempts, inherit_priority, on_parent_failure, has_parents, execution_timeout_ms, created_at, ready_at, run_at,
  finished_at, type, key, state_reason, payload_type, payload, payload_uri, backoff, labels, headers, idempotency_key,
  parent_ids, start_timeout_ms, progress_timeout_ms, attempt, lease_epoch, session_id, assigned_at, concurrency_key, concurrency_limit,
  dependents, slack_ms)
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
       x ->> 'concurrencyKey', (x ->> 'concurrencyLimit')::int, coalesce((x ->> 'dependents')::int, 0),
       (x ->> 'slackMs')::int
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
-- submit_keyed: join unwritten u on not i.id <@ u.ids
    offset 0 -- keeps the subquery apart: else what it computes would be computed wherever it is used
  ) j
-- submit_again: on conflict (id) do nothing
returning id, session_id, assigned_at
), recorded as (
  insert into job_executions (job_id, lease_epoch, attempt, session_id, assigned_at)
  select w.id, 1, 1, w.session_id, w.assigned_at from written w where w.session_id is not null
)
select w.id, null::int as lost from written w where w.session_id is not null
-- submit_keyed: union all select null, l.at - 1 from judged cross join unnest(judged.lost) with ordinality as l (is_lost, at)
-- submit_keyed:  where l.is_lost and judged.claimed = 0
