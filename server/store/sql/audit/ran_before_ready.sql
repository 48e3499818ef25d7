-- ran_before_ready: ran before it was ready. Each row breaks the rule.
-- ready_at of a submission is a replica's reading of the database's clock, assigned_at the clock itself.
select j.id, j.ready_at, e.assigned_at from jobs j join job_executions e
    on e.job_id = j.id and e.lease_epoch = j.lease_epoch
 where j.ready_at > e.assigned_at + interval '1 s' and j.state in (3, 4)
