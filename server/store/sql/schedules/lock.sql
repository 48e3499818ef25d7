-- lock: one schedule, for a fire that was asked for.
-- $1 bigint  schedules.id      locks  the schedule FOR NO KEY UPDATE, and waits for whoever decides about it
select s.id, s.namespace, s.name, s.work, clock_timestamp() as now
  from schedules s
 where s.id = $1
   for no key update
