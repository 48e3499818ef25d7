/**
 * What `muster doctor` may find beside breaches of the audit rules: settings that lose data, a ready queue that
 * differs from Postgres, limits that are near. Each check answers with one finding under its name. The table is the
 * one of docs/runbooks/doctor.md, a test compares the two. Reads nothing itself.
 */
import { AUDIT_NAMES, AUDIT_RULES, type AuditName } from "./audit-rules.js";

/** In order of badness. */
export const SEVERITIES = ["ok", "warn", "fail"] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface Check {
  /** What it looks at, as what is wrong when it finds something. */
  readonly meaning: string;
  readonly worst: Exclude<Severity, "ok">;
  readonly repair: string;
}

const CHECKS = {
  store_reachable: {
    meaning: "Postgres cannot be reached; nothing else could be looked at",
    worst: "fail",
    repair: "bring Postgres back, and see DATABASE_URL",
  },
  schema_version: {
    meaning: "the schema is older than this release, or newer",
    worst: "fail",
    repair: "`muster migrate` of the newest release",
  },
  fsync: {
    meaning: "a crash of the machine may corrupt the whole database",
    worst: "fail",
    repair: "fsync = on in postgresql.conf, then reload; embedded mode: a Postgres of its own (DATABASE_URL)",
  },
  full_page_writes: {
    meaning: "a crash in the middle of a page may corrupt it",
    worst: "fail",
    repair: "full_page_writes = on in postgresql.conf, then reload",
  },
  synchronous_commit: {
    meaning: "a crash may lose what was acknowledged last",
    worst: "fail",
    repair: "synchronous_commit = on for the server, the database and the role",
  },
  autovacuum: {
    meaning: "nothing removes dead rows and refreshes statistics",
    worst: "warn",
    repair: "autovacuum = on in postgresql.conf, then reload",
  },
  connection_budget: {
    meaning: "the pools of the replicas want more connections than Postgres has left",
    worst: "fail",
    repair: "raise max_connections, lower MUSTER_POSTGRES_POOL_MAX, or end what else is connected",
  },
  clock_difference: {
    meaning: "the clock of this server differs from that of Postgres",
    worst: "warn",
    repair: "run a time service on both; leases and retries follow Postgres alone, logs do not",
  },
  dead_rows: {
    meaning: "a hot table holds more dead rows than live ones",
    worst: "warn",
    repair: "look for what holds them back (long_transactions, held_horizon), then `vacuum` the table",
  },
  long_transactions: {
    meaning: "a transaction has been open for long; dead rows pile up behind it",
    worst: "fail",
    repair: "end it: `select pg_terminate_backend(PID)`",
  },
  lock_waits: {
    meaning: "a statement waits for a lock for long",
    worst: "warn",
    repair: "end the transaction that holds it: `select pg_blocking_pids(PID)` names it",
  },
  held_horizon: {
    meaning: "a prepared transaction or an unused replication slot keeps dead rows",
    worst: "warn",
    repair: "`rollback prepared`, or drop the slot",
  },
  transaction_ids: {
    meaning: "transaction ids run out",
    worst: "fail",
    repair: "`vacuum freeze` now; look for what holds autovacuum back",
  },
  indexes: {
    meaning: "an index of the schema is missing or invalid",
    worst: "fail",
    repair: "create it again as in server/store/migrations, or `reindex index concurrently NAME`",
  },
  redis_reachable: {
    meaning: "Redis cannot be reached; jobs are read from Postgres at a bounded rate",
    worst: "warn",
    repair: "bring Redis back, empty or not, and see REDIS_URL",
  },
  redis_eviction: {
    meaning: "Redis may evict hints under memory pressure",
    worst: "fail",
    repair:
      "maxmemory-policy noeviction: `redis-cli config set maxmemory-policy noeviction`, and in redis.conf",
  },
  redis_persistence: {
    meaning: "Redis comes back empty from a restart; everything ready is put again from Postgres",
    worst: "warn",
    repair: "appendonly yes, if a refill of the whole backlog takes too long",
  },
  redis_memory: {
    meaning: "Redis is near its maxmemory; past it hints are refused",
    worst: "fail",
    repair: "raise maxmemory, or give Muster a Redis of its own",
  },
  redis_role: {
    meaning: "Redis is a replica, which takes no writes",
    worst: "fail",
    repair: "REDIS_URL of the primary",
  },
  redis_version: {
    meaning: "Redis is older than 7",
    worst: "fail",
    repair: "Redis 7 or later",
  },
  sentinel: {
    meaning: "Redis lost its data, and no server has put it again yet",
    worst: "warn",
    repair: "a running server sees it within a second; see that one runs",
  },
  hints_missing: {
    meaning: "ready jobs without a hint: they wait for the reconciler",
    worst: "warn",
    repair: "the reconciler puts them back within its interval; see that a server runs and reaches Redis",
  },
  hints_stale: {
    meaning: "hints of jobs that are not ready; harmless, a take drops them",
    worst: "warn",
    repair:
      "nothing: they go when they are taken. Very many of them slow takes down: delete the queue's keys",
  },
  hints_misplaced: {
    meaning: "hints at a lower level than their jobs have",
    worst: "warn",
    repair: "delete the hint; the reconciler puts it at its level",
  },
  hints_foreign: {
    meaning: "entries of the ready queue that no Muster wrote, or keys of another type",
    worst: "warn",
    repair: "find who writes into Redis under MUSTER_REDIS_KEY_PREFIX; a take drops the entries",
  },
  queue_depth: {
    meaning: "the ready queue and Postgres differ in how much is ready",
    worst: "warn",
    repair: "see hints_missing and hints_stale; both go by themselves while a server runs",
  },
  queues_unserved: {
    meaning: "ready jobs in a queue that no connected worker subscribes to",
    worst: "warn",
    repair: "start a worker for the queue; `muster explain ID` says what the connected ones take",
  },
} as const satisfies Record<string, Check>;

export type CheckName = keyof typeof CHECKS;
export type FindingName = CheckName | AuditName;

/** Every finding there is, the checks first, then the audit rules. */
export const FINDINGS: Readonly<Record<FindingName, Check>> = {
  ...CHECKS,
  ...(Object.fromEntries(
    AUDIT_NAMES.map((name) => {
      const { rule, repair } = AUDIT_RULES[name];
      return [name, { meaning: rule, worst: "fail", repair }];
    }),
  ) as Record<AuditName, Check>),
};

export interface Finding {
  readonly name: FindingName;
  readonly severity: Severity;
  /** What was seen, in a line. */
  readonly summary: string;
  /** What repairs it; empty when nothing is wrong. */
  readonly repair: string;
  /** What it stands on, one text each; the first ones. */
  readonly rows: readonly string[];
}

/** @param seen what was found, in a line */
export function finding(
  name: FindingName,
  severity: Severity,
  seen: string,
  rows: readonly string[] = [],
): Finding {
  return { name, severity, summary: seen, repair: severity === "ok" ? "" : FINDINGS[name].repair, rows };
}

export function worstOf(findings: readonly Finding[]): Severity {
  return findings.reduce<Severity>(
    (worst, { severity }) => (SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(worst) ? severity : worst),
    "ok",
  );
}
