-- renew: extends the leases of sessions that are not over, and keeps their load. Lock first, decide second.
-- $1 bigint[] session_id, ascending   $2 bigint[] epoch   $3 int[] in flight   $4 real[] cpu   $5 bigint[] rss
-- $6 real[] loop lag in ms            $7 bigint lease in ms
-- returns    the sessions whose lease stands      locks  sessions ascending FOR SHARE
with h as (
  select * from unnest($1::bigint[], $2::bigint[], $3::int[], $4::real[], $5::bigint[], $6::real[])
    as h (session_id, epoch, in_flight, cpu, rss, lag)
), live as materialized (
  select s.id, h.in_flight, h.cpu, h.rss, h.lag
    from h join worker_sessions s on s.id = h.session_id
   where s.ended_at is null and s.epoch + 0 = h.epoch
   order by s.id for share of s
)
update session_leases l
   set expires_at = clock_timestamp() + $7::bigint * interval '1 millisecond', last_heartbeat_at = clock_timestamp(),
       in_flight = live.in_flight, cpu_fraction = live.cpu, rss_bytes = live.rss, loop_lag_ms = live.lag
  from live where l.session_id = live.id
returning l.session_id
