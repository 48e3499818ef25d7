-- register_sessions: the registration transaction of workers that come together, in one round trip: worker rows, epoch
-- + 1, session rows, leases. A function of the session (pg_temp), so every server version brings its own.
--
-- p_namespaces, p_workers text[]  the workers, each once   p_instances text[]  the process of each
-- p_resumes    bigint[]  the session to go on with, null for a new one
-- p_rest       jsonb[]   {serverId, leaseTtlMs, workerName, buildId, sdk, labels, subscriptions, maxInFlight}; the lease
--              counts from the database's clock
-- returns      one row for each that is registered: `place` from 1, its session and epoch, whether the session goes on,
--              the session that it ended, and the replica that held the live session before.
--              No row where the session to go on with is not the live one of this process any more; nothing is
--              written for it then
-- locks        new workers ascending by name; then all of them ascending by id FOR NO KEY UPDATE, which orders the
--              registrations of one worker; then their live sessions ascending, which waits for assignments under way.
--              Whoever waits for a new worker's name holds nothing but names below it
create or replace function pg_temp.register_sessions(
  p_namespaces text[], p_workers text[], p_instances text[], p_resumes bigint[], p_rest jsonb[]
) returns table (place int, session_id bigint, epoch bigint, resumed boolean, replaced_id bigint, former_server_id text)
language plpgsql as $$
declare
  v_workers bigint[];
  v_live bigint[];
  v_former text[];
  v_goes_on boolean[];
begin
  insert into workers (namespace, worker_id)
  select h.namespace, h.worker_id
    from unnest(p_namespaces, p_workers, p_resumes) as h (namespace, worker_id, resume)
   where h.resume is null
     and (select w.id from workers w where w.namespace = h.namespace and w.worker_id = h.worker_id) is null
   order by h.namespace, h.worker_id
  on conflict do nothing;

  v_workers := array(
    select (select w.id from workers w where w.namespace = h.namespace and w.worker_id = h.worker_id)
      from unnest(p_namespaces, p_workers) with ordinality as h (namespace, worker_id, place)
     order by h.place);
  perform 1 from workers w where w.id = any (v_workers) order by w.id for no key update;
  perform 1 from worker_sessions s
    where s.worker_pk = any (v_workers) and s.ended_at is null order by s.id for no key update;

  select array_agg(s.id order by h.place), array_agg(s.server_id order by h.place),
         array_agg(s.id is not null and s.id = h.resume and s.instance_id = h.instance_id order by h.place)
    into v_live, v_former, v_goes_on
    from unnest(v_workers, p_instances, p_resumes) with ordinality as h (worker_pk, instance_id, resume, place)
    left join worker_sessions s on s.worker_pk = any (array[h.worker_pk]) and s.ended_at is null;

  -- A statement of its own: there is one live session of a worker at any moment.
  update worker_sessions s
     set state = 4, ended_at = clock_timestamp(), end_reason = 'replaced'
    from unnest(v_live, p_resumes) as h (live_id, resume)
   where h.resume is null and s.id = any (array[h.live_id]);

  return query
    with accepted as (
      update workers w
         set epoch = w.epoch + 1
        from unnest(v_workers, v_live, p_instances, p_resumes, p_rest) with ordinality
          as h (worker_pk, live_id, instance_id, resume, rest, place)
       where w.id = any (array[h.worker_pk]) and (h.resume is null or v_goes_on[h.place])
      returning h.place, w.id as worker_pk, w.epoch, h.live_id, h.instance_id, h.resume, h.rest,
                case when h.resume is null then nextval('worker_sessions_id_seq') else h.live_id end as session_id
    ), continued as (
      update worker_sessions s
         set epoch = a.epoch, state = 0, server_id = a.rest ->> 'serverId', worker_name = a.rest ->> 'workerName',
             build_id = a.rest ->> 'buildId', sdk = a.rest ->> 'sdk', labels = a.rest -> 'labels',
             subscriptions = a.rest -> 'subscriptions', max_in_flight = (a.rest ->> 'maxInFlight')::int
        from accepted a
       where a.resume is not null and s.id = any (array[a.session_id])
    ), opened as (
      insert into worker_sessions (id, worker_pk, epoch, state, instance_id, server_id, worker_name, build_id, sdk,
                                   labels, subscriptions, max_in_flight) overriding system value
      select a.session_id, a.worker_pk, a.epoch, 0, a.instance_id, a.rest ->> 'serverId',
             a.rest ->> 'workerName', a.rest ->> 'buildId', a.rest ->> 'sdk', a.rest -> 'labels', a.rest -> 'subscriptions',
             (a.rest ->> 'maxInFlight')::int
        from accepted a
       where a.resume is null
    ), leased as (
      insert into session_leases as l (session_id, expires_at, last_heartbeat_at)
      select a.session_id, clock_timestamp() + (a.rest ->> 'leaseTtlMs')::bigint * interval '1 millisecond',
             clock_timestamp()
        from accepted a
      on conflict on constraint session_leases_pkey
      do update set expires_at = excluded.expires_at, last_heartbeat_at = excluded.last_heartbeat_at
    )
    select a.place::int, a.session_id, a.epoch, a.resume is not null,
           case when a.resume is null then a.live_id end, v_former[a.place]
      from accepted a;
end $$;
