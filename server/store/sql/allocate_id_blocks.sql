-- allocate_id_blocks: first ids of blocks of 1000 ids, ascending.
-- $1 int blocks
select nextval('jobs_id') as first from generate_series(1, $1::int)
