-- running_lease_expired: running under a lease that ran out. Each row breaks the rule.
-- $1 bigint  ms after which the loss of a session must have been noticed
select j.id, j.session_id, l.expires_at from jobs j
  join worker_sessions s on s.id = j.session_id join session_leases l on l.session_id = s.id
 where j.state = 3 and s.ended_at is null
   and l.expires_at < clock_timestamp() - $1::bigint * interval '1 millisecond'
