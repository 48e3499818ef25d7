-- lock_redrive: the redrive that is due first and that no other replica is stepping, with the time its rate has saved.
-- locks        one row of redrives FOR UPDATE SKIP LOCKED, before any job
select r.id, r.namespace, r.filter, r.canary, r.per_second, r.state, r.canary_ids, r.after_id, r.is_exhausted, r.created_at,
       (extract(epoch from clock_timestamp() - r.paced_at) * 1000)::float8 as saved_ms
  from redrives r
 where r.ended_at is null and r.next_at <= clock_timestamp()
 order by r.next_at
 limit 1
   for update skip locked
