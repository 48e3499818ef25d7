-- finish_succeeded: records successful results and settles their dependents, in one transaction and one round trip;
-- dependents that become ready get the seats that are offered for them and run at once, under the rules of claim.
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
-- p_seat_queues int[], p_seat_sessions bigint[]   seats, in the order in which they are filled: the queue whose jobs
--            may have it, and the worker_sessions.id that takes the job
-- p_seat_types jsonb   {queues.id: [type]}: the types that the seats of a queue take; of a queue that is not in it all
-- p_held     bigint[]  the distinct sessions, ascending       p_held_epochs bigint[]  the epoch each is held under
-- p_parent_bytes int   most bytes of parents' outputs that are returned for one dependent, each parent's at most its share
-- returns    one row with `recorded`, the results that were recorded: the others were refused by their fence; `freed`,
--            those of them that were counted against a limit; and of those that were submitted with dependents `leads`,
--            their keys and their created_at;
--            rows of dependents that wait for no parent any more, those that are alike together: job_ids and, for each,
--            the parent that settled it last, ready_at and created_at; state 1 (with run_ms) or 2, with the slack in
--            ready_at; and of those that got a seat, with state 3, what an assignment needs, as claim returns it;
--            rows of dependents with several parents that got a seat: child_ids, those that have the same, parent_ids in the
--            order of depends_on, and in the order of found_ids what they are, with their outputs one behind the other. A
--            dependent that is in none of them has larger ones, which are left to parent_outputs
-- plans      kept for the life of a connection, also those made on empty tables. An id compared with an array of one
--            cannot be joined the other way round, which would walk the whole index for each batch.
-- locks      sessions ascending FOR SHARE; the jobs and their dependents in ascending id, FOR NO KEY UPDATE; then executions; then deadlines. Jobs
--            with timeouts cost two small statements more; the others one look at columns that are read anyway
create or replace function pg_temp.finish_succeeded(
  p_ids bigint[], p_epochs int[], p_types text[], p_offsets int[], p_lengths int[], p_outputs bytea, p_uris text[],
  p_seat_queues int[], p_seat_sessions bigint[], p_seat_types jsonb, p_held bigint[], p_held_epochs bigint[],
  p_parent_bytes int
) returns table (
  recorded bigint[], freed bigint[], leads bigint[], lead_keys text[], lead_created_ms bigint[],
  job_ids bigint[], last_parents bigint[], all_ready_us bigint[], all_created_ms bigint[], all_slack_ms int[],
  state smallint, run_ms bigint, concurrency_key text,
  queue_id int, type text, effective_priority smallint,
  session_ids bigint[], lengths int[], payloads bytea, has_only_parent boolean,
  lease_epoch int, attempt smallint, max_attempts smallint, graph_id bigint,
  execution_timeout_ms int, start_timeout_ms int, progress_timeout_ms int,
  has_parents boolean, dependents int, tried_before boolean,
  payload_type text, payload_uri text, headers jsonb,
  child_ids bigint[], parent_ids bigint[], found_ids bigint[], parent_created_ms bigint[], parent_keys text[], parent_states int[],
  output_types text[], output_lengths int[], outputs bytea, output_uris text[]
) language plpgsql as $$
declare
  v_done bigint[];
  v_freed bigint[];
  v_timed bigint[];
  v_first_child bigint;
  v_live bigint[];
  v_seats bigint[];
  v_seat_queues int[];
  v_now timestamptz;
begin
  select min(d.child_id) into v_first_child from job_dependencies d where d.parent_id = any (p_ids);
  if v_first_child is not null then
    if p_held <> '{}' then
      v_live := array(
        select s.id from unnest(p_held, p_held_epochs) as h (id, epoch)
          join worker_sessions s on s.id = any (array[h.id])
         where s.state + 0 = 0 and s.epoch + 0 = h.epoch
         order by s.id for share of s);
      select array_agg(o.session_id order by o.queue_id, o.ord), array_agg(o.queue_id order by o.queue_id, o.ord)
        into v_seats, v_seat_queues
        from unnest(p_seat_queues, p_seat_sessions) with ordinality as o (queue_id, session_id, ord)
       where o.session_id = any (v_live);
    end if;
    -- Parents are also children of others: locking both sets in one ascending pass is what rules out deadlocks. Where
    -- all children come after all parents the updates below, each in ascending order, are that pass.
    if v_first_child <= p_ids[cardinality(p_ids)] then
      perform 1 from jobs j
        where j.id = any (array(
          select unnest(p_ids) union select d.child_id from job_dependencies d where d.parent_id = any (p_ids)))
        order by j.id for no key update;
    end if;
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
    returning j.id, j.lease_epoch, j.limited, j.dependents, j.key, j.created_at,
              coalesce(j.execution_timeout_ms, j.start_timeout_ms, j.progress_timeout_ms) is not null
                or j.stop_by is not null as timed
  ), ended as (
    update job_executions e
       set ended_at = clock_timestamp(), outcome = 0
      from done
     where e.job_id = done.id and e.lease_epoch = done.lease_epoch
  )
  select coalesce(array_agg(done.id), '{}'), array_agg(done.id) filter (where done.limited),
         array_agg(done.id) filter (where done.timed),
         array_agg(done.id) filter (where done.dependents > 0),
         array_agg(done.key) filter (where done.dependents > 0),
         array_agg((date_part('epoch', done.created_at) * 1000)::bigint) filter (where done.dependents > 0)
    into v_done, v_freed, v_timed, leads, lead_keys, lead_created_ms from done;
  if v_timed is not null then
    delete from deadlines d using (
      select x.id from deadlines x where x.id = any (v_timed) order by x.id for update) o where d.id = o.id;
  end if;

  recorded := v_done;
  freed := v_freed;
  return next;
  -- Asked again under the locks: a dependent may have been submitted since.
  if not exists (select 1 from job_dependencies d where d.parent_id = any (v_done)) then
    return;
  end if;

  -- Whose time has come is asked once: else a time that comes in between would leave a dependent scheduled without one.
  -- What happens to a dependent happens when its row is had, after whatever its other parents did: clock_timestamp().
  v_now := clock_timestamp();
  return query
    with settled as materialized (
      select d.child_id, count(*)::int as parents, max(d.parent_id) as last_parent
        from job_dependencies d
       where d.parent_id = any (v_done)
       group by d.child_id
    ), seats as materialized (
      -- Where the seats of each queue begin in v_seats, and how many there are.
      select o.queue_id, count(*) as count, sum(count(*)) over (order by o.queue_id) - count(*) as before
        from unnest(v_seat_queues) as o (queue_id)
       group by o.queue_id
      having not exists (select 1 from queues q where q.id = o.queue_id and (q.paused_at is not null or q.limited))
    ), fitting as (
      select s.child_id, s.parents, s.last_parent, f.queue_id, f.count, f.before, f.level, f.slack_ms
        from settled s
        left join lateral (
          select o.queue_id, o.count, o.before,
                 case when c.effective_priority >= 4 then 0 when c.effective_priority >= 2 then 1 else 2 end as level,
                 c.slack_ms
            from jobs c
            join seats o on o.queue_id = c.queue_id
           where c.id = any (array[s.child_id]) and c.state + 0 = 0 and c.pending_parents <= s.parents
             and (c.run_at is null or c.run_at <= v_now) and c.concurrency_key is null
             and coalesce(p_seat_types -> (c.queue_id::text) ? c.type, true)
        ) f on v_seats is not null
    ), due as materialized (
      select f.child_id, f.parents, f.last_parent,
             case when f.place <= f.count then v_seats[f.before + f.place] end as seat
        from (select f.*, row_number() over (partition by f.queue_id order by f.level, f.slack_ms nulls first, f.child_id) as place
                from fitting f) f
       order by f.child_id
    ), moved as (
      update jobs c
         set pending_parents = c.pending_parents - s.parents,
             state = case when c.pending_parents > s.parents then 0
                          when c.run_at > v_now then 1
                          when s.seat is null then 2 else 3 end,
             run_at = case when c.pending_parents > s.parents or c.run_at > v_now then c.run_at end,
             ready_at = case when c.pending_parents > s.parents or c.run_at > v_now then c.ready_at
                             else coalesce(c.ready_at, clock_timestamp()) end,
             session_id = s.seat,
             attempt = c.attempt + (s.seat is not null)::int,
             lease_epoch = c.lease_epoch + (s.seat is not null)::int,
             assigned_at = case when s.seat is null then c.assigned_at else clock_timestamp() end
        from due s
       where c.id = any (array[s.child_id]) and c.state + 0 = 0
      returning c.id, s.last_parent, c.queue_id, c.state, c.effective_priority, c.ready_at, c.slack_ms, c.created_at, c.type,
                c.run_at,
                c.concurrency_key, c.session_id, c.assigned_at, c.lease_epoch, c.attempt, c.max_attempts, c.graph_id,
                c.execution_timeout_ms, c.start_timeout_ms, c.progress_timeout_ms, c.dependents,
                cardinality(c.parent_ids) = 1 as has_only_parent,
                case when s.seat is not null and cardinality(c.parent_ids) > 1 then c.parent_ids end as parent_ids,
                case when s.seat is not null then p_parent_bytes / cardinality(c.parent_ids) end as parent_share,
                c.payload_type, case when s.seat is not null then c.payload end as payload, c.payload_uri, c.headers
    ), begun as (
      insert into job_executions as e (job_id, lease_epoch, attempt, session_id, assigned_at)
      select m.id, m.lease_epoch, m.attempt, m.session_id, m.assigned_at from moved m where m.state = 3
    ), timed as (
      -- Until they start: also those that run already, whose worker has still to say so.
      insert into deadlines as t (id, due_at)
      select m.id, clock_timestamp() + m.start_timeout_ms * interval '1 millisecond'
        from moved m where m.state in (2, 3) and m.start_timeout_ms is not null
      on conflict on constraint deadlines_pkey do update set due_at = excluded.due_at
    )
    select null::bigint[], null::bigint[], null::bigint[], null::text[], null::bigint[],
           array_agg(m.id), array_agg(m.last_parent),
           array_agg((date_part('epoch', m.ready_at) * 1000000)::bigint + coalesce(m.slack_ms, 0) * 1000::bigint),
           array_agg((date_part('epoch', m.created_at) * 1000)::bigint), null::int[],
           m.state, (date_part('epoch', m.run_at) * 1000)::bigint, m.concurrency_key,
           m.queue_id, m.type, m.effective_priority,
           null::bigint[], null::int[], null::bytea, null::boolean,
           null::int, null::smallint, null::smallint, null::bigint,
           null::int, null::int, null::int,
           null::boolean, null::int, null::boolean,
           null::text, null::text, null::jsonb,
           null::bigint[], null::bigint[], null::bigint[], null::bigint[], null::text[], null::int[],
           null::text[], null::int[], null::bytea, null::text[]
      from moved m
     where m.state in (1, 2)
     group by m.state, m.run_at, m.concurrency_key, m.queue_id, m.type, m.effective_priority
    union all
    select null, null, null, null, null,
           array_agg(m.id), array_agg(m.last_parent), array_agg((date_part('epoch', m.ready_at) * 1000000)::bigint),
           array_agg((date_part('epoch', m.created_at) * 1000)::bigint),
           case when bool_or(m.slack_ms is not null) then array_agg(m.slack_ms) end,
           m.state, null, null,
           m.queue_id, m.type, m.effective_priority,
           array_agg(m.session_id), array_agg(coalesce(length(m.payload), -1)), string_agg(m.payload, ''),
           m.has_only_parent,
           m.lease_epoch, m.attempt, m.max_attempts, m.graph_id,
           m.execution_timeout_ms, m.start_timeout_ms, m.progress_timeout_ms,
           true, m.dependents, m.lease_epoch > 1,
           m.payload_type, m.payload_uri, m.headers,
           null, null, null, null, null, null, null, null, null, null
      from moved m
     where m.state = 3
     group by m.state, m.queue_id, m.type, m.effective_priority, m.has_only_parent, m.lease_epoch, m.attempt,
              m.max_attempts, m.graph_id, m.execution_timeout_ms, m.start_timeout_ms, m.progress_timeout_ms,
              m.dependents, m.payload_type, m.payload_uri, m.headers,
              case when length(m.payload) > 4096 then m.id end -- a large one by itself, as in claim
    union all
    -- Whoever has a seat had no other open parent in this snapshot, so it shows what all of them gave.
    select null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
           null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
           l.child_ids, l.parent_ids, p.ids, p.all_created_ms, p.keys, p.states, p.types, p.lengths, p.outputs, p.uris
      from (select array_agg(m.id) as child_ids, m.parent_ids, m.parent_share
              from moved m
             where m.state = 3 and not m.has_only_parent
             group by m.parent_ids, m.parent_share) l
     cross join lateral (
       select array_agg(j.id) as ids,
              array_agg((date_part('epoch', j.created_at) * 1000)::bigint) as all_created_ms,
              case when count(j.key) > 0 then array_agg(j.key) end as keys,
              case when bool_or(j.state <> 4) then array_agg(j.state::int) end as states,
              case when count(j.output_type) > 0 then array_agg(j.output_type) end as types,
              array_agg(coalesce(length(j.output), -1)) as lengths,
              string_agg(j.output, '') filter (where length(j.output) <= l.parent_share) as outputs,
              case when count(j.output_uri) > 0 then array_agg(j.output_uri) end as uris,
              max(length(j.output)) as longest
         from jobs j
        where j.id = any (l.parent_ids)
     ) p
     where (p.longest <= l.parent_share) is not false;
end $$;
