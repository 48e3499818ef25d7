-- ancestors_above: open jobs above these, transitively: the ones whose raised priority may sink back.
-- $1 bigint[] jobs.id that ended or left
-- Open is `state + 0 < 4` here: with `finished_at is null` a plan made while few were open reads all that are.
with recursive up as (
  select p.id, p.parent_ids
    from jobs c cross join unnest(c.parent_ids) as parent (id) join jobs p on p.id = parent.id
   where c.id = any ($1::bigint[]) and p.state + 0 < 4 and p.effective_priority > p.base_priority
  union
  select p.id, p.parent_ids
    from up u cross join unnest(u.parent_ids) as parent (id) join jobs p on p.id = parent.id
   where p.state + 0 < 4 and p.effective_priority > p.base_priority
)
select distinct id from up
