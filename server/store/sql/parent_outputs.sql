-- parent_outputs: the parents of claimed jobs with their outputs, in the order of depends_on.
-- $1 bigint[]  children        $2 bigint  bytes of inline output for one child; what comes after that is left out
with p as (
  select c.id as child_id, parent.ord, j.id, j.created_at, j.key, j.state, j.output_type, j.output, j.output_uri,
         sum(coalesce(octet_length(j.output), 0)) over (partition by c.id order by parent.ord) > $2::bigint as left_out
    from unnest($1::bigint[]) as w (id)
    join jobs c on c.id = w.id
   cross join unnest(c.parent_ids) with ordinality as parent (id, ord)
    join jobs j on j.id = parent.id
)
select child_id, id, (extract(epoch from created_at) * 1000)::bigint as created_ms, key, state, left_out, output_type,
       case when not left_out then output end as output, output_uri
  from p
 order by child_id, ord
