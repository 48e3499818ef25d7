-- open_session: a new session of a worker; returns its id.
-- $1 bigint worker_pk   $2 bigint epoch   $3 text instance_id   $4 text server_id   $5 text worker_name
-- $6 text build_id      $7 text sdk       $8 jsonb labels       $9 jsonb subscriptions   $10 int max_in_flight
insert into worker_sessions (worker_pk, epoch, state, instance_id, server_id, worker_name, build_id, sdk, labels,
                             subscriptions, max_in_flight)
values ($1, $2, 0, $3, $4, $5, $6, $7, $8, $9, $10)
returning id
