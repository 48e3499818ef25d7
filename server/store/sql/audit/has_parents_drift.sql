-- has_parents_drift: has_parents disagrees with the edges. Each row breaks the rule.
-- The edge to a parent that was pruned went with it; the parent is still named in parent_ids.
select c.id from jobs c
 where c.has_parents <> (exists (select 1 from job_dependencies d where d.child_id = c.id)
   or exists (select 1 from unnest(c.parent_ids) as p (id) where not exists (select 1 from jobs where id = p.id)))
