-- ended_unstamped: ended without finished_at. Each row breaks the rule.
select id, state from jobs where state > 3 and finished_at is null
