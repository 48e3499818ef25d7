-- session_on_idle_job: a session named by a job that does not run. Each row breaks the rule.
select id, state, session_id from jobs where (state = 3) <> (session_id is not null)
