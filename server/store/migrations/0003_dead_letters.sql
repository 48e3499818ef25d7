-- Dead letters: one row for each job that is dead, written with its death and removed with its retry. Jobs that do not
-- die never touch it, and jobs gets no index for it. Reads jobs once for those that are dead already; locks nothing
-- anyone waits for.
create table dead_letters (
  job_id       bigint primary key,                 -- jobs.id
  queue_id     integer not null,                   -- queues.id
  graph_id     bigint,                             -- graphs.id
  generation   smallint not null,                  -- of the job, when it died
  type         text not null,                      -- of the job
  reason       text not null,                      -- jobs.state_reason, when it died
  error_type   text not null,                      -- of the last error, else the reason
  message      text not null,                      -- up to 500 characters
  fingerprint  text not null,                      -- equal for errors of one kind; empty: died before there were any
  lost_workers text[],                             -- workers lost with it in this generation, in that order
  died_at      timestamptz not null,
  discarded_at timestamptz                         -- taken off the list for good; its history stays
);
create index dead_letters_by_queue on dead_letters (queue_id, job_id);
create index dead_letters_by_fingerprint on dead_letters (fingerprint, job_id);

insert into dead_letters (job_id, queue_id, graph_id, generation, type, reason, error_type, message, fingerprint, died_at)
select id, queue_id, graph_id, generation, type, coalesce(state_reason, ''),
       coalesce(error ->> 'errorType', state_reason, ''), left(coalesce(error ->> 'message', ''), 500), '',
       coalesce(finished_at, created_at)
  from jobs
 where state = 5;
