-- delete_jobs: deletes jobs that are locked and not needed, with everything that hangs on them: edges both ways,
-- executions, progress, dead letters, idempotency keys; and the graphs that they were the whole of.
-- $1 bigint[] jobs.id   $2 bigint[] graphs.id
-- returns   how many jobs, graphs and executions
with gone as (
  delete from jobs j where j.id = any ($1::bigint[])
  returning j.id, j.queue_id, j.parent_ids, j.idempotency_key
), edges as (
  delete from job_dependencies d
   using (select d.parent_id, d.child_id from job_dependencies d where d.parent_id = any ($1::bigint[])
          union
          select p.id, g.id from gone g cross join unnest(g.parent_ids) as p (id)) e
   where d.parent_id = e.parent_id and d.child_id = e.child_id
), executions as (
  delete from job_executions e where e.job_id = any ($1::bigint[]) returning 1
), progress as (
  delete from job_progress p where p.job_id = any ($1::bigint[])
), letters as (
  delete from dead_letters l where l.job_id = any ($1::bigint[])
), job_keys as (
  delete from idempotency_keys k
   using gone g join queues q on q.id = g.queue_id
   where g.idempotency_key is not null and k.namespace = q.namespace and k.kind = 0 and k.key = g.idempotency_key
     and k.target_id = g.id
), graph_keys as (
  delete from idempotency_keys k where k.kind = 1 and k.target_id = any ($2::bigint[])
), gone_graphs as (
  delete from graphs g where g.id = any ($2::bigint[]) returning 1
)
select (select count(*) from gone) as jobs, (select count(*) from gone_graphs) as graphs,
       (select count(*) from executions) as executions
