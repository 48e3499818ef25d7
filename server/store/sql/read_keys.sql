-- read_keys: who owns these idempotency keys. A statement after claim_keys, so that it sees who won.
-- $1 text namespace   $2 smallint kind   $3 text[] key
-- Key by key: with a list a plan made while the table was small reads all keys of the namespace.
select k.key, k.target_id, k.body_hash,
       (extract(epoch from coalesce((select j.created_at from jobs j where k.kind = 0 and j.id = k.target_id),
                                    (select g.created_at from graphs g where k.kind = 1 and g.id = k.target_id)))
        * 1000)::bigint as created_ms
  from unnest($3::text[]) as w (key)
 cross join lateral (
   select i.* from idempotency_keys i where i.namespace = $1 and i.kind = $2 and i.key = w.key offset 0
 ) k
