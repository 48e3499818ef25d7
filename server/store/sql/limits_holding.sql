-- limits_holding: what holds a ready job back now: one row a limit; none when nothing does. Locks nothing: for people.
-- $1 bigint jobs.id
-- returns  kind ('key', 'queue', 'rate'), the limit's bound, how many run under it, how many jobs of the same key and type
--          stand before it and the key (key only), when the next token is there and the period (rate only)
with job as materialized (
  select j.* from jobs j where j.id = $1 and j.state = 2
), own as materialized (
  select j.id, j.queue_id, j.concurrency_key,
         (select count(*) from limit_places p join jobs r on r.id = p.job_id
           where p.queue_id = j.queue_id and p.concurrency_key = j.concurrency_key and r.state = 3
             and r.lease_epoch = p.lease_epoch)::int as running,
         coalesce(j.concurrency_limit, (select l.key_concurrency from queue_limits l where l.queue_id = j.queue_id), 1)
           as bound,
         (select count(*) from jobs o
           where o.queue_id = j.queue_id and o.concurrency_key = j.concurrency_key and o.finished_at is null
             and o.state = 2 and o.type = j.type
             and (case when o.effective_priority >= 4 then 0 when o.effective_priority >= 2 then 1 else 2 end, o.id)
               < (case when j.effective_priority >= 4 then 0 when j.effective_priority >= 2 then 1 else 2 end, j.id)
         )::int as ahead
    from job j where j.concurrency_key is not null
), queue as materialized (
  select l.*, least(l.rate_burst, l.tokens + greatest(0, date_part('epoch', clock_timestamp() - l.refilled_at)) * 1000
                                  * l.rate_starts / l.rate_period_ms) as tokens_now,
         (select count(*) from limit_places p join jobs r on r.id = p.job_id
           where p.queue_id = l.queue_id and r.state = 3 and r.lease_epoch = p.lease_epoch)::int as running
    from queue_limits l join job on job.queue_id = l.queue_id
)
select 'key' as kind, bound, running, ahead, null::timestamptz as next_start_at, concurrency_key,
       null::int as period_ms
  from own where ahead >= bound - running
union all
select 'queue', concurrency, running, 0, null, null, null from queue where running >= concurrency
union all
select 'rate', rate_starts, running, 0,
       clock_timestamp() + (1 - tokens_now) * rate_period_ms / rate_starts * interval '1 millisecond',
       null, rate_period_ms
  from queue where tokens_now < 1
