-- lock_parents_strong: as lock_parents, for parents and ancestors whose priority will be raised in the same transaction;
-- taking the stronger lock at once keeps the ascending order.
-- $1 bigint[]  jobs.id      locks  jobs ascending FOR NO KEY UPDATE
select j.id, j.state, j.base_priority, j.effective_priority, j.inherit_priority, j.created_at, q.namespace
  from jobs j join queues q on q.id = j.queue_id
 where j.id = any ($1::bigint[])
 order by j.id
   for no key update of j
