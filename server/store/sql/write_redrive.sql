-- write_redrive: what a step did; the caller holds the row's lock.
-- $1 bigint id        $2 smallint state     $3 text reason        $4 int retried, $5 revived, $6 refused: each added
-- $7 bigint[] canary_ids                    $8 int canaries_succeeded
-- $9 bigint after_id  $10 boolean is_exhausted
-- $11 float8 ms that the rate has left over; null keeps it        $12 float8 ms until the next step
update redrives
   set state = $2::smallint, reason = $3, retried = retried + $4, revived = revived + $5, refused = refused + $6, canary_ids = $7,
       canaries_succeeded = $8, after_id = $9, is_exhausted = $10,
       paced_at = case when $11::float8 is null then paced_at else clock_timestamp() - $11 * interval '1 millisecond' end,
       next_at = clock_timestamp() + $12::float8 * interval '1 millisecond',
       ended_at = case when $2::smallint > 1 then clock_timestamp() end
 where id = $1
