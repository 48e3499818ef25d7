-- set_queue_limits: writes the limits of a queue; the caller holds `queues` alone when it had none (limit_queue).
-- A bucket starts full; changing the rate keeps what is in it, up to the new burst.
-- $1 int queue_id   $2 int concurrency   $3 int key_concurrency   $4 int rate_starts   $5 bigint rate_period_ms
-- $6 int rate_burst; null for what is not limited       locks  the row
insert into queue_limits as l (queue_id, concurrency, key_concurrency, rate_starts, rate_period_ms, rate_burst, tokens)
values ($1, $2, $3, $4, $5, $6, coalesce($6::int, 0))
on conflict (queue_id) do update
   set concurrency = excluded.concurrency, key_concurrency = excluded.key_concurrency,
       rate_starts = excluded.rate_starts, rate_period_ms = excluded.rate_period_ms, rate_burst = excluded.rate_burst,
       tokens = case when excluded.rate_starts is null then 0
                     when l.rate_starts is null then excluded.rate_burst
                     else least(excluded.rate_burst, l.tokens
                       + greatest(0, date_part('epoch', clock_timestamp() - l.refilled_at)) * 1000
                         * l.rate_starts / l.rate_period_ms) end,
       refilled_at = clock_timestamp(), set_at = clock_timestamp()
