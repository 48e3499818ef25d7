-- held_jobs: which of the jobs that resuming workers report their sessions still hold.
-- $1 bigint[] session_id   $2 bigint[] jobs.id, one at each place; of one session no job twice
select j.id, j.session_id, j.lease_epoch, (extract(epoch from j.created_at) * 1000)::bigint as created_ms, j.attempt, j.queue_id, j.dependents,
       coalesce(j.execution_timeout_ms, j.progress_timeout_ms, j.start_timeout_ms) is not null as is_timed,
       coalesce(octet_length(j.payload), 0) as payload_bytes
  from unnest($1::bigint[], $2::bigint[]) as r (session_id, job_id)
  join jobs j on j.id = any (array[r.job_id])
 where j.session_id = r.session_id and j.state + 0 = 3
