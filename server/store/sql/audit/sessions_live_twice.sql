-- sessions_live_twice: more than one live session of a worker. Each row breaks the rule.
select worker_pk, count(*) from worker_sessions where ended_at is null group by 1 having count(*) > 1
