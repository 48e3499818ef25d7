-- The tables of the spine. Runs on an empty database; takes no lock anyone waits for.
--
-- Shape decisions (docs/adr/0003): the mutable columns of jobs are in no index, so that a claim is a HOT update;
-- terminal jobs leave the one index that the recovery scans use; heartbeats live in a table of their own, because
-- assignment locks the session row FOR SHARE and a hot column there would block it. Rows point at sessions by
-- foreign key (the promise: no assignment to an unconfirmed session); edges and executions point at jobs without
-- one, kept true by the submit transaction and checked by the audit queries.

create table queues (
  id         integer generated always as identity primary key,
  namespace  text not null,
  name       text not null,
  paused_at  timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  unique (namespace, name)
);

create table graphs (
  id              bigint primary key,              -- from jobs_id, so that graph and job ids never collide
  namespace       text not null,
  name            text not null,
  job_count       integer not null,
  first_job_id    bigint not null,                 -- its jobs lie in this range of ids (others may too)
  last_job_id     bigint not null,
  created_at      timestamptz not null
);

-- Ids are taken in blocks of 1000: a replica numbers its jobs without asking. A job with earlier parents gets an id
-- from a block taken after its parents were locked, so ids stay in topological order (the lock order).
create sequence jobs_id as bigint increment by 1000;

create table jobs (
  id                   bigint primary key,         -- lock order; a parent's id is always below its child's
  queue_id             integer not null,           -- queues.id
  graph_id             bigint,                     -- graphs.id
  state                smallint not null,          -- 0 blocked 1 scheduled 2 ready 3 running 4 succeeded 5 dead 6 cancelled
  priority             smallint not null,          -- as submitted; never overwritten
  base_priority        smallint not null,          -- raised to the highest parent's base at submission
  effective_priority   smallint not null,          -- raised to the most urgent open dependent's, live
  priority_source      bigint,                     -- the job that effective_priority comes from; null: its own
  pending_parents      integer not null default 0, -- parents not settled yet; moved under the row lock only
  attempt              smallint not null default 0,-- spent or running attempts of this generation
  max_attempts         smallint not null,
  generation           smallint not null default 1,-- +1 at every explicit retry
  losses               smallint not null default 0,-- assignments lost with a worker in this generation
  lease_epoch          integer not null default 0, -- the fencing token: +1 at every assignment, never back
  session_id           bigint,                     -- who runs it, while running
  inherit_priority     boolean not null,
  on_parent_failure    smallint not null,          -- 0 cancel 1 run 2 fail
  cancel_requested     boolean not null default false,
  has_parents          boolean not null,
  execution_timeout_ms integer,
  created_at           timestamptz not null,       -- whole milliseconds: part of the public id
  ready_at             timestamptz,                -- first became ready; kept across retries
  run_at               timestamptz,                -- set only while it must wait for a time
  assigned_at          timestamptz,
  finished_at          timestamptz,
  type                 text not null,
  key                  text,
  state_reason         text,
  payload_type         text,
  payload              bytea,
  payload_uri          text,
  output_type          text,
  output               bytea,
  output_uri           text,
  error                jsonb,                      -- {errorType, message, stackTrace} of the last failed attempt
  backoff              jsonb,                      -- {kind, baseMs, capMs, jitter}; null: the default
  labels               jsonb,
  headers              jsonb,
  idempotency_key      text,
  parent_ids           bigint[]
) with (fillfactor = 50);

-- Recovery, listing and the fallback without Redis read open jobs through this; a claim does not touch it.
create index jobs_open on jobs (queue_id, id) where finished_at is null;
-- run_at is null for all but waiting jobs, so ordinary updates stay HOT.
create index jobs_due on jobs (run_at) where run_at is not null;

create table job_dependencies (
  parent_id bigint not null,
  child_id  bigint not null,
  primary key (parent_id, child_id)
);

create table idempotency_keys (
  namespace  text not null,
  key        text not null,
  kind       smallint not null,                    -- 0 job, 1 graph
  target_id  bigint not null,                      -- jobs.id or graphs.id
  body_hash  bytea not null,                       -- sha256 of what was submitted
  primary key (namespace, kind, key)
);

create table workers (
  id         bigint generated always as identity primary key,
  namespace  text not null,
  worker_id  text not null,
  epoch      bigint not null default 0,            -- +1 at every Hello
  created_at timestamptz not null default clock_timestamp(),
  unique (namespace, worker_id)
);

create table worker_sessions (
  id            bigint generated always as identity primary key,
  worker_pk     bigint not null references workers (id),
  epoch         bigint not null,                   -- workers.epoch at the last Hello of this session
  state         smallint not null,                 -- 0 online 1 suspect 2 draining 3 lost 4 offline
  instance_id   text not null,
  server_id     text not null,                     -- the replica that holds the stream
  worker_name   text not null,
  build_id      text not null,
  sdk           text not null,
  labels        jsonb not null,
  subscriptions jsonb not null,
  max_in_flight integer not null,
  registered_at timestamptz not null default clock_timestamp(),
  ended_at      timestamptz,
  end_reason    text
);
-- One live session a worker: the backstop behind the registration transaction.
create unique index worker_sessions_live on worker_sessions (worker_pk) where ended_at is null;
-- The last session of a worker that has left, for people who look.
create index worker_sessions_by_worker on worker_sessions (worker_pk, id);

create table session_leases (
  session_id        bigint primary key references worker_sessions (id),
  expires_at        timestamptz not null,
  last_heartbeat_at timestamptz,
  in_flight         integer not null default 0,
  cpu_fraction      real not null default 0,
  rss_bytes         bigint not null default 0,
  loop_lag_ms       real not null default 0
) with (fillfactor = 50);

-- What the replica that holds a session must still tell its worker. Written with the decision, read by poll and nudge.
create table session_orders (
  id          bigint generated always as identity primary key,
  session_id  bigint not null references worker_sessions (id),
  kind        smallint not null,                   -- 0 cancel a job, 1 revoke a job, 2 drain the session
  job_id      bigint,
  lease_epoch integer,
  reason      text not null,
  grace_ms    integer not null,
  created_at  timestamptz not null default clock_timestamp()
);
create index session_orders_by_session on session_orders (session_id, id);

create table job_executions (
  job_id      bigint not null,
  lease_epoch integer not null,
  attempt     smallint not null,
  session_id  bigint not null references worker_sessions (id),
  assigned_at timestamptz not null,
  started_at  timestamptz,
  ended_at    timestamptz,
  outcome     smallint,                            -- 0 succeeded 1 failed 2 timed_out 3 lost 4 cancelled 5 released
  error       jsonb,
  primary key (job_id, lease_epoch)
) with (fillfactor = 50);

-- The last thing a running attempt told about itself.
create table job_progress (
  job_id          bigint primary key,
  fraction        real not null,
  note            text not null,
  checkpoint_type text,
  checkpoint      bytea,
  checkpoint_uri  text,
  updated_at      timestamptz not null
);
