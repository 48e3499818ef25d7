-- held_jobs: which of the jobs that a resuming worker reports its session still holds.
-- $1 bigint session_id   $2 bigint[] jobs.id
select j.id, j.lease_epoch, (extract(epoch from j.created_at) * 1000)::bigint as created_ms, j.attempt, j.queue_id, j.dependents,
       coalesce(j.execution_timeout_ms, j.progress_timeout_ms, j.start_timeout_ms) is not null as is_timed,
       coalesce(octet_length(j.payload), 0) as payload_bytes
  from jobs j
 where j.id = any ($2::bigint[]) and j.session_id = $1 and j.state + 0 = 3
