-- insert: ready jobs, all payloads in one block.
-- $1 bigint[] id    $2 int[] offset of the payload in $4, from 1    $3 int[] its length    $4 bytea
insert into limit_jobs (id, queue_id, state, priority, effective_priority, pending_parents, max_attempts, created_at,
                        ready_at, type, payload_type, payload)
select j.id, 1, 2, 3, 3, 0, 3, clock_timestamp(), clock_timestamp(), 'bench', 'application/json',
       substr($4::bytea, j.off, j.len)
  from unnest($1::bigint[], $2::int[], $3::int[]) as j (id, off, len)
