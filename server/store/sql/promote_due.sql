-- promote_due: scheduled jobs whose time has come become ready; a retry keeps its first ready_at.
-- $1 int  most rows      locks  jobs ascending FOR NO KEY UPDATE SKIP LOCKED
with due as (
  select d.id from (
    select id from jobs where run_at is not null and run_at <= clock_timestamp() and state = 1 order by run_at limit $1
  ) d join jobs j on j.id = d.id and j.state = 1
  order by d.id for no key update of j skip locked
)
update jobs j
   set state = 2, run_at = null, ready_at = coalesce(j.ready_at, clock_timestamp())
  from due
 where j.id = due.id and j.state = 1
returning j.id, j.queue_id, j.graph_id, j.state, j.type, j.effective_priority, j.created_at, j.run_at, j.concurrency_key,
       (extract(epoch from j.ready_at) * 1000000)::bigint as ready_us
