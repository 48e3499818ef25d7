-- lock_priorities: locks jobs whose effective priority will be computed anew.
-- $1 bigint[] jobs.id      locks  jobs ascending FOR NO KEY UPDATE
select j.id, j.base_priority, j.effective_priority, j.priority, j.inherit_priority, j.priority_source, j.parent_ids
  from jobs j where j.id = any ($1::bigint[]) and j.finished_at is null
 order by j.id for no key update
