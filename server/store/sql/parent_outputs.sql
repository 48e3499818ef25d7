-- parent_outputs: the parents of claimed jobs with their outputs; what many of the jobs have is read and sent once.
-- $1 bigint[]  children        $2 bigint  the longest inline output that is returned: a longer one fits no child
-- returns    rows with `child_ids`, those that have the same parents, and `parent_ids` in the order of depends_on;
--            rows with `id`, a parent of some of them; `output_bytes` -1 for no inline output
with lists as materialized (
  select array_agg(c.id) as child_ids, c.parent_ids
    from unnest($1::bigint[]) as w (id)
    join jobs c on c.id = any (array[w.id])
   group by c.parent_ids
)
select child_ids, parent_ids, null::bigint as id, null::bigint as created_ms, null::text as key, null::int as state,
       null::text as output_type, null::int as output_bytes, null::bytea as output, null::text as output_uri
  from lists
union all
select null, null, j.id, (extract(epoch from j.created_at) * 1000)::bigint, j.key, j.state,
       j.output_type, coalesce(octet_length(j.output), -1),
       case when octet_length(j.output) <= $2::bigint then j.output end, j.output_uri
  from (select distinct unnest(l.parent_ids) as id from lists l) p
  join jobs j on j.id = any (array[p.id])
