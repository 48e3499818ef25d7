-- Schedules and what came of each of their fire times. New tables only; takes no lock anyone waits for.
--
-- A fire time is decided once: its row in schedule_fires is written in the transaction that inserts its jobs, and its
-- primary key refuses a second one. Rows of schedules are few, so the index on the mutable next_fire_at costs nothing.

create table schedules (
  id                bigint generated always as identity primary key,
  namespace         text not null,
  name              text not null,
  cron              text not null,
  time_zone         text not null,
  missed_runs       smallint not null,             -- 0 skip 1 run_once 2 run_all
  missed_runs_max   integer not null,
  missed_after_ms   integer not null,
  skip_overlapping  boolean not null,
  work              jsonb not null,                -- {jobs, graph}: the template, payloads as base64
  body_hash         bytea not null,                -- sha256 of rule and work, for a create that is repeated
  next_fire_at      timestamptz,                   -- moved forward with each decision; null: no time is left
  paused_at         timestamptz,
  created_at        timestamptz not null default clock_timestamp(),
  unique (namespace, name)
);
create index schedules_due on schedules (next_fire_at) where paused_at is null and next_fire_at is not null;

create table schedule_fires (
  schedule_id   bigint not null,                   -- schedules.id; rows outlive it until they are pruned
  fire_at       timestamptz not null,
  outcome       smallint not null,                 -- 0 submitted 1 overlapped 2 missed 3 refused
  manual        boolean not null,
  graph_id      bigint,                            -- graphs.id
  first_job_id  bigint,                            -- its jobs lie in this range of ids (others may too)
  last_job_id   bigint,
  passed_over   integer not null,
  decided_at    timestamptz not null,              -- whole milliseconds: the creation of its jobs
  error         text,
  primary key (schedule_id, fire_at)
);
