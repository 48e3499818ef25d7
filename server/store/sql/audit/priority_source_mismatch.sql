-- priority_source_mismatch: a raised priority that says not where from, or the reverse. Each row breaks the rule.
select id, priority, effective_priority, priority_source from jobs
 where (effective_priority > priority) <> (priority_source is not null)
