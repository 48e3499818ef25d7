-- walk: a page of jobs with what the pruner wants to know of each. Reads without locks; what it says is asked again
-- under them.
-- $1 bigint after this id    $2 int rows
-- $3, $4, $5 bigint          ms to keep: succeeded, failed (null for ever), with an idempotency key
-- $6 int[] queues.id         $7 bigint[] ended jobs of that queue up to this id are over its count
select j.id, j.queue_id, j.graph_id, j.finished_at is not null as ended,
       (extract(epoch from clock_timestamp() - j.created_at) * 1000)::bigint as age_ms,
       coalesce(j.finished_at is not null
         and (j.finished_at <= clock_timestamp() - (case when j.state = 4 then $3 else $4 end)::bigint * interval '1 ms'
              or j.id <= b.job_id)
         and (j.idempotency_key is null or j.created_at <= clock_timestamp() - $5::bigint * interval '1 ms'),
         false) as expired
  from jobs j
  left join unnest($6::int[], $7::bigint[]) as b (queue_id, job_id) on b.queue_id = j.queue_id
 where j.id > $1
 order by j.id
 limit $2
