-- take_turn: gives the turn of a service to a replica, unless another one has it.
-- $1 text name   $2 text holder   $3 bigint ms      returns  a row when it is the holder's turn
insert into service_turns as t (name, holder, until)
values ($1, $2, clock_timestamp() + $3::bigint * interval '1 ms')
on conflict (name) do update set holder = excluded.holder, until = excluded.until
 where t.holder = excluded.holder or t.until <= clock_timestamp()
returning t.holder
