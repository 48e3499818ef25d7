-- stale_raises: ended jobs that an open job above them still owes its raised priority to. Reads all open jobs.
-- $1 int most rows
select distinct d.id
  from jobs j join jobs d on d.id = j.priority_source
 where j.finished_at is null and j.effective_priority > j.base_priority and d.finished_at is not null
 limit $1
