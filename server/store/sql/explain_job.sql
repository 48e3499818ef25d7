-- explain_job: a job with the jobs above it that keep it from running: the open ones above a blocked job, the failed
-- ones above a job that a failed parent ended. One snapshot. Reads the rows of all its parents (primary key look-ups,
-- at most the 50,000 of a submission) and then at most $3 rows; locks nothing.
-- $1 bigint  jobs.id    $2 int  most parents    $3 int  most jobs above, parents included
-- returns    the job and those above it, with `more` on the job's row when the walk was cut
with recursive direct as materialized (
  select p.id
    from jobs c
   cross join lateral unnest(c.parent_ids) as u (id)
    join jobs p on p.id = u.id
   where c.id = $1
     and case when c.state in (5, 6) then p.state in (5, 6) and c.state_reason in ('parent_failed', 'parent_cancelled')
              else c.state = 0 and p.state < 4 end
   -- What runs ends by itself, so it comes last; of the failed ones the first to fail comes first.
   order by case when p.state in (5, 6) then p.finished_at end, p.state = 3, p.id
   limit $2
), above (id) as (
  select id from direct
  union
  select p.id
    from above a
    join jobs c on c.id = a.id
   cross join lateral unnest(c.parent_ids) as u (id)
    join jobs p on p.id = u.id
   where case when c.state in (5, 6) then p.state in (5, 6) and c.state_reason in ('parent_failed', 'parent_cancelled')
              else c.state = 0 and p.state < 4 end
), walked as materialized (
  select id from above limit $3 + 1
), found as materialized (
  (select id from walked limit $3) union all select $1::bigint
)
select j.id, j.key, j.type, j.queue_id, q.namespace, q.name as queue, j.state, j.state_reason, j.pending_parents,
       array(select u.id from unnest(j.parent_ids) as u (id) join found f on f.id = u.id)::bigint[] as parent_ids,
       j.attempt, j.max_attempts, j.losses, j.cancel_requested, j.created_at, j.ready_at, j.run_at, j.assigned_at,
       e.started_at, e.ended_at as last_ended_at, j.finished_at, j.execution_timeout_ms,
       j.error ->> 'errorType' as error_type, left(j.error ->> 'message', 1000) as error_message,
       w.worker_id, s.state as worker_state, l.expires_at as lease_expires_at,
       p.fraction, p.note, p.updated_at as progress_at, clock_timestamp() as now,
       (select count(*) from walked) > $3 as more
  from found f
  join jobs j on j.id = f.id
  join queues q on q.id = j.queue_id
  left join lateral (
    select x.started_at, x.ended_at from job_executions x where x.job_id = j.id order by x.lease_epoch desc limit 1
  ) e on true
  left join worker_sessions s on s.id = j.session_id
  left join workers w on w.id = s.worker_pk
  left join session_leases l on l.session_id = s.id
  left join job_progress p on p.job_id = j.id
