-- mark_suspect: sessions whose streams were lost, while they are live under the epoch they are held under. A draining
-- one stays draining.
-- $1 bigint[] id   $2 bigint[] epoch      locks  sessions ascending
with held as materialized (
  select s.id
    from unnest($1::bigint[], $2::bigint[]) as h (id, epoch)
    join worker_sessions s on s.id = h.id
   where s.epoch = h.epoch and s.ended_at is null and s.state = 0
   order by s.id for no key update of s
)
update worker_sessions s set state = 1 from held where s.id = held.id
