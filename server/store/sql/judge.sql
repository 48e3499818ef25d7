-- judge: what became of assignments whose result was not recorded. Locks nothing.
-- $1 bigint[]  jobs.id     $2 int[]  the lease epoch each result was given under
-- returns      every job that exists; outcome is null when that assignment never was or has not ended
select j.id, j.state, j.lease_epoch, r.epoch as asked_epoch, e.outcome, j.output, j.output_type, j.output_uri
  from unnest($1::bigint[], $2::int[]) as r (id, epoch)
  join jobs j on j.id = r.id
  left join job_executions e on e.job_id = r.id and e.lease_epoch = r.epoch and e.ended_at is not null
