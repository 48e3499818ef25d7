-- execution_without_job: an execution that points at no job. Each row breaks the rule.
select e.* from job_executions e where not exists (select 1 from jobs where id = e.job_id)
