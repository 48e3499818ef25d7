-- tables: live and dead rows of our tables, as the statistics count them.
select relname as name, n_live_tup as live, n_dead_tup as dead
  from pg_stat_user_tables where schemaname = current_schema() order by n_dead_tup desc
