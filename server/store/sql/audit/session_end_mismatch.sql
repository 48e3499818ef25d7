-- session_end_mismatch: a session that is over without an end, or ended without being over. Each row breaks the rule.
select id, state, ended_at from worker_sessions where (state > 2) <> (ended_at is not null)
