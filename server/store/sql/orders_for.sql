-- orders_for: what these sessions must still be told, oldest first.
-- $1 bigint[] session_id
select o.id, o.session_id, o.kind, o.job_id, o.lease_epoch, o.reason, o.grace_ms,
       coalesce((extract(epoch from j.created_at) * 1000)::bigint, 0) as created_ms, coalesce(j.attempt, 0) as attempt
  from session_orders o left join jobs j on j.id = o.job_id
 where o.session_id = any ($1::bigint[])
 order by o.id
 limit 1000
