-- views/created_at: when jobs were made, which their public ids need; those that are gone are left out.
-- $1 bigint[] jobs.id
select j.id, j.created_at
  from unnest($1::bigint[]) as wanted (id)
  join jobs j on j.id = wanted.id
