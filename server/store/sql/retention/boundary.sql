-- boundary: the id up to which the oldest ended jobs of a queue lie.
-- $1 int queues.id   $2 int how many
select j.id from jobs j
 where j.queue_id + 0 = $1 and j.finished_at is not null
 order by j.id offset $2 - 1 limit 1
