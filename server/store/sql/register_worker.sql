-- register_worker: makes sure the worker row exists.
-- $1 text namespace   $2 text worker_id
insert into workers (namespace, worker_id) values ($1, $2) on conflict (namespace, worker_id) do nothing
