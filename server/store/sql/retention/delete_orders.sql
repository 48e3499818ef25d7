-- delete_orders: orders of sessions that ended an hour ago; nobody will carry them out.
-- $1 int rows      returns  how many
with old as (
  select o.id from session_orders o join worker_sessions s on s.id = o.session_id
   where s.ended_at <= clock_timestamp() - interval '1 hour'
   order by o.id limit $1 for update of o skip locked
), gone as (
  delete from session_orders o using old where o.id = old.id returning 1
)
select count(*) as orders from gone
