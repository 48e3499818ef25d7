-- How many dependents a job was submitted with. Says only for how many seats a finish asks (docs/adr/0011): dependents
-- that came later are not counted, and nothing depends on the number. A column with a constant default: an instant's
-- exclusive lock, and no row is written.
alter table jobs add column dependents integer not null default 0;
