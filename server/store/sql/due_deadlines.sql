-- due_deadlines: jobs and graphs that must be looked at now, the longest overdue first. Locks nothing: the look does.
-- $1 int  most rows
select d.id, d.is_graph from deadlines d where d.due_at <= clock_timestamp() order by d.due_at limit $1
