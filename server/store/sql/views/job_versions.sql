-- views/job_versions: the versions of jobs as views/read_jobs gives them, without touching a payload.
-- $1 bigint[] jobs.id
select j.id, concat_ws('.', j.xmin, e.xmin, p.xmin) as version
  from unnest($1::bigint[]) as wanted (id)
  join jobs j on j.id = wanted.id
  left join job_executions e on e.job_id = j.id and e.lease_epoch = j.lease_epoch
  left join job_progress p on p.job_id = j.id
