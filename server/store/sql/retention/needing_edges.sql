-- needing_edges: dependents that have not succeeded, of jobs that are locked: open ones wait for them or their results,
-- failed ones may be retried with them. A statement of its own, so that it sees what was committed before the locks.
-- $1 bigint[] jobs.id
select d.parent_id, d.child_id
  from job_dependencies d join jobs c on c.id = d.child_id
 where d.parent_id = any ($1::bigint[]) and c.state <> 4
