-- extend_leases: after an outage of Postgres every live session gets a whole lease, because none could renew.
-- $1 bigint lease in ms
update session_leases l
   set expires_at = greatest(l.expires_at, clock_timestamp() + $1::bigint * interval '1 millisecond')
  from worker_sessions s
 where s.id = l.session_id and s.ended_at is null
returning l.session_id
