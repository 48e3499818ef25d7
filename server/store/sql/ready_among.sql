-- ready_among: which of these jobs are still ready, with what their hints need, and whether their queue has limits. Locks
-- nothing.
-- $1 bigint[]  jobs.id
select j.id, j.queue_id, j.graph_id, j.state, j.type, j.effective_priority, j.created_at, j.run_at, j.concurrency_key,
       (extract(epoch from j.ready_at) * 1000000)::bigint + coalesce(j.slack_ms, 0) * 1000::bigint as ready_us,
       q.limited as queue_limited
  from jobs j
  join queues q on q.id = j.queue_id
 where j.id = any ($1::bigint[]) and j.state + 0 = 2
