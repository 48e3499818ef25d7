-- record_progress: the last thing running attempts told; a report under an old lease changes nothing. A start sets the
-- deadline of a job with an execution or a progress timeout. A start that is told again (a worker that came back, a
-- report that was lost) counts as a sign of progress, and leaves the first start as it was.
-- $1 bigint[] job_id   $2 int[] lease_epoch   $3 boolean[] started   $4 real[] fraction   $5 text[] note
-- $6 boolean[] whether anything but the start is told   $7 text[] checkpoint_type   $8 bytea[]   $9 text[] uri
-- locks  deadlines ascending
with r as (
  select * from unnest($1::bigint[], $2::int[], $3::boolean[], $4::real[], $5::text[], $6::boolean[], $7::text[],
                       $8::bytea[], $9::text[])
    as r (job_id, lease_epoch, started, fraction, note, told, checkpoint_type, checkpoint, checkpoint_uri)
), current as (
  select r.*, j.execution_timeout_ms, j.progress_timeout_ms, j.stop_by
    from r join jobs j on j.id = r.job_id and j.lease_epoch = r.lease_epoch and j.state = 3
), begun as (
  update job_executions e set started_at = coalesce(e.started_at, clock_timestamp())
    from current c where c.started and e.job_id = c.job_id and e.lease_epoch = c.lease_epoch
), armed as (
  insert into deadlines as d (id, due_at)
  select c.job_id, clock_timestamp() + least(c.execution_timeout_ms, c.progress_timeout_ms) * interval '1 millisecond'
    from current c
   where c.started and c.stop_by is null and coalesce(c.execution_timeout_ms, c.progress_timeout_ms) is not null
   order by c.job_id
  on conflict (id) do update set due_at = least(d.due_at, excluded.due_at)
), alive as (
  insert into job_progress as p (job_id, fraction, note, updated_at)
  select c.job_id, 0, '', clock_timestamp() from current c
   where c.started and not c.told and c.progress_timeout_ms is not null
  on conflict (job_id) do update set updated_at = excluded.updated_at
)
insert into job_progress as p (job_id, fraction, note, checkpoint_type, checkpoint, checkpoint_uri, updated_at)
select job_id, fraction, note, checkpoint_type, checkpoint, checkpoint_uri, clock_timestamp() from current where told
on conflict (job_id) do update
   set fraction = excluded.fraction, note = excluded.note, updated_at = excluded.updated_at,
       checkpoint_type = coalesce(excluded.checkpoint_type, p.checkpoint_type),
       checkpoint = case when excluded.checkpoint_type is null then p.checkpoint else excluded.checkpoint end,
       checkpoint_uri = case when excluded.checkpoint_type is null then p.checkpoint_uri else excluded.checkpoint_uri end
