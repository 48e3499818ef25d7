-- old_sessions: sessions that ended long ago and are not their worker's last, with whether an execution names them.
-- One scan of the executions for the whole page, since they have no index by session.
-- $1 bigint ms since the end   $2 bigint after this id   $3 int rows
with old as materialized (
  select s.id from worker_sessions s
   where s.id > $2 and s.ended_at <= clock_timestamp() - $1::bigint * interval '1 ms'
     and exists (select 1 from worker_sessions n where n.worker_pk = s.worker_pk and n.id > s.id)
   order by s.id limit $3
), named as materialized (
  select distinct e.session_id from job_executions e where e.session_id = any (array(select id from old))
)
select old.id, named.session_id is not null as is_named from old left join named on named.session_id = old.id
 order by old.id
