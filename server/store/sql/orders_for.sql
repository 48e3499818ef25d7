-- orders_for: what these sessions must still be told, oldest first.
-- $1 bigint[] session_id   $2 bigint[] the epoch each is held under: another holder reads them itself
select o.id, o.session_id, o.kind, o.job_id, o.lease_epoch, o.reason, o.grace_ms,
       coalesce((extract(epoch from j.created_at) * 1000)::bigint, 0) as created_ms, coalesce(j.attempt, 0) as attempt
  from unnest($1::bigint[], $2::bigint[]) as h (id, epoch)
  join worker_sessions s on s.id = h.id and s.epoch = h.epoch
  join session_orders o on o.session_id = s.id
  left join jobs j on j.id = o.job_id
 order by o.id
 limit 1000
