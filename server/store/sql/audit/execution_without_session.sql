-- execution_without_session: an execution that points at no session. Each row breaks the rule.
select e.* from job_executions e
 where not exists (select 1 from worker_sessions where id = e.session_id)
