-- schema: tables in the shape of Muster's own, for measuring what Postgres can do with such statements at best.
-- What only few jobs have is left out; what every job writes is there, with the same indexes and the same free space.
create table limit_sessions (
  id    bigint primary key,
  state smallint not null,
  epoch bigint not null
);
insert into limit_sessions (id, state, epoch) values (1, 0, 1);

create table limit_jobs (
  id                 bigint primary key,
  queue_id           integer not null,
  state              smallint not null,
  priority           smallint not null,
  effective_priority smallint not null,
  pending_parents    integer not null,
  attempt            smallint not null default 0,
  max_attempts       smallint not null,
  lease_epoch        integer not null default 0,
  session_id         bigint,
  created_at         timestamptz not null,
  ready_at           timestamptz,
  assigned_at        timestamptz,
  finished_at        timestamptz,
  type               text not null,
  payload_type       text,
  payload            bytea
) with (fillfactor = 60);
create index limit_jobs_open on limit_jobs (queue_id, id) where finished_at is null;

create table limit_executions (
  job_id      bigint not null,
  lease_epoch integer not null,
  attempt     smallint not null,
  session_id  bigint not null references limit_sessions (id),
  assigned_at timestamptz not null,
  ended_at    timestamptz,
  outcome     smallint,
  primary key (job_id, lease_epoch)
) with (fillfactor = 60);
