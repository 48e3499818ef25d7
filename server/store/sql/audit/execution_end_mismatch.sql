-- execution_end_mismatch: an execution with an end and no outcome, or the reverse. Each row breaks the rule.
select job_id, lease_epoch from job_executions where (ended_at is null) <> (outcome is null)
