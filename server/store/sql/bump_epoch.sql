-- bump_epoch: the next epoch of a worker. The row lock orders registrations of one worker.
-- $1 text namespace   $2 text worker_id      locks  the worker FOR NO KEY UPDATE
update workers set epoch = epoch + 1 where namespace = $1 and worker_id = $2 returning id, epoch
