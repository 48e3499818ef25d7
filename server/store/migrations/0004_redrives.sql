-- Canary redrives of dead letters. A redrive is a row, so it survives every process; whoever steps it holds the row's
-- lock, so it moves on one replica at a time. A new table: takes no lock anyone waits for.
create table redrives (
  id                  bigint generated always as identity primary key,
  namespace           text not null,
  filter              jsonb not null,              -- as it was asked for, with public ids
  canary              integer not null,
  per_second          real not null,
  state               smallint not null default 0, -- 0 canary 1 rest 2 done 3 failed 4 stopped
  reason              text not null default '',    -- which canary failed, or why it was stopped
  total               integer not null,            -- dead letters that matched at its start
  retried             integer not null default 0,
  revived             integer not null default 0,  -- dependents that wait again
  refused             integer not null default 0,
  canary_ids          bigint[] not null default '{}',
  canaries_succeeded  integer not null default 0,
  after_id            bigint not null default 0,   -- every dead letter up to this job has been taken
  is_exhausted        boolean not null default false,
  created_at          timestamptz not null default clock_timestamp(), -- what died later is not meant
  paced_at            timestamptz not null default clock_timestamp(), -- until when the rate has been used up
  next_at             timestamptz not null default clock_timestamp(), -- when to step it again
  ended_at            timestamptz
);
create unique index redrives_open on redrives (namespace) where ended_at is null;
