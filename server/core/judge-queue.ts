/**
 * What the facts about Redis mean, and how the ready queue compares with Postgres: one finding for each check. Pure.
 * Redis holds hints only, so nothing here is a loss of jobs; what is worst here is work that waits.
 */
import type { CheckedQueue, PeekedHints, RedisFacts } from "./checkup.js";
import { finding, type Finding } from "./findings.js";
import { queueKeyText, type ReadyDepth, type ReadyHint } from "./ports.js";
import { LEVELS, levelOf } from "./priority.js";
import type { ChangedJob } from "./settlement.js";
import { plural } from "./wait-estimate.js";

const MEMORY_NEAR = 0.8;
const MEMORY_FULL = 0.95;
const VERSION_MIN = 7;
/** Jobs on their way between the two are no difference: so many, or this share. */
const DEPTH_SLACK = 100;
const DEPTH_SLACK_SHARE = 0.1;
const ROWS_MAX = 10;

export function judgeRedis(facts: RedisFacts): Finding[] {
  const { version, role, evictionPolicy, isAppendOnly, hasSnapshots, memory } = facts;
  const share = memory.maxBytes === 0 ? 0 : memory.usedBytes / memory.maxBytes;
  const full = share >= MEMORY_FULL ? "fail" : share >= MEMORY_NEAR ? "warn" : "ok";
  const mib = Math.round(memory.usedBytes / 1_048_576);
  const kept = isAppendOnly ? "append-only file" : hasSnapshots ? "snapshots" : "nothing kept on disk";
  return [
    finding(
      "redis_eviction",
      evictionPolicy === "noeviction" ? "ok" : "fail",
      `maxmemory-policy ${evictionPolicy}`,
    ),
    finding("redis_persistence", isAppendOnly || hasSnapshots ? "ok" : "warn", kept),
    finding(
      "redis_memory",
      full,
      memory.maxBytes === 0
        ? `${mib} MiB, no maxmemory`
        : `${mib} MiB, ${Math.round(share * 100)} % of maxmemory`,
    ),
    finding("redis_role", role === "master" ? "ok" : "fail", `role ${role}`),
    finding("redis_version", Number.parseInt(version, 10) >= VERSION_MIN ? "ok" : "fail", `Redis ${version}`),
    sentinel(facts),
  ];
}

/** The value begins with the run id of the Redis that held the data when it was written. */
function sentinel({ sentinel: value, runId }: RedisFacts): Finding {
  if (value === null) return finding("sentinel", "warn", "there is none: the data is new or was lost");
  if (!value.startsWith(runId)) return finding("sentinel", "warn", "it is of an earlier life of Redis");
  return finding("sentinel", "ok", "of this life of Redis");
}

/** What was seen of one queue, in Postgres and in the ready queue. */
export interface ComparedQueue {
  readonly queue: CheckedQueue;
  readonly depth: ReadyDepth;
  /** Ready jobs without a hint. */
  readonly missing: readonly ReadyHint[];
  /** How many ready jobs were looked at. */
  readonly looked: number;
  /** Null where the hints cannot be read. */
  readonly peeked: PeekedHints | null;
  /** Of the jobs of the hints that were read, those that are ready. */
  readonly ready: ReadonlyMap<number, ChangedJob>;
}

/** Tells what shows in both looks: what is on its way looks like a difference in one of them. */
export function judgeHints(before: readonly ComparedQueue[], after: readonly ComparedQueue[]): Finding[] {
  const looked = after.reduce((sum, each) => sum + each.looked, 0);
  const read = after.reduce((sum, each) => sum + hintsOf(each).length, 0);
  const judged = (
    name: Finding["name"],
    among: string,
    rowsOf: (each: ComparedQueue) => readonly string[],
  ): Finding => {
    const first = new Set(before.flatMap(rowsOf));
    const rows = after.flatMap(rowsOf).filter((row) => first.has(row));
    return rows.length === 0
      ? finding(name, "ok", `none among ${among}`)
      : finding(name, "warn", `${rows.length} among ${among}`, rows.slice(0, ROWS_MAX));
  };
  return [
    judged("hints_missing", plural(looked, "ready job"), (each) =>
      each.missing.map((hint) => rowOf(each, `job ${hint.jobId}, ${hint.type}`)),
    ),
    judged("hints_stale", plural(read, "hint"), (each) =>
      hintsOf(each)
        .filter((hint) => !each.ready.has(hint.jobId))
        .map((hint) => rowOf(each, `job ${hint.jobId}, ${hint.type}, at ${hint.level}`)),
    ),
    judged("hints_misplaced", plural(read, "hint"), (each) =>
      hintsOf(each).flatMap((hint) => misplacedRow(each, hint)),
    ),
    judged("hints_foreign", plural(read, "hint"), (each) =>
      (each.peeked?.foreign ?? []).map((entry) => rowOf(each, entry)),
    ),
    queueDepth(after),
  ];
}

/** Ready jobs that nobody could be given, while nobody paused their queue. */
export function judgeService(queues: readonly CheckedQueue[]): Finding {
  const unserved = queues.filter((each) => each.sessions === 0 && !each.isPaused && total(each.ready) > 0);
  const rows = unserved.map((each) => `${queueKeyText(each.key)}: ${total(each.ready)} ready, no worker`);
  return rows.length === 0
    ? finding("queues_unserved", "ok", `${plural(queues.length, "queue")} with ready jobs`)
    : finding("queues_unserved", "warn", plural(rows.length, "queue"), rows);
}

function hintsOf({ peeked }: ComparedQueue): readonly ReadyHint[] {
  return peeked?.hints ?? [];
}

/** Ageing moves hints up, never down. */
function misplacedRow(each: ComparedQueue, hint: ReadyHint): string[] {
  const job = each.ready.get(hint.jobId);
  if (job === undefined) return [];
  const wanted = levelOf(job.effectivePriority);
  if (LEVELS.indexOf(hint.level) <= LEVELS.indexOf(wanted)) return [];
  return [rowOf(each, `job ${hint.jobId} at ${hint.level}, expected ${wanted}`)];
}

function queueDepth(compared: readonly ComparedQueue[]): Finding {
  const far = compared.filter(({ queue, depth }) => {
    const [stored, hinted] = [total(queue.ready), total(depth)];
    return Math.abs(stored - hinted) > Math.max(DEPTH_SLACK, stored * DEPTH_SLACK_SHARE);
  });
  const rows = (far.length === 0 ? compared : far).map((each) =>
    rowOf(each, `Postgres ${depthText(each.queue.ready)}, hints ${depthText(each.depth)} (high/medium/low)`),
  );
  return far.length === 0
    ? finding("queue_depth", "ok", `${plural(compared.length, "queue")} compared`, rows.slice(0, ROWS_MAX))
    : finding("queue_depth", "warn", `${plural(far.length, "queue")} differ`, rows.slice(0, ROWS_MAX));
}

function rowOf({ queue }: ComparedQueue, text: string): string {
  return `${queueKeyText(queue.key)}: ${text}`;
}

function total({ high, medium, low }: ReadyDepth): number {
  return high + medium + low;
}

function depthText({ high, medium, low }: ReadyDepth): string {
  return `${high}/${medium}/${low}`;
}
