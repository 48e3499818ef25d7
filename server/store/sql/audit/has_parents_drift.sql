-- has_parents_drift: has_parents disagrees with the edges. Each row breaks the rule.
select c.id from jobs c
 where c.has_parents <> exists (select 1 from job_dependencies d where d.child_id = c.id)
