-- delete_orders_of: the orders of sessions that are about to be deleted.
-- $1 bigint[] worker_sessions.id
delete from session_orders where session_id = any ($1::bigint[])
