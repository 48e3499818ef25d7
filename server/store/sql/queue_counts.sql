-- queue_counts: every queue of a namespace with its limits, its open jobs by state and level, and the live sessions that subscribe
-- to it. Reads each open job of the namespace once, through jobs_open; terminal jobs cost nothing.
-- $1 text namespace
select q.name, q.paused_at is not null as paused, c.ready_high, c.ready_medium, c.ready_low, c.scheduled, c.blocked,
       c.running, c.oldest_ready_at, coalesce(s.sessions, 0) as workers,
       l.concurrency, l.key_concurrency, l.rate_starts, l.rate_period_ms, l.rate_burst
  from queues q
 cross join lateral (
   select count(*) filter (where j.state = 2 and j.effective_priority >= 4) as ready_high,
          count(*) filter (where j.state = 2 and j.effective_priority between 2 and 3) as ready_medium,
          count(*) filter (where j.state = 2 and j.effective_priority < 2) as ready_low,
          count(*) filter (where j.state = 1) as scheduled,
          count(*) filter (where j.state = 0) as blocked,
          count(*) filter (where j.state = 3) as running,
          min(j.ready_at) filter (where j.state = 2) as oldest_ready_at
     from jobs j
    where j.queue_id = q.id and j.finished_at is null
 ) c
  left join (
    select subscription ->> 'queue' as queue, count(distinct s.id) as sessions
      from worker_sessions s
      join workers w on w.id = s.worker_pk
     cross join lateral jsonb_array_elements(s.subscriptions) as subscription
     where s.ended_at is null and w.namespace = $1
     group by 1
  ) s on s.queue = q.name
  left join queue_limits l on l.queue_id = q.id
 where q.namespace = $1
 order by q.name
