-- lease_missing: a live session without a lease, which nobody could ever declare lost. Each row breaks the rule.
select s.id as session_id, s.worker_pk, s.registered_at from worker_sessions s
 where s.ended_at is null and not exists (select from session_leases l where l.session_id = s.id)
