-- executions_open_twice: more than one open execution. Each row breaks the rule.
select job_id from job_executions where ended_at is null group by 1 having count(*) > 1
