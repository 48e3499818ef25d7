-- arm_deadlines: deadlines of what is submitted in the same transaction. Doing it twice changes nothing.
-- $1 bigint[] jobs.id or graphs.id, ascending   $2 bigint[] due, ms since 1970   $3 boolean[] whether it is a graph
insert into deadlines (id, due_at, is_graph)
select a.id, to_timestamp(a.due_ms / 1000.0), a.is_graph
  from unnest($1::bigint[], $2::bigint[], $3::boolean[]) as a (id, due_ms, is_graph)
 order by a.id
on conflict (id) do nothing
