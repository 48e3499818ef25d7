-- advance: when to decide next about schedules that are locked.
-- $1 bigint[] schedules.id   $2 timestamptz[] next_fire_at, null when no time is left
update schedules s set next_fire_at = n.next_fire_at
  from unnest($1::bigint[], $2::timestamptz[]) as n (id, next_fire_at)
 where s.id = n.id
