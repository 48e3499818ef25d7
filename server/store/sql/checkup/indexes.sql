-- indexes: those of our schema, and whether they can be used.
select c.relname as name, i.indisvalid and i.indisready as is_valid
  from pg_index i
  join pg_class c on c.oid = i.indexrelid
  join pg_namespace n on n.oid = c.relnamespace
 where n.nspname = current_schema()
