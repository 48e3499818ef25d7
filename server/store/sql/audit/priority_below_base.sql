-- priority_below_base: effective priority below the base, or the base below the own. Each row breaks the rule.
select id, priority, base_priority, effective_priority from jobs
 where effective_priority < base_priority or base_priority < priority
