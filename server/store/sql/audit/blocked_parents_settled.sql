-- blocked_parents_settled: blocked although every parent is settled. Each row breaks the rule.
-- Settled for a dependent: the parent succeeded, or ended in any way and the dependent's policy is run (1).
select c.id from jobs c where c.state = 0 and not exists (
 select 1 from job_dependencies d join jobs p on p.id = d.parent_id where d.child_id = c.id and not (p.state = 4 or (p.state > 3 and c.on_parent_failure = 1)))
