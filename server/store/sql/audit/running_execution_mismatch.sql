-- running_execution_mismatch: running and its open execution disagree. Each row breaks the rule.
select coalesce(j.id, e.job_id) as job_id, j.state, j.lease_epoch, j.session_id, j.attempt,
       e.lease_epoch as execution_epoch, e.session_id as execution_session, e.attempt as execution_attempt
  from (select * from jobs where state = 3) j
  full join (select * from job_executions where ended_at is null) e
    on e.job_id = j.id and e.lease_epoch = j.lease_epoch and e.session_id = j.session_id
   and e.attempt = j.attempt
 where j.id is null or e.job_id is null
