-- delete_redrives: redrives that ended long ago. One that is open stays, whatever its age.
-- $1 bigint ms since the end   $2 int rows      returns  how many
with old as (
  select r.id from redrives r
   where r.ended_at <= clock_timestamp() - $1::bigint * interval '1 ms'
   order by r.id limit $2 for update skip locked
), gone as (
  delete from redrives r using old where r.id = old.id returning 1
)
select count(*) as redrives from gone
