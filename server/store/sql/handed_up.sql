-- handed_up: the priority that open jobs hand to each of their parents.
-- $1 bigint[] jobs.id
-- Open is `state + 0 < 4` here: with `finished_at is null` a plan made while few were open reads all that are.
select parent.id as parent_id, j.effective_priority::int as priority, j.id
  from jobs j cross join unnest(j.parent_ids) as parent (id)
 where j.id = any ($1::bigint[]) and j.state + 0 < 4
