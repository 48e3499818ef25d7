-- finish_succeeded: records successful results and settles their dependents, in one transaction and one round trip.
-- A function of the session (pg_temp), so every server version brings its own; each statement inside has a snapshot
-- of its own, which closes the race with a dependent that is being submitted (a single statement would miss its edge).
--
-- p_ids      bigint[]  jobs.id, ascending, distinct
-- p_epochs   int[]     the lease epoch each result was given under
-- p_types    text[]    content type of the output, null for none
-- p_offsets  int[]     where the output starts in p_outputs, from 1
-- p_lengths  int[]     its length in bytes; -1 for no inline output
-- p_outputs  bytea     all inline outputs, one behind the other
-- p_uris     text[]    where a large output is kept, or null
-- returns    one row with `recorded`, the results that were recorded: the others were refused by their fence, and `freed`,
--            those of them that were counted against a limit; and
--            one row for each dependent that no longer waits (job_id, parent_id = the parent that settled it last, its
--            queue_id, state 1 or 2, effective_priority, ready_us, created_ms, type, run_ms when it is state 1)
-- plans      kept for the life of a connection, also those made on empty tables. An id compared with an array of one
--            cannot be joined the other way round, which would walk the whole index for each batch.
-- locks      the jobs and their dependents in ascending id, FOR NO KEY UPDATE; then executions; then deadlines. Jobs
--            with timeouts cost two small statements more; the others one look at columns that are read anyway
create or replace function pg_temp.finish_succeeded(
  p_ids bigint[], p_epochs int[], p_types text[], p_offsets int[], p_lengths int[], p_outputs bytea, p_uris text[]
) returns table (
  recorded bigint[], freed bigint[], job_id bigint, parent_id bigint, queue_id int, state smallint, effective_priority smallint,
  ready_us bigint, created_ms bigint, type text, run_ms bigint, concurrency_key text
) language plpgsql as $$
declare
  v_done bigint[];
  v_freed bigint[];
  v_timed bigint[];
  v_waits boolean;
  v_now timestamptz;
begin
  -- Parents are also children of others: locking both sets in one ascending pass is what rules out deadlocks.
  if exists (select 1 from job_dependencies d where d.parent_id = any (p_ids)) then
    select bool_or(l.start_timeout_ms is not null) into v_waits from (
      select j.start_timeout_ms from jobs j
       where j.id = any (array(
         select unnest(p_ids) union select d.child_id from job_dependencies d where d.parent_id = any (p_ids)))
       order by j.id for no key update) l;
  end if;

  with r as (
    select * from unnest(p_ids, p_epochs, p_types, p_offsets, p_lengths, p_uris)
      as r (id, epoch, output_type, off, len, uri)
  ), done as (
    update jobs j
       set state = 4, finished_at = clock_timestamp(), session_id = null, state_reason = null,
           output_type = r.output_type, output_uri = r.uri,
           output = case when r.len >= 0 then substr(p_outputs, r.off, r.len) end
      from r
     where j.id = any (array[r.id]) and j.lease_epoch = r.epoch and j.state + 0 = 3
    returning j.id, j.lease_epoch, j.limited,
              coalesce(j.execution_timeout_ms, j.start_timeout_ms, j.progress_timeout_ms) is not null
                or j.stop_by is not null as timed
  ), ended as (
    update job_executions e
       set ended_at = clock_timestamp(), outcome = 0
      from done
     where e.job_id = done.id and e.lease_epoch = done.lease_epoch
  )
  select coalesce(array_agg(done.id), '{}'), array_agg(done.id) filter (where done.limited),
         array_agg(done.id) filter (where done.timed)
    into v_done, v_freed, v_timed from done;
  if v_timed is not null then
    delete from deadlines d using (
      select x.id from deadlines x where x.id = any (v_timed) order by x.id for update) o where d.id = o.id;
  end if;

  recorded := v_done;
  freed := v_freed;
  return next;

  -- Read once: asked at each use, a time that comes in between would leave a dependent scheduled without one.
  v_now := clock_timestamp();
  return query
    with settled as (
      select d.child_id, count(*)::int as parents, max(d.parent_id) as last_parent
        from job_dependencies d
       where d.parent_id = any (v_done)
       group by d.child_id
    ), moved as (
      update jobs c
         set pending_parents = c.pending_parents - s.parents,
             state = case when c.pending_parents > s.parents then 0
                          when c.run_at > v_now then 1 else 2 end,
             run_at = case when c.pending_parents > s.parents or c.run_at > v_now then c.run_at end,
             ready_at = case when c.pending_parents > s.parents or c.run_at > v_now then c.ready_at
                             else coalesce(c.ready_at, v_now) end
        from settled s
       where c.id = any (array[s.child_id]) and c.state + 0 = 0
      returning c.id, s.last_parent, c.queue_id, c.state, c.effective_priority, c.ready_at, c.created_at, c.type, c.run_at,
                c.concurrency_key
    )
    select null::bigint[], null::bigint[], m.id, m.last_parent, m.queue_id, m.state, m.effective_priority,
           (date_part('epoch', m.ready_at) * 1000000)::bigint,
           (date_part('epoch', m.created_at) * 1000)::bigint, m.type,
           (date_part('epoch', m.run_at) * 1000)::bigint, m.concurrency_key
      from moved m where m.state <> 0
     order by m.id;

  if v_waits then
    insert into deadlines (id, due_at)
    select distinct on (c.id) c.id, v_now + c.start_timeout_ms * interval '1 millisecond'
      from job_dependencies d join jobs c on c.id = d.child_id
     where d.parent_id = any (v_done) and c.state + 0 = 2 and c.start_timeout_ms is not null
     order by c.id
    on conflict (id) do update set due_at = excluded.due_at;
  end if;
end $$;
