-- record_deaths: files jobs that died in this transaction as dead letters; the caller holds their row locks.
-- $1 bigint[] jobs.id, dead by now   $2 text[] error type   $3 text[] message   $4 text[] fingerprint
insert into dead_letters as l (job_id, queue_id, graph_id, generation, type, reason, error_type, message, fingerprint,
                               lost_workers, died_at)
select j.id, j.queue_id, j.graph_id, j.generation, j.type, coalesce(j.state_reason, ''), d.error_type, d.message,
       d.fingerprint,
       case when j.losses > 0 then array(
         select worker_id from (
           select w.worker_id, e.lease_epoch
             from job_executions e
             join worker_sessions s on s.id = e.session_id join workers w on w.id = s.worker_pk
            where e.job_id = j.id and e.outcome = 3
            order by e.lease_epoch desc limit j.losses) lost
          order by lost.lease_epoch) end,
       j.finished_at
  from unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) as d (job_id, error_type, message, fingerprint)
  join jobs j on j.id = d.job_id
    on conflict (job_id) do update
   set generation = excluded.generation, reason = excluded.reason, error_type = excluded.error_type,
       message = excluded.message, fingerprint = excluded.fingerprint, lost_workers = excluded.lost_workers,
       died_at = excluded.died_at, discarded_at = null
