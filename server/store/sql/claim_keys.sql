-- claim_keys: takes idempotency keys that are free; waits for a concurrent submission of the same key.
-- $1 text namespace   $2 smallint kind (0 job, 1 graph)   $3 text[] key   $4 bigint[] target id   $5 bytea[] sha256
insert into idempotency_keys (namespace, kind, key, target_id, body_hash)
select $1, $2, k.key, k.target_id, k.hash
  from unnest($3::text[], $4::bigint[], $5::bytea[]) as k (key, target_id, hash)
on conflict (namespace, kind, key) do nothing
