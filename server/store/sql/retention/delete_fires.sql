-- delete_fires: what came of fire times, long ago, or of schedules that are gone. Hops from schedule to schedule along
-- the primary key. A fire time that is still ahead (a trigger may name one) stays.
-- $1 bigint ms since the decision   $2 int rows      returns  how many
with recursive owner as (
  (select f.schedule_id from schedule_fires f order by f.schedule_id limit 1)
  union all
  select (select f.schedule_id from schedule_fires f where f.schedule_id > o.schedule_id
           order by f.schedule_id limit 1)
    from owner o where o.schedule_id is not null
), old as (
  select f.schedule_id, f.fire_at
    from owner o
   cross join lateral (
     select f.schedule_id, f.fire_at from schedule_fires f
      where f.schedule_id = o.schedule_id
        and (not exists (select 1 from schedules s where s.id = o.schedule_id)
             or (f.fire_at <= clock_timestamp() - $1::bigint * interval '1 ms'
                 and f.decided_at <= clock_timestamp() - $1::bigint * interval '1 ms'))
      order by f.fire_at limit $2
   ) f
   limit $2
), gone as (
  delete from schedule_fires f using old where f.schedule_id = old.schedule_id and f.fire_at = old.fire_at returning 1
)
select count(*) as fires from gone
