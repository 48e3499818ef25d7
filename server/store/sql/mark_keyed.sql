-- mark_keyed: says of queues that they have had a job with a concurrency key; before or with the first of them.
-- $1 int[] queues.id
update queues set keyed = true where id = any ($1::int[]) and not keyed
