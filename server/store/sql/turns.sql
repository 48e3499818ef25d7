-- turns: the jobs whose turn it is in these keys, as the dispatcher takes them. Needs the functions of a hot connection.
-- $1 int queue_id   $2 text[] distinct keys   $3, $4 bigint  ageing times in ms, as in limit_turns
select j.id, j.queue_id, j.graph_id, j.state, j.type, j.effective_priority, j.created_at, j.run_at, j.concurrency_key,
       (extract(epoch from j.ready_at) * 1000000)::bigint + coalesce(j.slack_ms, 0) * 1000::bigint as ready_us
  from pg_temp.limit_turns($1::int, $2::text[], $3::bigint, $4::bigint) t
  join jobs j on j.id = t.id and j.state + 0 = 2
