-- forget_deaths: takes reopened jobs off the dead letters, discarded ones too; the caller holds the jobs' row locks.
-- $1 bigint[] jobs.id
delete from dead_letters where job_id = any ($1::bigint[])
