-- running_session_ended: running on a session that has ended. Each row breaks the rule.
-- $1 bigint  ms after which the loss of a session must have been noticed
select j.id, s.id as session_id, s.ended_at, s.end_reason from jobs j
  join worker_sessions s on s.id = j.session_id
 where j.state = 3 and s.ended_at < clock_timestamp() - $1::bigint * interval '1 millisecond'
