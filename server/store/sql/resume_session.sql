-- resume_session: the same process is back, perhaps on another replica; it is online again.
-- $1 bigint id   $2 bigint epoch   $3 text instance_id   $4 text server_id   $5 text worker_name   $6 text build_id
-- $7 text sdk    $8 jsonb labels   $9 jsonb subscriptions   $10 int max_in_flight
update worker_sessions
   set epoch = $2, state = 0, instance_id = $3, server_id = $4, worker_name = $5, build_id = $6, sdk = $7, labels = $8,
       subscriptions = $9, max_in_flight = $10
 where id = $1
