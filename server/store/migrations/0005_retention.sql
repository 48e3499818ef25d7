-- What pruning needs: which replica's turn it is, and the way from a graph to its idempotency key. Locks
-- idempotency_keys against writes while the index is built, which takes seconds for a million keys.

create table service_turns (
  name   text primary key,
  holder text not null,                            -- the replica's server id
  until  timestamptz not null                      -- then anybody may take the turn
);

-- Keys of graphs are found by their graph when it is pruned. Submissions of jobs do not touch it.
create index idempotency_keys_graphs on idempotency_keys (target_id) where kind = 1;
