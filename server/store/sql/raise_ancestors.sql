-- raise_ancestors: which open jobs have to be raised, because new dependents below them are more urgent.
-- $1 bigint[] parents of the new jobs   $2 int[] the priority each must reach   $3 bigint[] the new job it comes from
-- returns id, priority, source (the dependent right below that hands it up): one row a job, the most urgent; only jobs
--         below that priority now
-- Open is `state + 0 < 4` here: with `finished_at is null` a plan made while few were open reads all that are.
with recursive up as (
  select j.id, r.priority, r.source, j.parent_ids
    from unnest($1::bigint[], $2::int[], $3::bigint[]) as r (id, priority, source)
    join jobs j on j.id = r.id
   where j.state + 0 < 4 and j.inherit_priority and j.effective_priority < r.priority
  union
  select p.id, u.priority, u.id, p.parent_ids
    from up u
   cross join unnest(u.parent_ids) as parent (id)
    join jobs p on p.id = parent.id
   where p.state + 0 < 4 and p.inherit_priority and p.effective_priority < u.priority
)
select distinct on (id) id, priority, source from up order by id, priority desc, source
