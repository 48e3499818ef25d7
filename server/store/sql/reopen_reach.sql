-- reopen_reach: the edges around jobs that are to be reopened: down to their dependents, on through those that had ended
-- because of a parent, and up from all of these to every parent. Locks nothing.
-- $1 bigint[]  jobs.id
with recursive down as (
  select d.parent_id, d.child_id from job_dependencies d where d.parent_id = any ($1::bigint[])
  union
  select d.parent_id, d.child_id
    from down b
    join jobs j on j.id = b.child_id and j.state + 0 in (5, 6) and j.state_reason in ('parent_failed', 'parent_cancelled')
    join job_dependencies d on d.parent_id = b.child_id
), may_reopen as (
  select unnest($1::bigint[]) as id
  union
  select b.child_id
    from down b
    join jobs j on j.id = b.child_id and j.state + 0 in (5, 6) and j.state_reason in ('parent_failed', 'parent_cancelled')
)
select parent_id, child_id from down
union
select parent.id, j.id from may_reopen m join jobs j on j.id = m.id cross join unnest(j.parent_ids) as parent (id)
