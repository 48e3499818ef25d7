-- expect_none: fails with MU001 unless nothing was taken: of a submission whose keys were taken in part by others the
-- rest must not stay taken for jobs that are not written. A function of the session (pg_temp), so every server version
-- brings its own.
--
-- p_taken numeric   keys that this statement took for a submission that lost others of its keys
create or replace function pg_temp.expect_none(p_taken numeric) returns numeric language plpgsql as $$
begin
  if p_taken > 0 then
    raise exception using errcode = 'MU001', message = 'of a submission only some keys are free';
  end if;
  return p_taken;
end $$
