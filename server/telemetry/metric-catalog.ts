/**
 * Every metric that Muster serves: name, type, unit, labels, meaning. metrics.ts creates exactly these, and
 * docs/metrics.md lists exactly these; a test compares all three. No label may be a job id, and a label that
 * clients choose (the queue) is bounded in metrics.ts.
 */

export interface MetricRow {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly unit: string;
  readonly labels: readonly string[];
  readonly help: string;
  /** Histograms only: upper bounds in the metric's unit. */
  readonly buckets?: readonly number[];
}

/** From half a millisecond, where an idle server pushes, to ten seconds, where a lease is in danger. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Waiting may take as long as ageing allows. */
const WAITING_SECONDS = [...SECONDS, 30, 60, 120, 300];
const ITEMS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

export const CATALOG = {
  registrations: {
    name: "muster_registrations_total",
    type: "counter",
    unit: "registrations",
    labels: ["outcome"],
    help: "Hellos answered, by outcome: new, resumed, failed.",
  },
  registrationSeconds: {
    name: "muster_registration_seconds",
    type: "histogram",
    unit: "seconds",
    labels: ["outcome"],
    help: "From Hello to the commit of the registration, or to giving up.",
    buckets: SECONDS,
  },
  foreignKeyViolations: {
    name: "muster_foreign_key_violations_total",
    type: "counter",
    unit: "errors",
    labels: [],
    help: "SQLSTATE 23503 seen. Anything but 0 is a defect: a worker or job was used before its row was committed.",
  },
  transactionRetries: {
    name: "muster_transaction_retries_total",
    type: "counter",
    unit: "retries",
    labels: ["sqlstate_class"],
    help: "Transactions run again after a transient error, by SQLSTATE class (08 connection, 40 rollback, 53 resources).",
  },
  deadlocks: {
    name: "muster_deadlocks_total",
    type: "counter",
    unit: "errors",
    labels: [],
    help: "SQLSTATE 40P01 seen. The lock order makes these impossible; anything but 0 is a defect.",
  },
  jobsSubmitted: {
    name: "muster_jobs_submitted_total",
    type: "counter",
    unit: "jobs",
    labels: [],
    help: "Jobs accepted and committed.",
  },
  submissions: {
    name: "muster_submissions_total",
    type: "counter",
    unit: "requests",
    labels: [],
    help: "Batches and graphs accepted and committed.",
  },
  submissionsRejected: {
    name: "muster_submissions_rejected_total",
    type: "counter",
    unit: "requests",
    labels: ["code"],
    help: "Batches and graphs refused as a whole, by error code.",
  },
  assignments: {
    name: "muster_assignments_total",
    type: "counter",
    unit: "jobs",
    labels: ["queue"],
    help: "Jobs claimed for a session of this replica and committed.",
  },
  pushSeconds: {
    name: "muster_push_seconds",
    type: "histogram",
    unit: "seconds",
    labels: [],
    help: "From a job becoming ready (database clock) to its frame being written (this host's clock).",
    buckets: WAITING_SECONDS,
  },
  results: {
    name: "muster_results_total",
    type: "counter",
    unit: "results",
    labels: ["disposition", "outcome"],
    help: "Results answered: what was decided about them, and what the worker reported.",
  },
  cascadeJobs: {
    name: "muster_cascade_jobs",
    type: "histogram",
    unit: "jobs",
    labels: [],
    help: "Dependents settled by one finishing transaction, where there were any.",
    buckets: ITEMS,
  },
  cascadeSeconds: {
    name: "muster_cascade_seconds",
    type: "histogram",
    unit: "seconds",
    labels: [],
    help: "Length of a finishing transaction that settled dependents.",
    buckets: SECONDS,
  },
  rescues: {
    name: "muster_rescues_total",
    type: "counter",
    unit: "jobs",
    labels: ["reason"],
    help: "Running jobs taken from their session, by reason; cancel_ignored: its worker did not stop in the grace.",
  },
  timeouts: {
    name: "muster_timeouts_total",
    type: "counter",
    unit: "jobs",
    labels: ["timeout"],
    help: "Jobs whose time ran out: start_timeout, execution_timeout, progress_timeout, graph_timeout.",
  },
  flushItems: {
    name: "muster_flush_items",
    type: "histogram",
    unit: "items",
    labels: ["lane"],
    help: "Items written together by one group commit, by lane: submit, claim, finish, heartbeat.",
    buckets: ITEMS,
  },
  flushSeconds: {
    name: "muster_flush_seconds",
    type: "histogram",
    unit: "seconds",
    labels: ["lane"],
    help: "From begin to commit of one group commit, by lane.",
    buckets: SECONDS,
  },
  scheduleFires: {
    name: "muster_schedule_fires_total",
    type: "counter",
    unit: "fires",
    labels: ["outcome"],
    help: "Fire times of schedules decided by this replica: submitted, overlapped, missed, refused.",
  },
  scheduleLateSeconds: {
    name: "muster_schedule_late_seconds",
    type: "histogram",
    unit: "seconds",
    labels: [],
    help: "From a fire time that was submitted to its decision, by the database clock.",
    buckets: WAITING_SECONDS,
  },
  schedulesPassedOver: {
    name: "muster_schedule_passed_over_total",
    type: "counter",
    unit: "fires",
    labels: [],
    help: "Missed fire times of schedules that are not made up for, as their policies say.",
  },
  prunedRows: {
    name: "muster_pruned_rows_total",
    type: "counter",
    unit: "rows",
    labels: ["kind"],
    help: "Rows deleted by this replica because their retention is over: jobs, graphs, executions, sessions, orders, fires, redrives.",
  },
  hintsReturned: {
    name: "muster_hints_returned_total",
    type: "counter",
    unit: "hints",
    labels: [],
    help: "Hints taken that claimed nothing although the job is still ready, given back.",
  },
  hintsStale: {
    name: "muster_hints_stale_total",
    type: "counter",
    unit: "hints",
    labels: [],
    help: "Hints taken whose job was already claimed or over, dropped.",
  },
  heldAtClaim: {
    name: "muster_held_at_claim_total",
    type: "counter",
    unit: "jobs",
    labels: ["limit"],
    help: "Jobs offered to a claim and held back there by a limit: key, queue, rate. Near 0 unless replicas race for a place.",
  },
  limitsRead: {
    name: "muster_limits_read_total",
    type: "counter",
    unit: "statements",
    labels: ["what"],
    help: "Times Postgres was asked what limits allow: turns of keys, room of a queue.",
  },
  redisDrift: {
    name: "muster_redis_drift_total",
    type: "counter",
    unit: "hints",
    labels: [],
    help: "Ready jobs found without a hint and put back by the reconciler.",
  },
  queueDepth: {
    name: "muster_queue_depth",
    type: "gauge",
    unit: "jobs",
    labels: ["queue", "level"],
    help: "Hints waiting, by queue and level: high, medium, low. Read when scraped; absent while Redis is away.",
  },
  sessions: {
    name: "muster_sessions",
    type: "gauge",
    unit: "sessions",
    labels: ["state"],
    help: "Sessions of this replica: active, draining, detached (stream lost, lease alive).",
  },
  creditFree: {
    name: "muster_credit_free",
    type: "gauge",
    unit: "jobs",
    labels: [],
    help: "Jobs that the sessions of this replica could still take.",
  },
  redisUp: {
    name: "muster_redis_up",
    type: "gauge",
    unit: "boolean",
    labels: [],
    help: "1 while the ready queue answers in time, else 0. In embedded mode the in-process queue, always 1.",
  },
  storeUp: {
    name: "muster_store_up",
    type: "gauge",
    unit: "boolean",
    labels: [],
    help: "1 while the database answers, else 0.",
  },
  rpcs: {
    name: "muster_rpcs_total",
    type: "counter",
    unit: "calls",
    labels: ["method", "status"],
    help: "Calls ended, by Service/Method and gRPC status.",
  },
  rpcSeconds: {
    name: "muster_rpc_seconds",
    type: "histogram",
    unit: "seconds",
    labels: ["method"],
    help: "Length of a call. Streams and watches are counted in muster_rpcs_total and left out here; each submission on SubmitEach is counted in both, as JobsService/SubmitEach#submission.",
    buckets: SECONDS,
  },
  framesReceived: {
    name: "muster_frames_received_total",
    type: "counter",
    unit: "frames",
    labels: ["kind"],
    help: "Frames read from worker streams, by kind.",
  },
  framesSent: {
    name: "muster_frames_sent_total",
    type: "counter",
    unit: "frames",
    labels: ["kind"],
    help: "Frames written to worker streams, by kind.",
  },
  slowConsumers: {
    name: "muster_slow_consumers_total",
    type: "counter",
    unit: "streams",
    labels: [],
    help: "Streams ended because the worker did not read in time.",
  },
  noticesDropped: {
    name: "muster_notices_dropped_total",
    type: "counter",
    unit: "notices",
    labels: [],
    help: "Changes that a watcher did not get one by one because newer ones overtook them.",
  },
  loopLagSeconds: {
    name: "muster_event_loop_lag_seconds",
    type: "gauge",
    unit: "seconds",
    labels: ["quantile"],
    help: "How late timers fire, over the time since the last scrape: quantile 0.5, 0.99, 0.999, and 1 for the longest.",
  },
  residentBytes: {
    name: "process_resident_memory_bytes",
    type: "gauge",
    unit: "bytes",
    labels: [],
    help: "Memory of the process.",
  },
  heapBytes: {
    name: "muster_heap_used_bytes",
    type: "gauge",
    unit: "bytes",
    labels: [],
    help: "JavaScript heap in use.",
  },
  cpuSeconds: {
    name: "process_cpu_seconds_total",
    type: "counter",
    unit: "seconds",
    labels: [],
    help: "Processor time of the process, user and system.",
  },
  startTime: {
    name: "process_start_time_seconds",
    type: "gauge",
    unit: "seconds since 1970",
    labels: [],
    help: "When the process started.",
  },
} as const satisfies Record<string, MetricRow>;
