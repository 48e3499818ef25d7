-- assigned_outside_session: assigned before its session was registered, or after it had ended. Each row breaks the rule.
select e.job_id, e.lease_epoch, s.id as session_id from job_executions e
  join worker_sessions s on s.id = e.session_id
 where e.assigned_at <= s.registered_at or e.assigned_at > s.ended_at
