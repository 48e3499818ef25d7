-- edge_order: an edge against the lock order. Each row breaks the rule.
select * from job_dependencies where parent_id >= child_id
