-- dependents_below: the edges along which the end of these jobs can travel: to blocked dependents, and on from those
-- that would end themselves (policy cancel or fail). A dependent with policy run is reached, and stops it.
-- $1 bigint[]  jobs.id that may end dead or cancelled
with recursive below as (
  select d.parent_id, d.child_id from job_dependencies d where d.parent_id = any ($1::bigint[])
  union
  select d.parent_id, d.child_id
    from below b
    join jobs j on j.id = b.child_id and j.state + 0 = 0 and j.on_parent_failure <> 1
    join job_dependencies d on d.parent_id = b.child_id
)
select parent_id, child_id from below
