-- set_effective: writes effective priorities; the caller holds the row locks.
-- $1 bigint[] id   $2 int[] effective priority   $3 bigint[] source, null for the job's own
-- returns the jobs as they stand now, for their hints
-- Open is `state + 0 < 4` here: with `finished_at is null` a plan made while few were open reads all that are.
update jobs j
   set effective_priority = c.priority, priority_source = c.source
  from unnest($1::bigint[], $2::int[], $3::bigint[]) as c (id, priority, source)
 where j.id = c.id and j.state + 0 < 4 and (j.effective_priority <> c.priority or j.priority_source is distinct from c.source)
returning j.id, j.queue_id, j.graph_id, j.state, j.type, j.effective_priority, j.created_at, j.run_at, j.concurrency_key,
          (extract(epoch from j.ready_at) * 1000000)::bigint + coalesce(j.slack_ms, 0) * 1000::bigint as ready_us
