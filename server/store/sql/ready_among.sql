-- ready_among: which of these jobs are still ready, with what their hints need. Locks nothing.
-- $1 bigint[]  jobs.id
select j.id, j.queue_id, j.graph_id, j.state, j.type, j.effective_priority, j.created_at, j.run_at,
       (extract(epoch from j.ready_at) * 1000000)::bigint as ready_us
  from jobs j
 where j.id = any ($1::bigint[]) and j.state + 0 = 2
