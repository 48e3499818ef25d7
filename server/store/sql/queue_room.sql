-- queue_room: how many jobs of a queue may start now, as advice: the claim counts again under the lock.
-- $1 int queue_id
-- returns  no row when the queue has no limits; `room` (null: not bounded), `wait_ms` until the next token when the rate
--          is what holds, else null
select case when l.concurrency is null and l.rate_starts is null then null
            else least(case when l.concurrency is not null then greatest(0, l.concurrency - c.running) end,
                       floor(t.tokens)) end::int as room,
       case when t.tokens < 1 then (1 - t.tokens) * l.rate_period_ms / l.rate_starts end as wait_ms
  from queue_limits l
 cross join lateral (
   select least(l.rate_burst, l.tokens + greatest(0, date_part('epoch', clock_timestamp() - l.refilled_at)) * 1000
                              * l.rate_starts / l.rate_period_ms) as tokens
 ) t
 cross join lateral (
   select case when l.concurrency is null then 0
               else (select count(*) from limit_places p join jobs r on r.id = p.job_id
                      where p.queue_id = l.queue_id and r.state + 0 = 3 and r.lease_epoch + 0 = p.lease_epoch) end::int
          as running
 ) c
 where l.queue_id = $1
