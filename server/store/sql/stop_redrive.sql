-- stop_redrive: ends an open redrive; one that has ended stays as it is. Waits for a step under way.
-- $1 bigint id   $2 text namespace   $3 text reason
update redrives set state = 4, reason = $3, ended_at = clock_timestamp()
 where id = $1 and namespace = $2 and ended_at is null
