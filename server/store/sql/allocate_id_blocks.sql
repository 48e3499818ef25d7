-- allocate_id_blocks: first ids of blocks of 1000 ids, ascending; and the time.
-- $1 int blocks
select nextval('jobs_id') as first, clock_timestamp() as now from generate_series(1, $1::int)
