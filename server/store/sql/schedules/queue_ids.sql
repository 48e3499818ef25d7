-- queue_ids: the numbers of queues that exist.
-- $1 text[] namespace   $2 text[] name
select q.id, q.namespace, q.name
  from unnest($1::text[], $2::text[]) as w (namespace, name)
  join queues q on q.namespace = w.namespace and q.name = w.name
