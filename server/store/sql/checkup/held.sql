-- held: prepared transactions of this database, and replication slots that nobody uses.
select 'prepared transaction ' || gid || ' since ' || prepared as what
  from pg_prepared_xacts where database = current_database()
union all
select 'replication slot ' || slot_name || ' (' || slot_type || '), not in use'
  from pg_replication_slots where not active
