-- open_stamped: open with finished_at. Each row breaks the rule.
select id, state, finished_at from jobs where state < 4 and finished_at is not null
