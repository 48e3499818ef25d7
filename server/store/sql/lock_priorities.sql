-- lock_priorities: locks jobs whose effective priority will be computed anew.
-- $1 bigint[] jobs.id      locks  jobs ascending FOR NO KEY UPDATE
-- Open is `state + 0 < 4` here: with `finished_at is null` a plan made while few were open reads all that are.
select j.id, j.base_priority, j.effective_priority, j.priority, j.inherit_priority, j.priority_source, j.parent_ids
  from jobs j where j.id = any ($1::bigint[]) and j.state + 0 < 4
 order by j.id for no key update
