-- left_places: which keys and queues these jobs were counted in.
-- $1 bigint[]  jobs.id that have left running      returns  distinct queue and key, which is null for most
select distinct j.queue_id, j.concurrency_key from jobs j where j.id = any ($1::bigint[])
