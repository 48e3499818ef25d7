-- claim: gives ready jobs to sessions, for many sessions at once; one statement is one transaction.
-- The session row is locked FOR SHARE and its state tested in the same transaction, so that no assignment can slip
-- past a registration, a drain or a death. Jobs that someone else holds are skipped, not waited for: the caller
-- gives their hints back. Jobs that limits count are left to claim_limited.
--
-- $1 bigint[]  jobs.id        $2 bigint[]  worker_sessions.id for each
-- $3 bigint[]  the distinct sessions, ascending       $4 bigint[]  the epoch each is held under
-- returns      the claimed jobs with what an assignment needs, those that are alike in one row: most are, and a row for
--              each would cost both sides more than the claim; payloads one behind the other, with their lengths, -1 for
--              none. What is missing was not claimed. date_part, because the numeric of extract costs twice as much and
--              is no more exact in microseconds
-- locks        sessions ascending FOR SHARE, jobs ascending FOR NO KEY UPDATE SKIP LOCKED
with live as materialized (
  select s.id
    from unnest($3::bigint[], $4::bigint[]) as h (id, epoch)
    join worker_sessions s on s.id = h.id
   where s.state + 0 = 0 and s.epoch + 0 = h.epoch
   order by s.id for share of s
), alive as materialized (
  -- One row. Joining every job with every session would be their product; nearly always all sessions are live.
  select array_agg(live.id) as ids, count(*) = cardinality($3::bigint[]) as all_are from live
), free as materialized (
  select j.id, w.session_id
    from unnest($1::bigint[], $2::bigint[]) as w (job_id, session_id)
   cross join alive
    join jobs j on j.id = w.job_id
   where (alive.all_are or w.session_id = any (alive.ids))
     and j.state + 0 = 2
     and j.concurrency_key is null
     and not exists (select 1 from queues q where q.id = j.queue_id and (q.paused_at is not null or q.limited))
   order by j.id
     for no key update of j skip locked
), claimed as (
  update jobs j
     set state = 3, attempt = j.attempt + 1, lease_epoch = j.lease_epoch + 1, session_id = f.session_id,
         assigned_at = clock_timestamp()
    from free f
   where j.id = f.id
  returning j.id, j.session_id, j.lease_epoch, j.attempt, j.assigned_at, j.max_attempts, j.queue_id, j.graph_id, j.type,
            j.effective_priority, j.execution_timeout_ms, j.start_timeout_ms, j.progress_timeout_ms, j.has_parents,
            j.dependents, j.created_at, j.ready_at, j.slack_ms,
            j.payload_type, j.payload, j.payload_uri, j.headers
), recorded as (
  insert into job_executions (job_id, lease_epoch, attempt, session_id, assigned_at)
  select c.id, c.lease_epoch, c.attempt, c.session_id, c.assigned_at from claimed c
)
select array_agg(c.id) as job_ids, array_agg(c.session_id) as session_ids,
       array_agg((date_part('epoch', c.created_at) * 1000)::bigint) as all_created_ms,
       array_agg((date_part('epoch', c.ready_at) * 1000000)::bigint) as all_ready_us,
       case when bool_or(c.slack_ms is not null) then array_agg(c.slack_ms) end as all_slack_ms,
       array_agg(coalesce(length(c.payload), -1)) as lengths, string_agg(c.payload, '') as payloads,
       c.lease_epoch, c.attempt, c.max_attempts, c.queue_id, c.graph_id, c.type, c.effective_priority,
       c.execution_timeout_ms, c.start_timeout_ms, c.progress_timeout_ms, c.has_parents, c.dependents,
       c.lease_epoch > 1 as tried_before, c.payload_type, c.payload_uri, c.headers
  from claimed c
 group by c.lease_epoch, c.attempt, c.max_attempts, c.queue_id, c.graph_id, c.type, c.effective_priority,
          c.execution_timeout_ms, c.start_timeout_ms, c.progress_timeout_ms, c.has_parents, c.dependents,
          c.payload_type, c.payload_uri, c.headers,
          case when length(c.payload) > 4096 then c.id end -- a large one by itself: whoever reads the row has all of it
