-- graph_progress: jobs of graphs by state, with the first start and the last end. One range scan of the primary key a
-- graph: the lateral grouping keeps the planner from joining on graph_id over the whole table.
-- $1 bigint[] graphs.id   $2 bigint[] its first job id   $3 bigint[] its last job id
-- returns    one row a graph and state; started_at is that of the first execution, also for jobs that were run again
select g.id as graph_id, c.state, c.jobs, c.first_started_at, c.last_finished_at
  from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as g (id, first_id, last_id)
 cross join lateral (
   select j.state, count(*) as jobs, max(j.finished_at) as last_finished_at,
          min(case when j.lease_epoch > 1
                   then coalesce((select e.assigned_at from job_executions e
                                   where e.job_id = j.id and e.lease_epoch = 1), j.assigned_at)
                   else j.assigned_at end) as first_started_at
     from jobs j
    where j.id between g.first_id and g.last_id and j.graph_id = g.id
    group by j.state
 ) c
