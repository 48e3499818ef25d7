-- promote_due: scheduled jobs whose time has come become ready; a retry keeps its first ready_at. Those that may not
-- wait for ever get their deadline.
-- $1 int  most rows      locks  jobs ascending FOR NO KEY UPDATE SKIP LOCKED, then deadlines ascending
with due as (
  select d.id from (
    select id from jobs where run_at is not null and run_at <= clock_timestamp() and state = 1 order by run_at limit $1
  ) d join jobs j on j.id = d.id and j.state = 1
  order by d.id for no key update of j skip locked
), promoted as (
  update jobs j
     set state = 2, run_at = null, ready_at = coalesce(j.ready_at, clock_timestamp()),
         waiting_since = case when j.start_timeout_ms is not null then clock_timestamp() end
    from due
   where j.id = due.id and j.state = 1
  returning j.id, j.queue_id, j.graph_id, j.state, j.type, j.effective_priority, j.created_at, j.run_at,
            (extract(epoch from j.ready_at) * 1000000)::bigint + coalesce(j.slack_ms, 0) * 1000::bigint as ready_us, j.start_timeout_ms, j.concurrency_key
), armed as (
  insert into deadlines (id, due_at)
  select p.id, clock_timestamp() + p.start_timeout_ms * interval '1 millisecond'
    from promoted p where p.start_timeout_ms is not null order by p.id
  on conflict (id) do update set due_at = excluded.due_at
)
select p.id, p.queue_id, p.graph_id, p.state, p.type, p.effective_priority, p.created_at, p.run_at,
       p.concurrency_key, p.ready_us
  from promoted p
