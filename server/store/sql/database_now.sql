-- database_now: the clock that decides about leases and due times.
select clock_timestamp() as now
