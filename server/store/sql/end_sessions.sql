-- end_sessions: ends sessions that are still live under the epoch they are held under. Waits for assignments that hold
-- them FOR SHARE, so that the next statement of the same transaction, or any later one, sees every job they were given.
-- $1 bigint[] id   $2 bigint[] epoch, null for any   $3 smallint state (3 lost, 4 offline)   $4 text reason
-- returns    the sessions that are over under that epoch, now or before      locks  sessions ascending
with held as materialized (
  select s.id
    from unnest($1::bigint[], $2::bigint[]) as h (id, epoch)
    join worker_sessions s on s.id = h.id
   where h.epoch is null or s.epoch = h.epoch
   order by s.id for no key update of s
), ended as (
  update worker_sessions s
     set state = $3, ended_at = clock_timestamp(), end_reason = $4
    from held where s.id = held.id and s.ended_at is null
)
select id from held
