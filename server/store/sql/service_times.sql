-- service_times: how long the slots of recent executions of a type were held, from the $2 executions of the newest jobs.
-- Reads at most $2 rows of job_executions and as many of jobs, whatever the type; locks nothing.
-- $1 text  type      $2 int  most executions to look at
select count(*)::int as samples,
       percentile_cont(0.5) within group (order by x.ms) as median_ms,
       percentile_cont(0.9) within group (order by x.ms) as p90_ms
  from (
    select extract(epoch from e.ended_at - e.assigned_at)::float8 * 1000 as ms
      from (select r.job_id, r.assigned_at, r.ended_at, r.outcome from job_executions r
             order by r.job_id desc, r.lease_epoch desc limit $2) e
      join jobs j on j.id = e.job_id
     -- What was lost or given back says nothing about how long the work takes.
     where j.type = $1 and e.outcome in (0, 1, 2)
     limit 1000
  ) x
