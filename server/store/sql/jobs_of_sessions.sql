-- jobs_of_sessions: running jobs of these sessions. Reads all open jobs, so it is for recovery only.
-- $1 bigint[] session_id
select j.id, j.lease_epoch, j.session_id from jobs j where j.finished_at is null and j.session_id = any ($1::bigint[]) and j.state = 3 order by j.id
