-- Limits of queues and keys (docs/adr/0008). Expands only. Adding columns with constant defaults changes no row and takes
-- ACCESS EXCLUSIVE for a moment; the index reads `jobs` once under SHARE, which holds back writes meanwhile.
--
-- Nothing counts in a column that several writers move: a place is a row of limit_places, and it counts while its job
-- runs under that lease epoch. So whatever ends the job frees the place in the same commit, and nothing can leak.

-- Both are read by every claim in the lookup that reads paused_at.
alter table queues add column limited boolean not null default false; -- has a row in queue_limits
alter table queues add column keyed boolean not null default false;   -- had a job with a concurrency key; never cleared

alter table jobs add column concurrency_key text;
alter table jobs add column concurrency_limit integer;                -- its own bound for its key; null: the queue's, else 1
alter table jobs add column limited boolean not null default false;   -- its last start was counted against a limit

-- Open jobs with a key, by level of their base and then in order of submission. None of these columns changes while a
-- job lives, save finished_at, which is in jobs_open already: claims stay HOT.
create index jobs_by_key
    on jobs (queue_id, concurrency_key, (case when base_priority >= 4 then 0 when base_priority >= 2 then 1 else 2 end), id)
 where concurrency_key is not null and finished_at is null;

create table queue_limits (
  queue_id        integer primary key references queues (id),
  concurrency     integer,                         -- jobs of the queue that run at once
  key_concurrency integer,                         -- jobs of one key that run at once, unless a job brings its own bound
  rate_starts     integer,                         -- starts per rate_period_ms; all three or none
  rate_period_ms  bigint,
  rate_burst      integer,                         -- most tokens that gather while nothing starts
  tokens          double precision not null default 0, -- as of refilled_at; moved by claims under the row's lock
  refilled_at     timestamptz not null default clock_timestamp(),
  set_at          timestamptz not null default clock_timestamp()
) with (fillfactor = 50);

-- What a claim of a key locks. Made at its first claim, removed when the key has no open job any more.
create table concurrency_keys (
  queue_id integer not null,
  key      text not null,
  primary key (queue_id, key)
);

create table limit_places (
  queue_id        integer not null,
  job_id          bigint not null,
  lease_epoch     integer not null,
  concurrency_key text,
  primary key (queue_id, job_id, lease_epoch)
);
create index limit_places_by_key on limit_places (queue_id, concurrency_key) where concurrency_key is not null;
