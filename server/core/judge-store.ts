/**
 * What the facts about Postgres mean: one finding for each check, in the order of `findings.ts`. Pure. Thresholds are
 * here, each with its reason.
 */
import type { Activity, AuditRows, Migrations, StoreFacts } from "./checkup.js";
import { AUDIT_RULES, type AuditName } from "./audit-rules.js";
import { finding, type Finding } from "./findings.js";
import { durationText, plural } from "./wait-estimate.js";

/** Below it a table is small enough for dead rows not to matter. */
const DEAD_ROWS_MIN = 10_000;
/** A claim takes ms; a minute behind a snapshot is already thousands of dead rows, ten are a leak. */
const TRANSACTION_WARN_MS = 60_000;
const TRANSACTION_FAIL_MS = 600_000;
/** Our own statements give up after 5 s. */
const LOCK_WAIT_MS = 5_000;
/** Autovacuum freezes at 200 million; half of the 2^31 that there are is late. */
const TRANSACTION_IDS_WARN = 1_000_000_000;
const TRANSACTION_IDS_FAIL = 1_800_000_000;
/** Ids carry a creation time in ms, logs and metrics are compared across hosts. */
const CLOCK_WARN_MS = 1_000;
const CONNECTIONS_NEAR = 0.8;

export interface StoreContext {
  /** Postgres in this process: it does not flush, and has one connection. */
  readonly isEmbedded: boolean;
  readonly postgresPoolMax: number;
  /** This server's clock minus that of Postgres. */
  readonly clockDifferenceMs: number;
}

export function judgeStore(facts: StoreFacts, context: StoreContext): Finding[] {
  return [
    ...durability(facts, context),
    connectionBudget(facts, context),
    clockDifference(context),
    deadRows(facts),
    longTransactions(facts),
    lockWaits(facts),
    facts.held.length === 0
      ? finding("held_horizon", "ok", "no prepared transaction, no unused slot")
      : finding("held_horizon", "warn", plural(facts.held.length, "holder"), facts.held),
    transactionIds(facts),
    indexes(facts),
  ];
}

/** @param rows null when the statement did not end in time */
export function judgeAudit(name: AuditName, rows: AuditRows): Finding {
  const { rule } = AUDIT_RULES[name];
  if (rows === null) return finding(name, "warn", `not answered in time: ${rule}`);
  if (rows.length === 0) return finding(name, "ok", `none: ${rule}`);
  return finding(name, "fail", rule, rows);
}

export function schemaVersion({ applied, expected }: Migrations): Finding {
  const missing = expected.filter((name) => !applied.includes(name));
  const unknown = applied.filter((name) => !expected.includes(name));
  if (missing.length > 0) return finding("schema_version", "fail", "migrations are missing", missing);
  if (unknown.length > 0)
    return finding("schema_version", "warn", "the schema is newer than this release", unknown);
  return finding("schema_version", "ok", expected.at(-1) ?? "no migrations");
}

function durability({ settings }: StoreFacts, { isEmbedded }: StoreContext): Finding[] {
  const bad = isEmbedded ? "warn" : "fail";
  const note = isEmbedded ? "; embedded mode does not survive a loss of power" : "";
  const isOn = (name: string): boolean => settings[name] === "on";
  const commit = settings["synchronous_commit"] ?? "unknown";
  const said = (name: string): string => `${name} = ${settings[name] ?? "unknown"}`;
  return [
    finding("fsync", isOn("fsync") ? "ok" : bad, said("fsync") + (isOn("fsync") ? "" : note)),
    finding(
      "full_page_writes",
      isOn("full_page_writes") ? "ok" : bad,
      said("full_page_writes") + (isOn("full_page_writes") ? "" : note),
    ),
    // `local`, `remote_write`, `on` and `remote_apply` all flush here before the answer.
    finding("synchronous_commit", commit === "off" ? bad : "ok", `synchronous_commit = ${commit}`),
    finding("autovacuum", isOn("autovacuum") || isEmbedded ? "ok" : "warn", said("autovacuum")),
  ];
}

function connectionBudget({ connections }: StoreFacts, context: StoreContext): Finding {
  const { max, reserved, used, own, replicas } = connections;
  const seats = max - reserved;
  const wanted = Math.max(1, replicas) * context.postgresPoolMax;
  const others = used - own;
  const summary =
    `${plural(Math.max(1, replicas), "replica")} x ${context.postgresPoolMax} of ${seats} connections, ` +
    `${others} used by others`;
  if (context.isEmbedded) return finding("connection_budget", "ok", "one connection, embedded");
  if (wanted + others > seats) return finding("connection_budget", "fail", summary);
  const near = used > seats * CONNECTIONS_NEAR;
  return finding("connection_budget", near ? "warn" : "ok", `${summary}, ${used} used now`);
}

function clockDifference({ clockDifferenceMs }: StoreContext): Finding {
  const far = Math.abs(clockDifferenceMs) > CLOCK_WARN_MS;
  const way = clockDifferenceMs < 0 ? "behind" : "ahead";
  const amount = durationText(Math.abs(clockDifferenceMs));
  return finding("clock_difference", far ? "warn" : "ok", `this server is ${amount} ${way}`);
}

function deadRows({ tables }: StoreFacts): Finding {
  const bloated = tables.filter(({ live, dead }) => dead > DEAD_ROWS_MIN && dead > live);
  const rows = bloated.map(({ name, live, dead }) => `${name}: ${dead} dead, ${live} live`);
  const most = tables.reduce((sum, { dead }) => sum + dead, 0);
  return bloated.length === 0
    ? finding("dead_rows", "ok", `${most} dead rows in the hot tables`)
    : finding("dead_rows", "warn", `${plural(bloated.length, "table")} with more dead rows than live`, rows);
}

function longTransactions({ transactions }: StoreFacts): Finding {
  const long = transactions.filter(({ ageMs }) => ageMs >= TRANSACTION_WARN_MS);
  const [longest] = long;
  if (longest === undefined)
    return finding("long_transactions", "ok", `none longer than ${durationText(TRANSACTION_WARN_MS)}`);
  const severity = longest.ageMs >= TRANSACTION_FAIL_MS ? "fail" : "warn";
  const summary = `${plural(long.length, "transaction")} open for up to ${durationText(longest.ageMs)}`;
  return finding("long_transactions", severity, summary, long.map(activityText));
}

function lockWaits(facts: StoreFacts): Finding {
  const long = facts.lockWaits.filter(({ ageMs }) => ageMs >= LOCK_WAIT_MS);
  if (long.length === 0) return finding("lock_waits", "ok", `none longer than ${durationText(LOCK_WAIT_MS)}`);
  return finding("lock_waits", "warn", `${plural(long.length, "statement")} waiting`, long.map(activityText));
}

function activityText({ pid, ageMs, what }: Activity): string {
  return `pid ${pid}, ${durationText(ageMs)}: ${what}`;
}

function transactionIds({ transactionIdAge }: StoreFacts): Finding {
  const severity =
    transactionIdAge > TRANSACTION_IDS_FAIL
      ? "fail"
      : transactionIdAge > TRANSACTION_IDS_WARN
        ? "warn"
        : "ok";
  return finding("transaction_ids", severity, `${Math.round(transactionIdAge / 1e6)} of 2147 million used`);
}

function indexes({ invalidIndexes, missingIndexes }: StoreFacts): Finding {
  const rows = [
    ...missingIndexes.map((name) => `${name}: missing`),
    ...invalidIndexes.map((name) => `${name}: invalid`),
  ];
  return rows.length === 0
    ? finding("indexes", "ok", "all there and valid")
    : finding("indexes", "fail", `${rows.length} broken`, rows);
}
