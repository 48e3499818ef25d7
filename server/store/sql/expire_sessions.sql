-- expire_sessions: ends live sessions whose lease ran out, by the database's clock.
-- The lease is locked too: one that was renewed since this statement began is tested again, not taken as it was.
-- $1 int most rows      locks  sessions ascending with their leases, FOR NO KEY UPDATE SKIP LOCKED
with expired as (
  select s.id
    from session_leases l join worker_sessions s on s.id = l.session_id
   where s.ended_at is null and l.expires_at < clock_timestamp()
   order by s.id
   limit $1
     for no key update of s, l skip locked
)
update worker_sessions s
   set state = 3, ended_at = clock_timestamp(), end_reason = 'lease_expired'
  from expired where s.id = expired.id
returning s.id
