-- graph_incomplete: a graph that is not whole. Each row breaks the rule.
select g.id, g.job_count, x.jobs from graphs g cross join lateral (
  select count(*)::int as jobs from jobs j
   where j.graph_id = g.id and j.id between g.first_job_id and g.last_job_id) x
 where g.job_count <> x.jobs
