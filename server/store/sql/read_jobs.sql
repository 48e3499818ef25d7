-- read_jobs: the same columns as lock_jobs, without locking: to learn what will have to be locked.
-- $1 bigint[]  jobs.id
select j.id, j.queue_id, j.graph_id, j.state, j.type, j.effective_priority, j.attempt, j.max_attempts, j.generation,
       j.losses, j.lease_epoch, j.session_id, j.pending_parents, j.on_parent_failure, j.backoff, j.cancel_requested,
       j.state_reason, j.has_parents, j.stop_reason, j.stop_by, j.run_at, j.created_at, clock_timestamp() as now
  from jobs j
 where j.id = any ($1::bigint[])
