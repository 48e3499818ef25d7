-- session_overfull: more open executions than the session takes. Each row breaks the rule.
select s.id, s.max_in_flight, count(*) from job_executions e join worker_sessions s on s.id = e.session_id
 where e.ended_at is null group by s.id having count(*) > s.max_in_flight
