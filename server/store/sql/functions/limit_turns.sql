-- limit_turns: which ready jobs of these keys may start now: as many of each type as the key has places left, in
-- order: level of the effective priority (moved up with waiting, as in the ready queue), then order of submission.
-- A job with a small bound of its own holds back all that come after it in its key, so larger bounds never overtake it.
-- Types are counted apart, so that a job whose type nobody takes holds up only its own; how many places all of them
-- have together is for claim_limited to count. Looks at the 1,000 oldest ready jobs of each level of a key.
-- A function of the session (pg_temp), so every server version brings its own.
--
-- p_queue   int       queues.id             p_keys  text[]  distinct concurrency keys
-- p_low_ms, p_high_ms bigint                waiting times after which a low job counts as medium, and any as high
-- returns   the jobs, with the places that their key had left in front of all of them
-- locks     nothing: what it says holds while the caller has the keys locked, and is advice otherwise
create or replace function pg_temp.limit_turns(p_queue int, p_keys text[], p_low_ms bigint, p_high_ms bigint)
returns table (id bigint, key text, places_left int) language sql volatile as $$
  with keys as materialized (
    select k.key,
           (select count(*) from limit_places p join jobs r on r.id = p.job_id
             where p.queue_id = p_queue and p.concurrency_key = k.key
               and r.state + 0 = 3 and r.lease_epoch + 0 = p.lease_epoch)::int as running,
           coalesce((select l.key_concurrency from queue_limits l where l.queue_id = p_queue), 1) as bound
      from unnest(p_keys) as k (key)
  ), waiting as (
    select k.key, k.running, w.id, w.type, coalesce(w.concurrency_limit, k.bound) as bound,
           case when w.waited_ms > p_high_ms then 0
                when w.effective_priority >= 4 then 0
                when w.effective_priority >= 2 or w.waited_ms > p_low_ms then 1
                else 2 end as level
      from keys k
     cross join (values (0), (1), (2)) as l (level)
     cross join lateral (
       select j.id, j.type, j.concurrency_limit, j.effective_priority,
              date_part('epoch', clock_timestamp() - j.ready_at) * 1000 as waited_ms
         from jobs j
        where j.queue_id = p_queue and j.concurrency_key = k.key
          and (case when j.base_priority >= 4 then 0 when j.base_priority >= 2 then 1 else 2 end) = l.level
          and j.finished_at is null and j.state + 0 = 2
        order by j.id
        limit 1000
     ) w
  ), ranked as (
    select w.id, w.key, w.running,
           min(w.bound) over (partition by w.key order by w.level, w.id) as bound,
           row_number() over (partition by w.key, w.type order by w.level, w.id) as place
      from waiting w
  )
  select r.id, r.key, r.bound - r.running from ranked r where r.place <= r.bound - r.running
$$;
