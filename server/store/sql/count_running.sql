-- count_running: gives a place to every job of the queue that runs, when its first limit is set: they count too. Reads the
-- queue's open jobs once.
-- $1 int queue_id
insert into limit_places (queue_id, job_id, lease_epoch, concurrency_key)
select j.queue_id, j.id, j.lease_epoch, j.concurrency_key
  from jobs j where j.queue_id = $1 and j.finished_at is null and j.state = 3
on conflict do nothing
