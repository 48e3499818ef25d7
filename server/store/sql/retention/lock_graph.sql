-- lock_graph: a graph that may be pruned as far as it is concerned itself, with its jobs' ids.
-- $1 bigint graphs.id   $2 bigint   ms that a graph with an idempotency key is kept from its submission
-- locks    the graph FOR UPDATE SKIP LOCKED
select g.id, g.job_count,
       array(select j.id from jobs j where j.id between g.first_job_id and g.last_job_id and j.graph_id = g.id
              order by j.id)::bigint[] as job_ids
  from graphs g
 where g.id = $1
   and (g.created_at <= clock_timestamp() - $2::bigint * interval '1 ms'
        or not exists (select 1 from idempotency_keys k where k.kind = 1 and k.target_id = g.id))
   for update of g skip locked
