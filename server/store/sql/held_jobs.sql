-- held_jobs: which of the jobs that a resuming worker reports its session still holds.
-- $1 bigint session_id   $2 bigint[] jobs.id
select j.id, j.lease_epoch, (extract(epoch from j.created_at) * 1000)::bigint as created_ms, j.attempt, j.queue_id,
       j.execution_timeout_ms, e.started_at, coalesce(octet_length(j.payload), 0) as payload_bytes
  from jobs j
  join job_executions e on e.job_id = j.id and e.lease_epoch = j.lease_epoch
 where j.id = any ($2::bigint[]) and j.session_id = $1 and j.state + 0 = 3
