-- views/read_jobs: jobs with everything that a JobView shows, from one snapshot.
-- $1 bigint[] jobs.id      $2 boolean  payloads and outputs too      $3 boolean  executions and the last checkpoint too
-- $4 bigint   bytes of payloads and outputs after which no further job is given, in the order of $1
-- plans      kept for the life of a connection: to plan a join of ten tables takes ten times as long as to carry it out
-- version    any write to the job, its running execution or its progress makes another: xmin is the writer's transaction
with wanted as materialized (
  select w.id,
         coalesce(sum(coalesce(octet_length(j.payload), 0) + coalesce(octet_length(j.output), 0)) over before, 0) as bytes_before
    from unnest($1::bigint[]) with ordinality as w (id, place)
    join jobs j on j.id = w.id
  window before as (order by w.place rows between unbounded preceding and 1 preceding)
)
select j.id, j.queue_id, j.graph_id, j.state, j.priority, j.effective_priority, j.priority_source, j.pending_parents,
       j.attempt, j.max_attempts, j.generation, j.losses, j.lease_epoch, j.session_id, j.inherit_priority,
       j.on_parent_failure, j.cancel_requested, j.execution_timeout_ms, j.created_at, j.ready_at, j.run_at, j.assigned_at,
       j.finished_at, j.type, j.key, j.state_reason, j.payload_type, j.payload_uri, j.output_type, j.output_uri, j.error,
       j.backoff, j.labels, j.headers, j.idempotency_key, j.parent_ids, j.concurrency_key, j.concurrency_limit,
       j.start_timeout_ms, j.progress_timeout_ms, j.stop_reason, j.stop_by,
       concat_ws('.', j.xmin, e.xmin, p.xmin) as version,
       j.concurrency_key is not null or q.limited as may_be_held, q.namespace, q.name as queue, g.created_at as graph_created_at, source.created_at as source_created_at, w.worker_id,
       e.started_at, p.fraction, p.note, l.fingerprint, l.discarded_at,
       case when $2::boolean then j.payload end as payload, case when $2::boolean then j.output end as output,
       p.checkpoint_type, case when $3::boolean then p.checkpoint end as checkpoint,
       case when $3::boolean then p.checkpoint_uri end as checkpoint_uri, p.updated_at as progress_at,
       case when $3::boolean then (
         select coalesce(json_agg(x), '[]')
           from (select x.attempt, x.lease_epoch, x.session_id, xw.worker_id, x.assigned_at, x.started_at, x.ended_at,
                        x.outcome, x.error
                   from job_executions x
                   join worker_sessions xs on xs.id = x.session_id
                   join workers xw on xw.id = xs.worker_pk
                  where x.job_id = j.id
                  order by x.lease_epoch) x
       ) end as executions
  from wanted
  join jobs j on j.id = wanted.id
  join queues q on q.id = j.queue_id
  left join graphs g on g.id = j.graph_id
  left join jobs source on source.id = j.priority_source
  left join worker_sessions s on s.id = j.session_id
  left join workers w on w.id = s.worker_pk
  left join job_executions e on e.job_id = j.id and e.lease_epoch = j.lease_epoch
  left join job_progress p on p.job_id = j.id
  left join dead_letters l on l.job_id = j.id
 where not $2::boolean or wanted.bytes_before < $4::bigint
