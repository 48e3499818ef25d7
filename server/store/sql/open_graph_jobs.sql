-- open_graph_jobs: jobs of a graph that have not ended, the last ones first, so that a parent's end reaches nothing
-- that is not decided already.
-- $1 bigint graphs.id   $2 bigint only ids below this   $3 int most rows
select j.id
  from graphs g join jobs j on j.id between g.first_job_id and g.last_job_id and j.graph_id = g.id
 where g.id = $1 and j.id < $2 and j.state + 0 < 4
 order by j.id desc
 limit $3
