-- lock_expired: locks those of these jobs that have expired by themselves. What somebody holds is left out.
-- $1 bigint[] jobs.id        $2, $3, $4 bigint   ms to keep: succeeded, failed, with an idempotency key
-- $5 int[] queues.id         $6 bigint[] ended jobs of that queue up to this id are over its count
-- locks    jobs ascending FOR UPDATE SKIP LOCKED: nobody can make a dependent of them until they are gone
select j.id
  from jobs j
  left join unnest($5::int[], $6::bigint[]) as b (queue_id, job_id) on b.queue_id = j.queue_id
 where j.id = any ($1::bigint[])
   and j.finished_at is not null
   and (j.finished_at <= clock_timestamp() - (case when j.state = 4 then $2 else $3 end)::bigint * interval '1 ms'
        or j.id <= b.job_id)
   and (j.idempotency_key is null or j.created_at <= clock_timestamp() - $4::bigint * interval '1 ms')
 order by j.id
   for update of j skip locked
