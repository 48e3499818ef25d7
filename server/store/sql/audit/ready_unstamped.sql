-- ready_unstamped: ready and never stamped ready. Each row breaks the rule.
select id from jobs where state in (2, 3) and ready_at is null
