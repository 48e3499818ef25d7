-- lock_parents: parents of a submission as they stand; FOR SHARE holds back their completion until the edges to the
-- new jobs are committed (with a weaker lock the new job would wait for ever).
-- $1 bigint[]  jobs.id      locks  jobs ascending FOR SHARE
select j.id, j.state, j.base_priority, j.effective_priority, j.inherit_priority, j.created_at, q.namespace
  from jobs j join queues q on q.id = j.queue_id
 where j.id = any ($1::bigint[])
 order by j.id
   for share of j
