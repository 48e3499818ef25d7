-- apply_changes: writes decided changes; the caller holds the row locks (lock_jobs) in the same transaction. Deadlines
-- go with their changes: one for a job that becomes ready and may not wait for ever, or was asked to stop; none for a
-- job that ended.
-- $1 bigint[] id        $2 smallint[] state     $3 text[] reason
-- $4 bigint[] delay in ms from now; null clears run_at, -1 keeps it
-- $5 int[] pending      $6 smallint[] attempt   $7 smallint[] losses     $8 smallint[] generation
-- $9 boolean[] cancel_requested                 $10 jsonb[] error, null keeps the old
-- $11 smallint[] outcome of the execution that ends, null for none
-- $12 jsonb[] error of that execution, null: that of the job
-- $13 text[] why the running attempt is asked to stop, null: as it was   $14 bigint[] in how many ms
-- returns    the jobs as they stand now         locks  executions; then deadlines ascending
with c as (
  select * from unnest($1::bigint[], $2::smallint[], $3::text[], $4::bigint[], $5::int[], $6::smallint[],
                       $7::smallint[], $8::smallint[], $9::boolean[], $10::jsonb[], $11::smallint[], $12::jsonb[],
                       $13::text[], $14::bigint[])
    as c (id, state, reason, delay_ms, pending, attempt, losses, generation, cancel_requested, error, outcome,
          execution_error, stop_reason, stop_ms)
), ended as (
  update job_executions e
     set ended_at = clock_timestamp(), outcome = c.outcome, error = coalesce(c.execution_error, c.error)
    from c join jobs j on j.id = c.id
   where c.outcome is not null and e.job_id = c.id and e.lease_epoch = j.lease_epoch and e.ended_at is null
  returning e.ended_at
), over as materialized (
  select d.id from c join deadlines d on d.id = c.id where c.state > 3 order by d.id for update of d
), removed as (
  delete from deadlines d using over where d.id = over.id
), armed as (
  insert into deadlines (id, due_at)
  select j.id, clock_timestamp()
               + case when c.state = 3 then c.stop_ms else j.start_timeout_ms end * interval '1 millisecond'
    from c join jobs j on j.id = c.id
   where c.state = 3 and c.stop_reason is not null or c.state = 2 and j.start_timeout_ms is not null
   order by j.id
  on conflict (id) do update set due_at = excluded.due_at
)
update jobs j
   set state = c.state,
       state_reason = c.reason,
       run_at = case when c.delay_ms is null then null when c.delay_ms < 0 then j.run_at
                     -- Not sooner after the end of an attempt than its backoff, also for who compares the rows.
                     else coalesce((select max(ended.ended_at) from ended), clock_timestamp())
                          + c.delay_ms * interval '1 millisecond' end,
       pending_parents = c.pending,
       attempt = c.attempt,
       losses = c.losses,
       cancel_requested = c.cancel_requested,
       error = coalesce(c.error, j.error),
       session_id = case when c.state = 3 then j.session_id end,
       finished_at = case when c.state > 3 then clock_timestamp() end,
       ready_at = case when c.state <> 2 and c.generation <> j.generation then null
                       when c.state <> 2 then j.ready_at
                       when c.generation <> j.generation then clock_timestamp()
                       else coalesce(j.ready_at, clock_timestamp()) end,
       generation = c.generation,
       waiting_since = case when c.state = 2 and j.start_timeout_ms is not null then clock_timestamp()
                            when c.state <> 0 then j.waiting_since end,
       stop_reason = case when c.state = 3 then coalesce(c.stop_reason, j.stop_reason) end,
       stop_by = case when c.state = 3 and c.stop_reason is not null
                      then clock_timestamp() + c.stop_ms * interval '1 millisecond'
                      when c.state = 3 then j.stop_by end
  from c
 where j.id = c.id
returning j.id, j.queue_id, j.graph_id, j.state, j.type, j.effective_priority, j.created_at, j.run_at, j.concurrency_key, j.limited,
          (extract(epoch from j.ready_at) * 1000000)::bigint + coalesce(j.slack_ms, 0) * 1000::bigint as ready_us
