-- read_parents: parents of a submission as they stand. As lock_parents with their locks: FOR SHARE holds back their
-- completion until the edges to the new jobs are committed (with a weaker lock the new job would wait for ever). As
-- lock_parents_strong for parents and ancestors whose priority will be raised in the same transaction; taking the
-- stronger lock at once keeps the ascending order.
-- $1 bigint[]  jobs.id      locks  none, or jobs ascending FOR SHARE, or FOR NO KEY UPDATE
select j.id, j.state, j.base_priority, j.effective_priority, j.inherit_priority, j.created_at, q.namespace
  from jobs j join queues q on q.id = j.queue_id
 where j.id = any ($1::bigint[])
 order by j.id
-- lock_parents: for share of j
-- lock_parents_strong: for no key update of j
