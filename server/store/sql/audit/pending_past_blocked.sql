-- pending_past_blocked: past blocked with parents pending. Each row breaks the rule.
select id, state, pending_parents from jobs where state between 1 and 4 and pending_parents <> 0
