-- ready_page: ready jobs of a queue in id order, for the reconciler. Reads the queue's open jobs only. Those with a
-- concurrency key are not among them: they have a hint only while it is their turn (turns).
-- $1 int  queue_id      $2 bigint  after this id     $3 int  most rows
select j.id, j.queue_id, j.graph_id, j.state, j.type, j.effective_priority, j.created_at, j.run_at,
       (extract(epoch from j.ready_at) * 1000000)::bigint + coalesce(j.slack_ms, 0) * 1000::bigint as ready_us
  from jobs j
 where j.queue_id = $1 and j.finished_at is null and j.state = 2 and j.id > $2
   and j.concurrency_key is null
 order by j.id
 limit $3
