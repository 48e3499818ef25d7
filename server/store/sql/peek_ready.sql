-- peek_ready: the most urgent ready jobs of a queue, for dispatch while Redis is away. Looks at the
-- queue's 20,000 oldest ready jobs: without Redis the order holds among those. Jobs with concurrency keys are read by
-- turns.
-- $1 int  queue_id      $2 text[]  job types, null for all      $3 int  most rows
select j.id, j.queue_id, j.graph_id, j.state, j.type, j.effective_priority, j.created_at, j.run_at,
       (extract(epoch from j.ready_at) * 1000000)::bigint + coalesce(j.slack_ms, 0) * 1000::bigint as ready_us
  from (select * from jobs o
         where o.queue_id = $1 and o.finished_at is null and o.state = 2 and o.concurrency_key is null
           and ($2::text[] is null or o.type = any ($2))
         order by o.id limit 20000) j
 order by case when j.effective_priority >= 4 then 0 when j.effective_priority >= 2 then 1 else 2 end,
          j.ready_at + coalesce(j.slack_ms, 0) * interval '1 millisecond', j.id
 limit $3
