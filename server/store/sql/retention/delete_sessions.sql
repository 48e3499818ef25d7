-- delete_sessions: ended sessions that no execution names. The foreign key of the executions is checked for each, by a
-- scan: keep the batches small.
-- $1 bigint[] worker_sessions.id
delete from worker_sessions where id = any ($1::bigint[]) and ended_at is not null
