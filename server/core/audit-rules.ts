/**
 * The rules that hold for every database of Muster whatever happened, each with what to do about a breach. Each has
 * a statement of its name in `store/sql/audit/`, which returns the rows that break it. `muster doctor` and the tests
 * run them all; docs/runbooks/doctor.md lists them. Reads nothing itself.
 */

export interface AuditRule {
  /** What a row says when it is returned. */
  readonly rule: string;
  readonly repair: string;
}

/** A cancel ends the job; the retry counts its parents anew. */
const COUNT_ANEW = "`muster cancel ID`, then `muster retry ID`: a retry counts the parents anew";
/** Nothing in the product writes such a row. */
const BY_HAND =
  "keep the rows shown and report them; then correct them by hand from a backup, with the servers stopped";
const RESCUED = "the servers repair this within a second: see that one runs and reaches Postgres";
const REOPEN = "`muster cancel ID`, then `muster retry ID`: the retry opens a new generation";

export const AUDIT_RULES = {
  blocked_parents_settled: { rule: "blocked although every parent is settled", repair: COUNT_ANEW },
  blocked_parent_failed: {
    rule: "blocked behind a parent that has failed",
    repair: "`muster retry PARENT`, or `muster cancel ID` to let the job go",
  },
  pending_parents_drift: {
    rule: "pending_parents differs from the parents that are not settled",
    repair: COUNT_ANEW,
  },
  pending_past_blocked: { rule: "past blocked with parents pending", repair: COUNT_ANEW },
  ran_before_parent: {
    rule: "ran before a parent was settled",
    repair: "what it made may be wrong: `muster retry ID` if it did not succeed, else submit it again",
  },
  edge_dangling: { rule: "an edge that points at no job", repair: BY_HAND },
  edge_order: { rule: "an edge against the lock order", repair: BY_HAND },
  has_parents_drift: { rule: "has_parents disagrees with the edges", repair: BY_HAND },
  executions_open_twice: { rule: "more than one open execution", repair: BY_HAND },
  running_execution_mismatch: { rule: "running and its open execution disagree", repair: REOPEN },
  session_on_idle_job: { rule: "a session named by a job that does not run", repair: BY_HAND },
  session_overfull: {
    rule: "more open executions than the session takes",
    repair: "`muster drain WORKER`; it comes back with its own number of slots",
  },
  running_lease_expired: { rule: "running under a lease that ran out", repair: RESCUED },
  lease_missing: {
    rule: "a live session without a lease",
    repair: "restart the worker: it registers a new session, and its jobs go on",
  },
  deadline_missing: {
    rule: "a timeout, or a time to stop, that nobody will look at",
    repair: REOPEN,
  },
  running_session_ended: { rule: "running on a session that has ended", repair: RESCUED },
  assigned_outside_session: {
    rule: "assigned before its session was registered, or after it had ended",
    repair: "look for a clock of Postgres that was set back; the result is fenced all the same",
  },
  execution_without_job: { rule: "an execution that points at no job", repair: BY_HAND },
  execution_without_session: { rule: "an execution that points at no session", repair: BY_HAND },
  lease_epoch_gap: { rule: "lease epochs with a gap", repair: BY_HAND },
  sessions_live_twice: {
    rule: "more than one live session of a worker",
    repair: "create the index worker_sessions_live again, then restart the worker",
  },
  session_end_mismatch: {
    rule: "a session that is over without an end, or ended without being over",
    repair: BY_HAND,
  },
  ended_unstamped: { rule: "ended without finished_at", repair: BY_HAND },
  open_stamped: { rule: "open with finished_at", repair: BY_HAND },
  execution_end_mismatch: {
    rule: "an execution with an end and no outcome, or the reverse",
    repair: BY_HAND,
  },
  succeeded_mismatch: {
    rule: "succeeded without one succeeded execution, its last, or the reverse",
    repair: BY_HAND,
  },
  attempts_over: {
    rule: "more attempts than allowed",
    repair: "nothing runs once more for it; look at its executions with `muster job ID`",
  },
  ready_unstamped: { rule: "ready and never stamped ready", repair: REOPEN },
  scheduled_without_time: { rule: "scheduled without a time", repair: REOPEN },
  ran_before_ready: {
    rule: "ran before it was ready",
    repair: "look for a clock of Postgres or of a server that was set; the job itself is whole",
  },
  priority_below_base: {
    rule: "effective priority below the base, or the base below the own",
    repair: REOPEN,
  },
  priority_source_mismatch: {
    rule: "a raised priority that says not where from, or the reverse",
    repair: BY_HAND,
  },
  priority_not_inherited: {
    rule: "a priority that was raised although it is not to be",
    repair: BY_HAND,
  },
  priority_not_raised: {
    rule: "a waiting job that is not as urgent as its most urgent dependent",
    repair: "the reconciler repairs this within two minutes: see that a server runs",
  },
  dead_letter_mismatch: {
    rule: "dead without its dead letter, or the reverse",
    repair:
      "`muster retry ID` for a job that is missing on the list; a server of an older version let it die",
  },
  key_without_place: {
    rule: "a job with a concurrency key that runs and is not counted",
    repair:
      "a server of an older version gave it out: end that one; the count is right when the job has ended",
  },
  graph_incomplete: { rule: "a graph that is not whole", repair: BY_HAND },
  idempotency_key_dangling: {
    rule: "an idempotency key of nothing",
    repair: "delete the row of idempotency_keys, or submissions with this key are refused",
  },
} as const satisfies Record<string, AuditRule>;

export type AuditName = keyof typeof AUDIT_RULES;

export const AUDIT_NAMES = Object.keys(AUDIT_RULES) as readonly AuditName[];
