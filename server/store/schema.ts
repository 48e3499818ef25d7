/**
 * The tables as Kysely sees them, for the simple and the variable statements. The migrations are the authority;
 * a test applies them to an empty database and compares its columns with these.
 */
import type { ColumnType, Generated } from "kysely";
import type { StoredWork } from "./schedules/stored-work.js";
import type { DeadLetterFilter } from "../core/dead-letters.js";
import type { BackoffPolicy } from "../core/job.js";

export interface Schema {
  queues: QueuesTable;
  graphs: GraphsTable;
  jobs: JobsTable;
  job_dependencies: { parent_id: number; child_id: number };
  idempotency_keys: { namespace: string; key: string; kind: number; target_id: number; body_hash: Buffer };
  workers: WorkersTable;
  worker_sessions: WorkerSessionsTable;
  session_leases: SessionLeasesTable;
  session_orders: SessionOrdersTable;
  job_executions: JobExecutionsTable;
  job_progress: JobProgressTable;
  schedules: SchedulesTable;
  schedule_fires: ScheduleFiresTable;
  dead_letters: DeadLettersTable;
  redrives: RedrivesTable;
  service_turns: { name: string; holder: string; until: Date };
  queue_limits: QueueLimitsTable;
  concurrency_keys: { queue_id: number; key: string };
  limit_places: LimitPlacesTable;
  deadlines: { id: number; is_graph: Generated<boolean>; due_at: Date };
}

export interface QueuesTable {
  id: Generated<number>;
  namespace: string;
  name: string;
  paused_at: Date | null;
  limited: Generated<boolean>;
  keyed: Generated<boolean>;
  created_at: Generated<Date>;
}

export interface GraphsTable {
  id: number;
  namespace: string;
  name: string;
  job_count: number;
  first_job_id: number;
  last_job_id: number;
  created_at: Date;
  timeout_ms: number | null;
}

export interface JobsTable {
  id: number;
  queue_id: number;
  graph_id: number | null;
  state: number;
  priority: number;
  base_priority: number;
  effective_priority: number;
  priority_source: number | null;
  pending_parents: number;
  attempt: number;
  max_attempts: number;
  generation: number;
  losses: number;
  lease_epoch: number;
  session_id: number | null;
  inherit_priority: boolean;
  on_parent_failure: number;
  cancel_requested: boolean;
  has_parents: boolean;
  dependents: Generated<number>;
  execution_timeout_ms: number | null;
  created_at: Date;
  ready_at: Date | null;
  slack_ms: number | null;
  run_at: Date | null;
  assigned_at: Date | null;
  finished_at: Date | null;
  type: string;
  key: string | null;
  state_reason: string | null;
  payload_type: string | null;
  payload: Buffer | null;
  payload_uri: string | null;
  output_type: string | null;
  output: Buffer | null;
  output_uri: string | null;
  error: StoredError | null;
  /** With the rules for single types of errors. */
  backoff: StoredBackoff | null;
  labels: Record<string, string> | null;
  headers: Record<string, string> | null;
  idempotency_key: string | null;
  parent_ids: number[] | null;
  concurrency_key: string | null;
  concurrency_limit: number | null;
  limited: Generated<boolean>;
  start_timeout_ms: number | null;
  progress_timeout_ms: number | null;
  waiting_since: Date | null;
  stop_reason: string | null;
  stop_by: Date | null;
}

export interface StoredError {
  errorType: string;
  message: string;
  stackTrace: string;
}

export type StoredBackoff = BackoffPolicy;

export interface WorkersTable {
  id: Generated<number>;
  namespace: string;
  worker_id: string;
  epoch: Generated<number>;
  created_at: Generated<Date>;
}

export interface WorkerSessionsTable {
  id: Generated<number>;
  worker_pk: number;
  epoch: number;
  state: number;
  instance_id: string;
  server_id: string;
  worker_name: string;
  build_id: string;
  sdk: string;
  labels: Record<string, string>;
  subscriptions: unknown;
  max_in_flight: number;
  registered_at: Generated<Date>;
  ended_at: Date | null;
  end_reason: string | null;
}

export interface SessionLeasesTable {
  session_id: number;
  expires_at: Date;
  last_heartbeat_at: Date | null;
  in_flight: Generated<number>;
  cpu_fraction: Generated<number>;
  rss_bytes: Generated<number>;
  loop_lag_ms: Generated<number>;
}

export interface SessionOrdersTable {
  id: Generated<number>;
  session_id: number;
  kind: number;
  job_id: number | null;
  lease_epoch: number | null;
  reason: string;
  grace_ms: number;
  created_at: Generated<Date>;
}

export interface JobExecutionsTable {
  job_id: number;
  lease_epoch: number;
  attempt: number;
  session_id: number;
  assigned_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
  outcome: number | null;
  error: StoredError | null;
}

export interface JobProgressTable {
  job_id: number;
  fraction: number;
  note: string;
  checkpoint_type: string | null;
  checkpoint: Buffer | null;
  checkpoint_uri: string | null;
  updated_at: Date;
}

export interface SchedulesTable {
  id: Generated<number>;
  namespace: string;
  name: string;
  cron: string;
  time_zone: string;
  missed_runs: number;
  missed_runs_max: number;
  missed_after_ms: number;
  skip_overlapping: boolean;
  work: ColumnType<StoredWork, string, string>;
  body_hash: Buffer;
  next_fire_at: Date | null;
  paused_at: Date | null;
  created_at: Generated<Date>;
}

export interface ScheduleFiresTable {
  schedule_id: number;
  fire_at: Date;
  outcome: number;
  manual: boolean;
  graph_id: number | null;
  first_job_id: number | null;
  last_job_id: number | null;
  passed_over: number;
  decided_at: Date;
  error: string | null;
}

export interface DeadLettersTable {
  job_id: number;
  queue_id: number;
  graph_id: number | null;
  generation: number;
  type: string;
  reason: string;
  error_type: string;
  message: string;
  fingerprint: string;
  lost_workers: string[] | null;
  died_at: Date;
  discarded_at: Date | null;
}

export interface RedrivesTable {
  id: Generated<number>;
  namespace: string;
  filter: DeadLetterFilter;
  canary: number;
  per_second: number;
  state: Generated<number>;
  reason: Generated<string>;
  total: number;
  retried: Generated<number>;
  revived: Generated<number>;
  refused: Generated<number>;
  canary_ids: Generated<number[]>;
  canaries_succeeded: Generated<number>;
  after_id: Generated<number>;
  is_exhausted: Generated<boolean>;
  created_at: Generated<Date>;
  paced_at: Generated<Date>;
  next_at: Generated<Date>;
  ended_at: Date | null;
}

export interface QueueLimitsTable {
  queue_id: number;
  concurrency: number | null;
  key_concurrency: number | null;
  rate_starts: number | null;
  rate_period_ms: number | null;
  rate_burst: number | null;
  tokens: Generated<number>;
  refilled_at: Generated<Date>;
  set_at: Generated<Date>;
}

export interface LimitPlacesTable {
  queue_id: number;
  job_id: number;
  lease_epoch: number;
  concurrency_key: string | null;
}
