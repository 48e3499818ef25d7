-- move_deadlines: after a look, the next one or none. A deadline that somebody else moved since it was read is left
-- alone: a start or a cancel that came in between knows better.
-- $1 bigint[] deadlines.id   $2 bigint[] due_at as it was read, microseconds since 1970
-- $3 bigint[] the new one, ms since 1970; null removes it      locks  deadlines ascending
with l as (
  select * from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as l (id, seen_us, due_ms)
), held as materialized (
  select d.id, l.due_ms
    from deadlines d join l on l.id = d.id and l.seen_us = (extract(epoch from d.due_at) * 1000000)::bigint
   order by d.id
     for update of d
), gone as (
  delete from deadlines d using held h where d.id = h.id and h.due_ms is null
)
update deadlines d
   set due_at = to_timestamp(h.due_ms / 1000.0)
  from held h
 where d.id = h.id and h.due_ms is not null
