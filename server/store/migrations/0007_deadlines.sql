-- Deadlines: when the server must look at a job or a graph because a timeout may be over by then, and what the timeouts
-- are. Adding nullable columns takes an instant's exclusive lock on jobs and graphs and rewrites nothing; the backfill
-- reads the open jobs once.
--
-- A row of `deadlines` says only "look no later than this": the look decides under the job's lock from the columns
-- that the clocks stand in, and moves the row or removes it. Jobs without timeouts have no row, so looking costs one
-- probe of an empty index when nobody uses them. No foreign keys: a row whose job is gone is removed by its look.

alter table jobs
  add column start_timeout_ms    integer,      -- ready and not started for so long: dead, reason start_timeout
  add column progress_timeout_ms integer,      -- started and no progress reported for so long: the attempt failed
  add column waiting_since       timestamptz,  -- last became ready, for jobs with a start timeout; null: see ready_at
  add column stop_reason         text,         -- why the server asked the running attempt to stop; null: it has not
  add column stop_by             timestamptz;  -- when the asked attempt is taken from its worker

alter table graphs add column timeout_ms integer; -- from created_at until every job has ended

create table deadlines (
  id       bigint primary key,                 -- jobs.id or graphs.id, which never collide
  is_graph boolean not null default false,
  due_at   timestamptz not null
);
create index deadlines_due on deadlines (due_at);

-- Attempts that run under the previous release have their clock in its memory alone.
insert into deadlines (id, due_at)
select j.id, clock_timestamp() + j.execution_timeout_ms * interval '1 millisecond'
  from jobs j
 where j.finished_at is null and j.state = 3 and j.execution_timeout_ms is not null
 order by j.id;
