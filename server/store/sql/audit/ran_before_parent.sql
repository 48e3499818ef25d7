-- ran_before_parent: ran before a parent was settled. Each row breaks the rule.
-- Settled for a dependent: the parent succeeded, or ended in any way and the dependent's policy is run (1).
select e.job_id, e.lease_epoch, p.id as parent_id, p.state, p.finished_at, e.assigned_at
  from job_executions e join jobs c on c.id = e.job_id
  join job_dependencies d on d.child_id = c.id join jobs p on p.id = d.parent_id
 where not (c.on_parent_failure = 1 and p.generation > 1)
   and (not (p.state = 4 or (p.state > 3 and c.on_parent_failure = 1)) or p.finished_at > e.assigned_at)
