-- queues: the queues with the most ready jobs, by stored level, and how many live sessions subscribe to each. Reads
-- each open job once, through jobs_open. Jobs with a concurrency key are not counted: they have a hint only while it is
-- their turn.
-- $1 int  most queues
select q.id, q.namespace, q.name, q.paused_at is not null as is_paused, r.high, r.medium, r.low,
       coalesce(s.sessions, 0) as sessions
  from queues q
 cross join lateral (
   select count(*) filter (where j.effective_priority >= 4)::int as high,
          count(*) filter (where j.effective_priority between 2 and 3)::int as medium,
          count(*) filter (where j.effective_priority < 2)::int as low
     from jobs j where j.queue_id = q.id and j.finished_at is null and j.state = 2
      and j.concurrency_key is null
 ) r
  left join (
    select w.namespace, subscription ->> 'queue' as queue, count(distinct s.id)::int as sessions
      from worker_sessions s
      join workers w on w.id = s.worker_pk
     cross join lateral jsonb_array_elements(s.subscriptions) as subscription
     where s.ended_at is null
     group by 1, 2
  ) s on s.namespace = q.namespace and s.queue = q.name
 order by r.high + r.medium + r.low desc, q.id
 limit $1
