-- pending_parents_drift: pending_parents differs from the parents that are not settled. Each row breaks the rule.
-- Settled for a dependent: the parent succeeded, or ended in any way and the dependent's policy is run (1).
select c.id, c.state, c.pending_parents, x.open from jobs c cross join lateral (
  select count(*)::int as open from job_dependencies d join jobs p on p.id = d.parent_id
   where d.child_id = c.id and not (p.state = 4 or (p.state > 3 and c.on_parent_failure = 1))) x
 where c.state = 0 and c.pending_parents <> x.open
