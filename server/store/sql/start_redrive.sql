-- start_redrive: writes a redrive, unless one is open in the namespace; then nothing comes back.
-- $1 text namespace   $2 jsonb filter   $3 int canary   $4 real per second   $5 int total
insert into redrives (namespace, filter, canary, per_second, total)
values ($1, $2, $3, $4, $5)
    on conflict (namespace) where ended_at is null do nothing
returning id
