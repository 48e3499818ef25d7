-- write_orders: what the replica that holds a session must tell its worker; written with the decision.
-- $1 bigint[] session_id  $2 smallint[] kind  $3 bigint[] job_id  $4 int[] lease_epoch  $5 text[] reason  $6 int[] grace_ms
insert into session_orders (session_id, kind, job_id, lease_epoch, reason, grace_ms)
select * from unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::int[], $5::text[], $6::int[])
