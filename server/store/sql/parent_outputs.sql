-- parent_outputs: the parents of claimed jobs with their outputs; what many of the jobs have is read and sent once.
-- $1 bigint[]  children        $2 bigint  bytes of inline outputs that one child may be given, in the order of depends_on
-- returns    rows with `child_ids`, those that have the same parents, and `parent_ids` in the order of depends_on;
--            rows with `id`, a parent of some of them; `output_bytes` -1 for no inline output
with lists as materialized (
  select array_agg(c.id) as child_ids, c.parent_ids, row_number() over () as list
    from unnest($1::bigint[]) as w (id)
    join jobs c on c.id = any (array[w.id])
   group by c.parent_ids
), summed as (
  -- Lengths are known without the bodies. What comes after a child's bytes are used up is not read at all.
  select j.id, sum(coalesce(octet_length(j.output), 0)) over (partition by l.list order by p.place) <= $2::bigint as fits
    from lists l
   cross join lateral unnest(l.parent_ids) with ordinality as p (id, place)
    join jobs j on j.id = any (array[p.id])
), parents as materialized (
  select id, bool_or(fits) as fits from summed group by id
)
select child_ids, parent_ids, null::bigint as id, null::bigint as created_ms, null::text as key, null::int as state,
       null::text as output_type, null::int as output_bytes, null::bytea as output, null::text as output_uri
  from lists
union all
select null, null, j.id, (extract(epoch from j.created_at) * 1000)::bigint, j.key, j.state,
       j.output_type, coalesce(octet_length(j.output), -1),
       case when p.fits then j.output end, j.output_uri
  from parents p
  join jobs j on j.id = any (array[p.id])
