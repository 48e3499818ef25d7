-- dead_letter_mismatch: dead without its dead letter, or a dead letter of another generation or of a job that is not dead
select coalesce(j.id, l.job_id) as job_id, j.state, j.generation, l.generation as letter_generation
  from (select * from jobs where state = 5) j full join dead_letters l on l.job_id = j.id and l.generation = j.generation
 where j.id is null or l.job_id is null
