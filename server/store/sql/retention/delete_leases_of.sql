-- delete_leases_of: the leases of sessions that are about to be deleted.
-- $1 bigint[] worker_sessions.id
delete from session_leases where session_id = any ($1::bigint[])
