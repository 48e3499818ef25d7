/**
 * The places between two systems at which a server can be told to die, wait or fail, so that tests reach the gaps
 * that chance rarely hits. Core only names them and holds the one slot; `server/failpoints.ts` fills it when
 * MUSTER_FAILPOINTS asks for it. One slot for the process, because what it does is done to the process. While it is
 * empty, which is always outside of tests, a failpoint is one comparison.
 */

/** Each point with what is true when it is reached. */
export const FAILPOINTS = {
  "submit.committed": "jobs are durable, nobody was told",
  "submit.linked_committed": "jobs under earlier parents are durable, nobody was told",
  "submit.assigned": "jobs were given to sessions in the commit that wrote them, and not pushed",
  "put.due": "jobs are ready in Postgres, their hints are not in the ready queue",
  "take.taken": "hints were taken from the ready queue, their jobs are not claimed",
  "claim.committed": "jobs belong to sessions, and were not pushed",
  "finish.committed": "results and their cascade are committed, not acknowledged",
  "finish.cascaded": "results are acknowledged, the dependents they made ready were not offered",
  "settle.locked": "rows are locked and nothing is written",
  "settle.applied": "a decision is written and not committed",
  "giveback.committed": "jobs were taken back from their session, and not offered to others",
  "register.committed": "a session is committed, its worker was not told",
  "register.resumed": "a session has moved here, its worker was not told",
  "renew.committed": "leases are extended, their workers were not told",
  "drain.committed": "a session takes no more jobs, its worker was not told",
  "session.ended": "a session is over, its jobs are still its own",
  "rescue.expired": "sessions without a heartbeat are over, their jobs are still their own",
  "promote.committed": "scheduled jobs are ready, and were not offered",
  "cancel.committed": "cancels are committed, the workers were not told",
  "orders.carried_out": "workers were told what others decided, the orders are still there",
  "retry.committed": "a new generation is committed, and was not offered",
  "lower.committed": "inherited priorities sank back, the hints did not",
  "reconcile.missing": "hints were found missing, and not put back",
  "refill.page": "a page of a refill was read, and not put",
} as const satisfies Record<string, string>;

export type Failpoint = keyof typeof FAILPOINTS;

/** Code at a point waits for what `reach` returns; a rejection stands for an answer that was lost on its way. */
export const failpoints: { reach: ((point: Failpoint) => Promise<void>) | null } = { reach: null };
