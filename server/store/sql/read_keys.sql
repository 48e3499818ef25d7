-- read_keys: who owns these idempotency keys. A statement after claim_keys, so that it sees who won.
-- $1 text namespace   $2 smallint kind   $3 text[] key
select k.key, k.target_id, k.body_hash,
       (extract(epoch from coalesce(j.created_at, g.created_at)) * 1000)::bigint as created_ms
  from idempotency_keys k
  left join jobs j on k.kind = 0 and j.id = k.target_id
  left join graphs g on k.kind = 1 and g.id = k.target_id
 where k.namespace = $1 and k.kind = $2 and k.key = any ($3::text[])
