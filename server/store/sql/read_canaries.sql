-- read_canaries: how the canaries of a redrive stand; locks nothing, for a job that has ended stays so.
-- $1 bigint[] jobs.id       returns one row each, with nulls for a job that is gone
select c.id, j.created_at, j.state, j.state_reason as reason
  from unnest($1::bigint[]) as c (id) left join jobs j on j.id = c.id
