-- neighbours: the parents and the children of a job. Locks nothing.
-- $1 bigint jobs.id
select coalesce(j.parent_ids, '{}') as parent_ids,
       array(select d.child_id from job_dependencies d where d.parent_id = j.id order by d.child_id) as child_ids
  from jobs j where j.id = $1
