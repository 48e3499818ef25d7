-- resolve_queues: makes sure the queues exist. The caller reads them in a statement of its own (a concurrent insert
-- is not seen by this one).
-- $1 text[] namespace   $2 text[] name
insert into queues (namespace, name) select * from unnest($1::text[], $2::text[]) on conflict (namespace, name) do nothing
