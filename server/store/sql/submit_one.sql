-- submit_one: submit of a single job without key, graph or dependencies, which is what comes while little comes. Without
-- lists to unfold it takes three quarters of the time. submit_one_taken gives the job to a session that waits for it,
-- under the rules of submit.
--
-- $1  bigint id            $2  int queue_id          $3  smallint state
-- $4  smallint priority    $5  smallint base         $6  smallint effective
-- $7  smallint max_attempts                          $8  boolean inherits        $9  smallint on_parent_failure
-- $10 text type            $11 text payload_type     $12 bytea payload, null for none
-- $13 jsonb                what few jobs have, as in submit
-- $14 timestamptz          created_at, whole milliseconds
-- $15 bigint ready_us      microseconds since 1970, null unless ready
--                          submit_one_taken besides:
-- $16 bigint               the session that takes the job       $17 bigint  the epoch it is held under
-- returns                  id: the job, if it was given to its session, under lease epoch 1
-- locks                    the session FOR SHARE
-- submit_one_taken: with live as materialized (
-- submit_one_taken:   select s.id from worker_sessions s
-- submit_one_taken:    where s.id = $16 and s.state + 0 = 0 and s.epoch + 0 = $17 for share of s
-- submit_one_taken: ), taker as materialized (
-- submit_one_taken:   select (select live.id from live
-- submit_one_taken:            where ($13::jsonb ? 'concurrencyKey') is not true
-- submit_one_taken:              and (select q.paused_at is null and not q.limited from queues q where q.id = $2)) as id
-- submit_one_taken: ), written as (
insert into jobs (
  id, queue_id, state, priority, base_priority, effective_priority, max_attempts, inherit_priority, on_parent_failure,
  has_parents, execution_timeout_ms, created_at, ready_at, run_at, type, key, payload_type, payload, payload_uri, backoff,
  labels, headers, start_timeout_ms, progress_timeout_ms, concurrency_key, concurrency_limit
-- submit_one_taken: , attempt, lease_epoch, session_id, assigned_at
)
select $1::bigint, $2::int,
-- submit_one_taken: case when taker.id is not null then 3 else
       $3::smallint
-- submit_one_taken: end
       , $4::smallint, $5::smallint, $6::smallint, $7::smallint, $8::boolean, $9::smallint, false,
       ($13::jsonb ->> 'timeoutMs')::int, $14::timestamptz,
       to_timestamp($15::bigint / 1000000) + ($15::bigint % 1000000) * interval '1 microsecond',
       to_timestamp(($13::jsonb ->> 'runAtMs')::bigint / 1000.0), $10::text, $13::jsonb ->> 'key', $11::text, $12::bytea,
       $13::jsonb ->> 'payloadUri', $13::jsonb -> 'backoff', $13::jsonb -> 'labels', $13::jsonb -> 'headers',
       ($13::jsonb ->> 'startTimeoutMs')::int, ($13::jsonb ->> 'progressTimeoutMs')::int,
       $13::jsonb ->> 'concurrencyKey', ($13::jsonb ->> 'concurrencyLimit')::int
-- submit_one_taken: , (taker.id is not null)::int, (taker.id is not null)::int, taker.id,
-- submit_one_taken:        case when taker.id is not null then clock_timestamp() end
-- submit_one_taken:   from taker
-- submit_one_taken: returning id, session_id, assigned_at
-- submit_one_taken: ), recorded as (
-- submit_one_taken:   insert into job_executions (job_id, lease_epoch, attempt, session_id, assigned_at)
-- submit_one_taken:   select w.id, 1, 1, w.session_id, w.assigned_at from written w where w.session_id is not null
-- submit_one_taken: )
-- submit_one_taken: select w.id, null::int as lost from written w where w.session_id is not null
