-- redrive_due: how long until the next redrive wants a step, in ms; 0 and less: now; null: there is none.
select (extract(epoch from min(next_at) - clock_timestamp()) * 1000)::float8 as due_in_ms from redrives where ended_at is null
