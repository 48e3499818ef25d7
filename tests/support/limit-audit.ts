/**
 * Whether limits held, from what Postgres keeps of every execution: an execution occupies its place from its assignment
 * to its end, whatever the end was. Says nothing of limits that were changed on the way.
 */
import pg from "pg";

export interface LimitBreach {
  readonly limit: string;
  readonly jobId: string;
  readonly counted: number;
  readonly bound: number;
}

/** At the start of each execution: how many of its key run with it, itself included, against its own bound. */
const KEYS = `
  select 'key ' || j.concurrency_key as limit, j.id as "jobId", x.counted, x.bound
    from job_executions e join jobs j on j.id = e.job_id and j.concurrency_key is not null
   cross join lateral (
     select count(*)::int as counted, coalesce(j.concurrency_limit, (
              select l.key_concurrency from queue_limits l where l.queue_id = j.queue_id), 1) as bound
       from jobs o join job_executions r on r.job_id = o.id
      where o.queue_id = j.queue_id and o.concurrency_key = j.concurrency_key and r.assigned_at <= e.assigned_at
        and (r.ended_at is null or r.ended_at > e.assigned_at)) x
   where x.counted > x.bound`;

const QUEUES = `
  select 'queue ' || q.name as limit, j.id as "jobId", x.counted, l.concurrency as bound
    from queue_limits l join queues q on q.id = l.queue_id join jobs j on j.queue_id = q.id
    join job_executions e on e.job_id = j.id
   cross join lateral (
     select count(*)::int as counted
       from jobs o join job_executions r on r.job_id = o.id
      where o.queue_id = j.queue_id and r.assigned_at <= e.assigned_at
        and (r.ended_at is null or r.ended_at > e.assigned_at)) x
   where l.concurrency is not null and x.counted > l.concurrency`;

/** In every span of time: no more starts than the burst and what the rate adds in it. */
const RATES = `
  with starts as (
    select q.id as queue_id, q.name, j.id, l.rate_burst, row_number() over w as place,
           row_number() over w - date_part('epoch', e.assigned_at) * 1000 * l.rate_starts / l.rate_period_ms as lead
      from queue_limits l join queues q on q.id = l.queue_id join jobs j on j.queue_id = q.id
      join job_executions e on e.job_id = j.id
     where l.rate_starts is not null
    window w as (partition by q.id order by e.assigned_at, e.job_id)
  ), spans as (
    select s.*, s.lead - min(s.lead) over (partition by s.queue_id order by s.place) + 1 as counted from starts s
  )
  select 'rate ' || name as limit, id as "jobId", ceil(counted)::int as counted, rate_burst as bound
    from spans where counted > rate_burst + 0.01`;

/** @returns up to 10 breaches of each kind */
export async function limitBreaches(url: string): Promise<readonly LimitBreach[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const found: LimitBreach[] = [];
    for (const text of [KEYS, QUEUES, RATES]) {
      found.push(...(await client.query<LimitBreach>(`${text} limit 10`)).rows);
    }
    return found;
  } finally {
    await client.end();
  }
}
