-- key_without_place: a job with a concurrency key that runs and is not counted. Each row breaks the rule.
select j.id, j.concurrency_key, j.lease_epoch
  from jobs j
 where j.state = 3 and j.concurrency_key is not null
   and not exists (select 1 from limit_places p
                    where p.queue_id = j.queue_id and p.job_id = j.id and p.lease_epoch = j.lease_epoch)
