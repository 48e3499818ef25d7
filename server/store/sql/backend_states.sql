-- backend_states: what the backends behind statements without an answer do. One that never got its statement, or whose
-- answer is lost, is idle; one whose connection Postgres has given up is not there.
-- $1 int[] process ids      returns  one row for each that is there; since changes with every statement
select pid, coalesce(state like 'idle%', false) as is_idle, coalesce(state_change::text, '') as since
  from pg_stat_activity
 where pid = any ($1::int[])
