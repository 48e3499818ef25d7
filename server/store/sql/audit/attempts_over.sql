-- attempts_over: more attempts than allowed. Each row breaks the rule.
select id, attempt, max_attempts from jobs where attempt > max_attempts or attempt < 0
