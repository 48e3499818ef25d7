-- due: schedules whose time has come, the longest overdue first, with whether work of an earlier fire time is open.
-- Looks at the last 20 fires: more open runs of one schedule than that already overlap.
-- $1 int   most rows      locks  schedules FOR NO KEY UPDATE SKIP LOCKED
with due as materialized (
  select s.* from schedules s
   where s.paused_at is null and s.next_fire_at is not null and s.next_fire_at <= clock_timestamp()
   order by s.next_fire_at limit $1 for no key update of s skip locked
)
select due.id, due.namespace, due.name, due.cron, due.time_zone, due.missed_runs, due.missed_runs_max,
       due.missed_after_ms, due.skip_overlapping, due.work, due.next_fire_at,
       due.skip_overlapping and exists (
         select 1
           from (select f.first_job_id, f.last_job_id, f.graph_id from schedule_fires f
                  where f.schedule_id = due.id order by f.fire_at desc limit 20) f
           join jobs j on j.id between f.first_job_id and f.last_job_id and j.finished_at is null
            and j.graph_id is not distinct from f.graph_id
       ) as has_open_work,
       clock_timestamp() as now
  from due
 order by due.id
