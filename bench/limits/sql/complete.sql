-- complete: results of claimed jobs and the end of their executions, fenced by the lease epoch.
-- $1 bigint[] id, ascending    $2 int[] lease epoch of each
with done as (
  update limit_jobs j
     set state = 4, finished_at = clock_timestamp(), session_id = null
    from unnest($1::bigint[], $2::int[]) as r (id, epoch)
   where j.id = r.id and j.lease_epoch = r.epoch and j.state + 0 = 3
  returning j.id, j.lease_epoch
), ended as (
  update limit_executions e
     set ended_at = clock_timestamp(), outcome = 0
    from done
   where e.job_id = done.id and e.lease_epoch = done.lease_epoch
)
select done.id from done
