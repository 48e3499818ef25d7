-- open_dependents: the open dependents of locked jobs, with the priority each hands up.
-- $1 bigint[] jobs.id
-- Open is `state + 0 < 4` here: with `finished_at is null` a plan made while few were open reads all that are.
select d.parent_id, c.id as child_id, c.effective_priority
  from job_dependencies d join jobs c on c.id = d.child_id
 where d.parent_id = any ($1::bigint[]) and c.state + 0 < 4
