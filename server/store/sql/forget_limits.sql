-- forget_limits: removes what no claim will clean up: places of jobs that run no longer, and keys without an open job.
-- A claim that wants a key at this moment makes it again, or finds its jobs still ready.
-- $1 int most rows of each      locks  FOR UPDATE SKIP LOCKED
with places as (
  delete from limit_places p
   where (p.queue_id, p.job_id, p.lease_epoch) in (
     select o.queue_id, o.job_id, o.lease_epoch from limit_places o
      where not exists (select 1 from jobs r
                         where r.id = o.job_id and r.state + 0 = 3 and r.lease_epoch + 0 = o.lease_epoch)
      limit $1 for update skip locked)
  returning 1
), keys as (
  delete from concurrency_keys k
   where (k.queue_id, k.key) in (
     select o.queue_id, o.key from concurrency_keys o
      where not exists (select 1 from jobs j
                         where j.queue_id = o.queue_id and j.concurrency_key = o.key and j.finished_at is null)
      limit $1 for update skip locked)
  returning 1
)
select (select count(*) from places)::int as places, (select count(*) from keys)::int as keys
