-- settings: Postgres settings as they hold for this session, by name.
-- $1 text[]  names
select name, setting from pg_settings where name = any ($1::text[])
