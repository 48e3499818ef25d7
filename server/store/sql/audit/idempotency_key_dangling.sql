-- idempotency_key_dangling: an idempotency key of nothing. Each row breaks the rule.
select k.namespace, k.key from idempotency_keys k
 where not case when k.kind = 0 then exists (select 1 from jobs where id = k.target_id)
                else exists (select 1 from graphs where id = k.target_id) end
