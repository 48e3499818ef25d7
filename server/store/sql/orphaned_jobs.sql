-- orphaned_jobs: running jobs whose session is over: what a replica that died between two steps left behind.
-- $1 int most rows
select j.id, j.session_id
  from jobs j join worker_sessions s on s.id = j.session_id
 where j.finished_at is null and j.state = 3 and s.ended_at is not null
 order by j.id
 limit $1
