-- claim_limited: claim, for jobs of a queue that has limits or jobs with concurrency keys. A start is counted under the
-- lock of the row of the limit itself, in the transaction that makes it, so no limit is ever exceeded, whoever asks.
-- Statements inside have snapshots of their own: what is counted is counted after the locks are had.
-- A function of the session (pg_temp), so every server version brings its own.
--
-- p_queue    int        queues.id of all the jobs
-- p_jobs     bigint[]   jobs.id, the most urgent first      p_sessions bigint[]  worker_sessions.id for each
-- p_held     bigint[]   the distinct sessions, ascending    p_epochs   bigint[]  the epoch each is held under
-- p_low_ms, p_high_ms   as in limit_turns
-- returns    one row with `room`: how many more jobs of the queue may start now (null: the queue has no limits),
--            `wait_ms` until the next token when the rate is what holds (else null), and `held`: the asked jobs whose key
--            has no place for them; then one row for each claimed job, as claim returns it
-- locks      the queue's limits, its keys ascending, sessions ascending FOR SHARE, jobs ascending FOR NO KEY UPDATE SKIP
--            LOCKED. Nobody waits for a limit's row while holding a job or a session, so this order meets no other
create or replace function pg_temp.claim_limited(
  p_queue int, p_jobs bigint[], p_sessions bigint[], p_held bigint[], p_epochs bigint[], p_low_ms bigint, p_high_ms bigint
) returns table (
  room int, wait_ms double precision, held bigint[],
  id bigint, session_id bigint, lease_epoch int, attempt smallint, max_attempts smallint, queue_id int, graph_id bigint,
  type text, effective_priority smallint, execution_timeout_ms int, start_timeout_ms int, progress_timeout_ms int,
  has_parents boolean, dependents int, tried_before boolean,
  created_ms bigint, ready_us bigint, payload_type text, payload bytea, payload_uri text, headers jsonb
) language plpgsql as $$
declare
  v_limits queue_limits%rowtype;
  v_keys text[];
  v_turns bigint[] := '{}';
  v_left int[] := '{}';
  v_room int;
  v_tokens double precision;
  v_now timestamptz;
  v_started int;
begin
  -- Before anything else: whoever sets a queue's first limit is alone with `queues`, so that no claim is under way that has
  -- not seen the limit and whose jobs were not counted.
  perform 1 from queues q where q.id = p_queue;
  select l.* into v_limits from queue_limits l where l.queue_id = p_queue for no key update;

  v_keys := array(select distinct j.concurrency_key from jobs j
                   where j.id = any (p_jobs) and j.queue_id = p_queue and j.concurrency_key is not null order by 1);
  if v_keys <> '{}' then
    insert into concurrency_keys (queue_id, key)
    select p_queue, k.key from unnest(v_keys) as k (key)
     where not exists (select 1 from concurrency_keys c where c.queue_id = p_queue and c.key = k.key)
     order by k.key
        on conflict do nothing;
    -- A key that was removed at this very moment is not locked: its jobs are not claimed this time.
    v_keys := array(select k.key from (
      select c.key from concurrency_keys c where c.queue_id = p_queue and c.key = any (v_keys) order by c.key
         for no key update) k);
    select coalesce(array_agg(t.id), '{}'), coalesce(array_agg(t.places_left), '{}') into v_turns, v_left
      from pg_temp.limit_turns(p_queue, v_keys, p_low_ms, p_high_ms) t;
  end if;

  if v_limits.concurrency is not null then
    v_room := greatest(0, v_limits.concurrency - (
      select count(*) from limit_places p join jobs r on r.id = p.job_id
       where p.queue_id = p_queue and r.state + 0 = 3 and r.lease_epoch + 0 = p.lease_epoch)::int);
  end if;
  -- The moment of these starts: after the locks, so that starts of one queue are in the order of their tokens, and after
  -- the counts, so that whatever left its place had ended before.
  v_now := clock_timestamp();
  if v_limits.rate_starts is not null then
    v_tokens := least(v_limits.rate_burst, v_limits.tokens
      + greatest(0, date_part('epoch', v_now - v_limits.refilled_at)) * 1000 * v_limits.rate_starts / v_limits.rate_period_ms);
    v_room := least(v_room, floor(v_tokens)::int);
  end if;

  return query
    with live as materialized (
      select s.id
        from unnest(p_held, p_epochs) as h (id, epoch)
        join worker_sessions s on s.id = h.id
       where s.state + 0 = 0 and s.epoch + 0 = h.epoch
       order by s.id for share of s
    ), turns as materialized (
      select t.id, t.places_left from unnest(v_turns, v_left) as t (id, places_left)
    ), free as materialized (
      select j.id, j.concurrency_key, w.session_id, w.ord, t.places_left
        from unnest(p_jobs, p_sessions) with ordinality as w (job_id, session_id, ord)
        join live on live.id = w.session_id
        join jobs j on j.id = w.job_id
        left join turns t on t.id = j.id
       where j.queue_id = p_queue and j.state + 0 = 2
         and (j.concurrency_key is null or t.id is not null)
         and not exists (select 1 from queues q where q.id = j.queue_id and q.paused_at is not null)
       order by j.id
         for no key update of j skip locked
    ), placed as (
      select f.id, f.session_id, f.ord from (
        select f.*, row_number() over (partition by f.concurrency_key order by f.ord) as place from free f) f
       where f.concurrency_key is null or f.place <= f.places_left
       order by f.ord
       limit v_room
    ), claimed as (
      update jobs j
         set state = 3, attempt = j.attempt + 1, lease_epoch = j.lease_epoch + 1, session_id = f.session_id,
             assigned_at = v_now, limited = j.concurrency_key is not null or v_limits.queue_id is not null
        from placed f
       where j.id = f.id
      returning j.id, j.session_id, j.lease_epoch, j.attempt, j.max_attempts, j.queue_id, j.graph_id, j.type,
                j.effective_priority, j.execution_timeout_ms, j.start_timeout_ms, j.progress_timeout_ms, j.has_parents,
                j.dependents, j.created_at, j.ready_at,
                j.payload_type, j.payload, j.payload_uri, j.headers, j.concurrency_key, j.limited
    ), recorded as (
      insert into job_executions as e (job_id, lease_epoch, attempt, session_id, assigned_at)
      select c.id, c.lease_epoch, c.attempt, c.session_id, v_now from claimed c
    ), occupied as (
      insert into limit_places as p (queue_id, job_id, lease_epoch, concurrency_key)
      select c.queue_id, c.id, c.lease_epoch, c.concurrency_key from claimed c where c.limited
    )
    select null::int, null::double precision, null::bigint[],
           c.id, c.session_id, c.lease_epoch, c.attempt, c.max_attempts, c.queue_id, c.graph_id, c.type,
           c.effective_priority, c.execution_timeout_ms, c.start_timeout_ms, c.progress_timeout_ms, c.has_parents,
           c.dependents, c.lease_epoch > 1,
           (date_part('epoch', c.created_at) * 1000)::bigint, (date_part('epoch', c.ready_at) * 1000000)::bigint,
           c.payload_type, c.payload, c.payload_uri, c.headers
      from claimed c;
  get diagnostics v_started = row_count;

  if v_limits.rate_starts is not null then
    update queue_limits l set tokens = v_tokens - v_started, refilled_at = v_now where l.queue_id = p_queue;
    if floor(v_tokens - v_started) < 1 then
      wait_ms := (1 - (v_tokens - v_started)) * v_limits.rate_period_ms / v_limits.rate_starts;
    end if;
  end if;
  room := v_room - v_started;
  -- Places whose job runs no longer go when the next one comes.
  if v_limits.queue_id is not null then
    delete from limit_places p
     where p.queue_id = p_queue and not exists (
       select 1 from jobs r where r.id = p.job_id and r.state + 0 = 3 and r.lease_epoch + 0 = p.lease_epoch);
  elsif v_keys <> '{}' then
    delete from limit_places p
     where p.queue_id = p_queue and p.concurrency_key = any (v_keys) and not exists (
       select 1 from jobs r where r.id = p.job_id and r.state + 0 = 3 and r.lease_epoch + 0 = p.lease_epoch);
  end if;
  held := array(select j.id from jobs j
                 where j.id = any (p_jobs) and j.concurrency_key is not null and j.state + 0 = 2
                   and j.id <> all (v_turns));
  id := null;
  return next;
end $$;
