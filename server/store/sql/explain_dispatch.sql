-- explain_dispatch: how jobs of one type in one queue are served, and how many ready jobs go before one of them.
-- Reads the live sessions of the namespace and the $5 oldest open jobs of the queue through jobs_open; locks nothing.
-- $1 text    namespace      $2 text  queue      $3 text  type
-- $4 bigint  jobs.id of the ready job whose place is wanted; null for none
-- $5 int     most open jobs to look at
-- $6 bigint  ms ready after which a low job is served as medium    $7 bigint  the same to high
with target as (
  select q.id, q.paused_at, clock_timestamp() - $6::bigint * interval '1 millisecond' as medium_from,
         clock_timestamp() - $7::bigint * interval '1 millisecond' as high_from
    from queues q where q.namespace = $1 and q.name = $2
), seen as materialized (
  select o.id, o.type, o.state, o.session_id, o.effective_priority,
         o.ready_at + coalesce(o.slack_ms, 0) * interval '1 millisecond' as ready_at
    from jobs o
   where o.queue_id = (select id from target) and o.finished_at is null
   order by o.id limit $5
), walk as (
  select count(*) < $5 as is_whole from seen
), running as (
  select session_id, count(*)::int as jobs from seen where state = 3 group by session_id
), subscribed as materialized (
  select s.id, s.state, s.max_in_flight, jsonb_array_length(s.subscriptions) as queues,
         subscription ->> 'queue' as queue, coalesce(subscription -> 'jobTypes', '[]') as job_types,
         coalesce((subscription ->> 'maxInFlight')::int, 0) as own_max
    from worker_sessions s
    join workers w on w.id = s.worker_pk
   cross join lateral jsonb_array_elements(s.subscriptions) as subscription
   where s.ended_at is null and w.namespace = $1
), accepting as materialized (
  select a.id, a.state, a.job_types,
         case when a.own_max > 0 then least(a.max_in_flight, a.own_max) else a.max_in_flight end as slots,
         -- The rows seen are exact for this queue; the heartbeat tells of all queues, but late.
         case when a.queues = 1 and walk.is_whole then coalesce(r.jobs, 0)
              else greatest(coalesce(l.in_flight, 0), coalesce(r.jobs, 0)) end as busy,
         case when a.own_max > 0 then a.own_max - coalesce(r.jobs, 0) end as own_free, a.max_in_flight
    from subscribed a
   cross join walk
    left join session_leases l on l.session_id = a.id
    left join running r on r.session_id = a.id
   where a.queue = $2 and (a.job_types = '[]' or a.job_types ? $3)
), takes as (
  select coalesce(bool_or(a.job_types = '[]'), false) as every_type, coalesce(array_agg(distinct t.name), '{}') as types
    from accepting a
    left join lateral jsonb_array_elements_text(a.job_types) as t (name) on true
   where a.state = 0
), waiting as (
  select o.id, o.type, o.ready_at,
         case when o.effective_priority >= 4 or o.ready_at < target.high_from then 0
              when o.effective_priority >= 2 or o.ready_at < target.medium_from then 1
              else 2 end as level
    from target
   cross join lateral (
     select id, type, ready_at, effective_priority from seen where state = 2 and id <> $4
     union all
     select id, type, ready_at + coalesce(slack_ms, 0) * interval '1 millisecond', effective_priority
       from jobs where id = $4 and state = 2
   ) o
)
select (select id from target) as queue_id, (select paused_at from target) as paused_at,
       (select is_whole from walk) as is_whole,
       count(*) filter (where a.state = 0)::int as online, count(*) filter (where a.state = 1)::int as suspect,
       count(*) filter (where a.state = 2)::int as draining,
       coalesce(sum(a.slots) filter (where a.state = 0), 0)::int as slots,
       coalesce(sum(greatest(0, least(a.max_in_flight - a.busy, a.own_free))) filter (where a.state = 0), 0)::int as free,
       (select count(*)::int
          from waiting me
          join waiting o on (o.level, o.ready_at, o.id) < (me.level, me.ready_at, me.id)
         cross join takes
         where me.id = $4 and (takes.every_type or o.type = any (takes.types))) as ahead,
       coalesce((select json_agg(t) from (
         select queue, job_types as "jobTypes", count(*)::int as sessions from subscribed
          group by 1, 2 order by 3 desc, 1, 2 limit 20) t), '[]') as subscribed
  from accepting a
