-- scheduled_without_time: scheduled without a time. Each row breaks the rule.
select id from jobs where state = 1 and run_at is null
