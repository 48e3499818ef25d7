-- end_sessions: ends sessions that are still live. Waits for assignments that hold them FOR SHARE, so that the next
-- statement of the same transaction, or any later one, sees every job they were given.
-- $1 bigint[] id   $2 smallint state (3 lost, 4 offline)   $3 text reason      locks  sessions ascending
with live as (
  select id from worker_sessions where id = any ($1::bigint[]) and ended_at is null order by id for no key update
)
update worker_sessions s
   set state = $2, ended_at = clock_timestamp(), end_reason = $3
  from live where s.id = live.id
returning s.id
