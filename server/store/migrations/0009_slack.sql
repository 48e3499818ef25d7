-- How much later than others that became ready with it a job takes its place among those of its priority, in
-- milliseconds; null for none. Of graphs with an order (docs/adr/0014). A column without a default: an instant's
-- exclusive lock, and no row is written.
alter table jobs add column slack_ms integer;
