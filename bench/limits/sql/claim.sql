-- claim: ready jobs for one session, with an execution for each.
-- $1 bigint[] id, ascending
-- locks the session FOR SHARE, then the jobs in ascending order
with live as materialized (
  select s.id from limit_sessions s where s.id = 1 and s.state + 0 = 0 for share of s
), free as materialized (
  select j.id, live.id as session_id
    from unnest($1::bigint[]) as w (id)
    join limit_jobs j on j.id = w.id
   cross join live
   where j.state + 0 = 2
   order by j.id for no key update of j skip locked
), claimed as (
  update limit_jobs j
     set state = 3, attempt = j.attempt + 1, lease_epoch = j.lease_epoch + 1, session_id = f.session_id,
         assigned_at = clock_timestamp()
    from free f
   where j.id = f.id
  returning j.*
), recorded as (
  insert into limit_executions (job_id, lease_epoch, attempt, session_id, assigned_at)
  select c.id, c.lease_epoch, c.attempt, c.session_id, c.assigned_at from claimed c
)
select c.id, c.lease_epoch, c.attempt, c.type, c.payload_type, c.payload from claimed c
