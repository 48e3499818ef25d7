-- renew_lease: a whole lease for one session.
-- $1 bigint session_id   $2 bigint lease in ms, counted from the database's clock
insert into session_leases (session_id, expires_at, last_heartbeat_at)
values ($1, clock_timestamp() + $2 * interval '1 millisecond', clock_timestamp())
on conflict (session_id) do update set expires_at = excluded.expires_at, last_heartbeat_at = excluded.last_heartbeat_at
