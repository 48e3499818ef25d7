-- edge_dangling: an edge that points at no job. Each row breaks the rule.
select d.* from job_dependencies d
 where not exists (select 1 from jobs where id = d.parent_id)
    or not exists (select 1 from jobs where id = d.child_id)
