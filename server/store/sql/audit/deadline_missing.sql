-- deadline_missing: a job whose timeout, or whose grace to stop, nobody will look at. Each row breaks the rule.
select j.id, j.state, j.stop_by, j.start_timeout_ms, j.execution_timeout_ms, j.progress_timeout_ms from jobs j
  left join job_executions e on e.job_id = j.id and e.lease_epoch = j.lease_epoch and j.state = 3
 where j.finished_at is null
   and (j.state = 3 and j.stop_by is not null
        or j.state = 3 and e.started_at is not null
           and coalesce(j.execution_timeout_ms, j.progress_timeout_ms) is not null
        or (j.state = 2 or j.state = 3 and e.started_at is null) and j.start_timeout_ms is not null
           and coalesce(j.waiting_since, j.ready_at) is not null)
   and not exists (select from deadlines d where d.id = j.id and not d.is_graph)
