-- graph_jobs: the jobs of a graph in id order, which is the topological order of its submission.
-- $1 bigint graphs.id
select j.id, (extract(epoch from j.created_at) * 1000)::bigint as created_ms
  from graphs g join jobs j on j.id between g.first_job_id and g.last_job_id and j.graph_id = g.id
 where g.id = $1
 order by j.id
