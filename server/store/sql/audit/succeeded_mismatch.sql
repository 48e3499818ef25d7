-- succeeded_mismatch: succeeded without one succeeded execution, its last, or the reverse. Each row breaks the rule.
select j.id, j.state, x.epochs from jobs j cross join lateral (
  select coalesce(array_agg(lease_epoch), '{}') as epochs from job_executions
   where job_id = j.id and outcome = 0) x
 where x.epochs <> case when j.state = 4 then array[j.lease_epoch] else '{}' end
