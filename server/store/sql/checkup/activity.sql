-- activity: open transactions of this database and statements that wait for a lock, the longest first. Of a statement
-- only the first word is told, since its text may hold values.
with others as (
  select a.pid, a.xact_start, w.waitstart,
         concat_ws(' ', a.usename, nullif(a.application_name, ''), a.state, upper(substring(a.query from '\w+'))) as what
    from pg_stat_activity a
    left join lateral (select min(l.waitstart) as waitstart from pg_locks l where l.pid = a.pid and not l.granted) w on true
   where a.datname = current_database() and a.pid <> pg_backend_pid() and a.backend_type = 'client backend'
)
(select 'transaction' as kind, pid, (date_part('epoch', clock_timestamp() - xact_start) * 1000)::bigint as age_ms, what
   from others where xact_start is not null order by xact_start limit 20)
union all
(select 'lock', pid, (date_part('epoch', clock_timestamp() - waitstart) * 1000)::bigint, what
   from others where waitstart is not null order by waitstart limit 20)
