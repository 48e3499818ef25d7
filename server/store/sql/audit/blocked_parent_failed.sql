-- blocked_parent_failed: blocked behind a parent that has failed. Each row breaks the rule.
select c.id, p.id as parent_id from jobs c join job_dependencies d on d.child_id = c.id
  join jobs p on p.id = d.parent_id
 where c.state = 0 and c.on_parent_failure <> 1 and p.state in (5, 6)
