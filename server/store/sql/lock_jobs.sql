-- lock_jobs: locks jobs in ascending id and reads what decisions need. Waits for whoever holds them.
-- $1 bigint[]  jobs.id
-- locks        jobs ascending FOR NO KEY UPDATE
select j.id, j.queue_id, j.graph_id, j.state, j.type, j.effective_priority, j.attempt, j.max_attempts, j.generation,
       j.losses, j.lease_epoch, j.session_id, j.pending_parents, j.on_parent_failure, j.backoff, j.cancel_requested,
       j.state_reason, j.has_parents, j.stop_reason, j.stop_by, j.run_at, j.created_at, clock_timestamp() as now
  from jobs j
 where j.id = any ($1::bigint[])
 order by j.id
   for no key update
