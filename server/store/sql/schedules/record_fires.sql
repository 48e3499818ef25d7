-- record_fires: writes what came of fire times, each once.
-- $1 bigint[] schedule_id   $2 timestamptz[] fire_at      $3 smallint[] outcome        $4 boolean manual
-- $5 bigint[] graph_id      $6 bigint[] first_job_id      $7 bigint[] last_job_id      $8 int[] passed_over
-- $9 text[] error           $10 timestamptz decided_at
-- returns   the schedules whose fire time was written; the others' had been decided before, and nothing of theirs
--           may be submitted again
insert into schedule_fires (schedule_id, fire_at, outcome, manual, graph_id, first_job_id, last_job_id, passed_over,
                            error, decided_at)
select f.schedule_id, f.fire_at, f.outcome, $4, f.graph_id, f.first_job_id, f.last_job_id, f.passed_over, f.error, $10
  from unnest($1::bigint[], $2::timestamptz[], $3::smallint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::int[],
              $9::text[])
    as f (schedule_id, fire_at, outcome, graph_id, first_job_id, last_job_id, passed_over, error)
on conflict do nothing
returning schedule_id
