-- lock_live_session: the worker's session that is not over, if any; waits for assignments under way.
-- $1 bigint workers.id      locks  the session FOR NO KEY UPDATE
select id, instance_id, server_id from worker_sessions where worker_pk = $1 and ended_at is null for no key update
