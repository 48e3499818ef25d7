-- lease_epoch_gap: lease epochs with a gap. Each row breaks the rule.
select j.id, j.lease_epoch, x.* from jobs j cross join lateral (
  select count(*) as executions, min(lease_epoch) as first, max(lease_epoch) as last
    from job_executions where job_id = j.id) x
 where j.lease_epoch <> x.executions or x.first <> 1 or x.last <> j.lease_epoch
