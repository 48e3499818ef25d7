-- open_keys: concurrency keys of a queue that have open jobs, ascending; one step of the index a key, however many jobs
-- each has.
-- $1 int queue_id   $2 text after this key, null for the first   $3 int most keys
with recursive step as (
  (select j.concurrency_key as key
     from jobs j
    where j.queue_id = $1 and j.concurrency_key is not null and j.finished_at is null
      and ($2::text is null or j.concurrency_key > $2)
    order by j.concurrency_key limit 1)
  union all
  select (select j.concurrency_key
            from jobs j
           where j.queue_id = $1 and j.concurrency_key > s.key and j.finished_at is null
           order by j.concurrency_key limit 1)
    from step s where s.key is not null
)
select key from step where key is not null limit $3
