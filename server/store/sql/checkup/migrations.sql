-- migrations: the names of those that were applied, in order. Fails with undefined_table on a database without any.
select name from muster_migrations order by name
