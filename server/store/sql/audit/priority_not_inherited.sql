-- priority_not_inherited: a priority that was raised although it is not to be. Each row breaks the rule.
select id from jobs where not inherit_priority and effective_priority <> priority
