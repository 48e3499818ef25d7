-- register_session: the registration transaction in one round trip: worker row, epoch + 1, session row, lease.
-- A function of the session (pg_temp), so every server version brings its own.
--
-- p_namespace, p_worker_id   the worker          p_instance_id  its process
-- p_resume     bigint        the session to go on with, null for a new one
-- p_lease_ms   bigint        lease, counted from the database's clock
-- the rest                   columns of worker_sessions
-- returns      one row: the session, its epoch, whether it goes on, the session that this one ended, and the replica
--              that held the live session before
--              session_id is null when p_resume is not the live session of this process any more; nothing is written then
-- locks        the worker FOR NO KEY UPDATE, which orders registrations of one worker; then its live session, which
--              waits for assignments under way
create or replace function pg_temp.register_session(
  p_namespace text, p_worker_id text, p_instance_id text, p_resume bigint, p_lease_ms bigint, p_server_id text,
  p_worker_name text, p_build_id text, p_sdk text, p_labels jsonb, p_subscriptions jsonb, p_max_in_flight int
) returns table (session_id bigint, epoch bigint, resumed boolean, replaced_id bigint, former_server_id text)
language plpgsql as $$
declare
  v_worker bigint;
  v_live worker_sessions%rowtype;
begin
  select w.id, w.epoch into v_worker, epoch
    from workers w where w.namespace = p_namespace and w.worker_id = p_worker_id for no key update;
  if v_worker is null and p_resume is null then
    insert into workers (namespace, worker_id) values (p_namespace, p_worker_id) on conflict do nothing;
    select w.id, w.epoch into v_worker, epoch
      from workers w where w.namespace = p_namespace and w.worker_id = p_worker_id for no key update;
  end if;
  select s.* into v_live from worker_sessions s where s.worker_pk = v_worker and s.ended_at is null for no key update;
  former_server_id := v_live.server_id;
  resumed := v_live.id is not null and v_live.id = p_resume and v_live.instance_id = p_instance_id;
  if p_resume is not null and not resumed then
    return next;
    return;
  end if;
  epoch := epoch + 1;
  update workers w set epoch = register_session.epoch where w.id = v_worker;

  if resumed then
    session_id := v_live.id;
    update worker_sessions s
       set epoch = register_session.epoch, state = 0, server_id = p_server_id, worker_name = p_worker_name,
           build_id = p_build_id, sdk = p_sdk, labels = p_labels, subscriptions = p_subscriptions,
           max_in_flight = p_max_in_flight
     where s.id = v_live.id;
  else
    if v_live.id is not null then
      replaced_id := v_live.id;
      update worker_sessions s set state = 4, ended_at = clock_timestamp(), end_reason = 'replaced' where s.id = v_live.id;
    end if;
    insert into worker_sessions as s (worker_pk, epoch, state, instance_id, server_id, worker_name, build_id, sdk, labels,
                                      subscriptions, max_in_flight)
    values (v_worker, register_session.epoch, 0, p_instance_id, p_server_id, p_worker_name, p_build_id, p_sdk, p_labels,
            p_subscriptions, p_max_in_flight)
    returning s.id into session_id;
  end if;

  insert into session_leases as l (session_id, expires_at, last_heartbeat_at)
  values (register_session.session_id, clock_timestamp() + p_lease_ms * interval '1 millisecond', clock_timestamp())
  on conflict on constraint session_leases_pkey
  do update set expires_at = excluded.expires_at, last_heartbeat_at = excluded.last_heartbeat_at;
  return next;
end $$;
