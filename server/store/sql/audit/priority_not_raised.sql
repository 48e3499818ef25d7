-- priority_not_raised: a waiting job that is not as urgent as its most urgent dependent. Each row breaks the rule.
select p.id, p.effective_priority, x.wanted from jobs p cross join lateral (
  select greatest(p.base_priority, max(c.effective_priority)) as wanted
    from job_dependencies d join jobs c on c.id = d.child_id
   where d.parent_id = p.id and c.state < 4) x
 where p.state < 3 and p.inherit_priority and p.effective_priority <> x.wanted
