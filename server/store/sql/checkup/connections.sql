-- connections: how many Postgres has, how many are used and by whom, and how many replicas hold live sessions. One row.
select current_setting('max_connections')::int as max,
       current_setting('superuser_reserved_connections')::int
         + coalesce(nullif(current_setting('reserved_connections', true), '')::int, 0) as reserved,
       (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as used,
       (select count(*)::int from pg_stat_activity
         where backend_type = 'client backend' and usename = current_user and datname = current_database()) as own,
       (select count(distinct server_id)::int from worker_sessions where ended_at is null) as replicas,
       (select age(datfrozenxid) from pg_database where datname = current_database()) as transaction_id_age
