-- job_clocks: what the timeouts of jobs count from; the caller holds the locks of those that exist (lock_jobs).
-- $1 bigint[]  deadlines.id, of jobs
-- returns      one row for each deadline that stands; the job's columns are null when the job is gone
select d.id, (extract(epoch from d.due_at) * 1000000)::bigint as due_us,
       j.start_timeout_ms, j.execution_timeout_ms, j.progress_timeout_ms,
       (extract(epoch from coalesce(j.waiting_since, j.ready_at)) * 1000)::bigint as waiting_since_ms,
       (extract(epoch from e.started_at) * 1000)::bigint as started_ms,
       (extract(epoch from p.updated_at) * 1000)::bigint as progress_ms,
       coalesce(s.state = 1, false) as is_detached
  from deadlines d
  left join jobs j on j.id = d.id
  left join job_executions e on e.job_id = j.id and e.lease_epoch = j.lease_epoch and j.state = 3
  left join job_progress p on p.job_id = j.id
  left join worker_sessions s on s.id = j.session_id
 where d.id = any ($1::bigint[]) and not d.is_graph
