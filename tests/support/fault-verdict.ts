/**
 * The judgement after a fault: waits until everything that was acknowledged has ended, then asks the audit, the
 * history checker and the log of Postgres. Returns figures for the tables; throws when a promise was broken.
 */
import { expectAuditClean } from "./audit.js";
import { eventually } from "./eventually.js";
import type { Load } from "./fault-load.js";
import type { FaultWorld } from "./fault-world.js";
import { expectHistoryClean } from "./history-checks.js";
import {
  type ClientRecord,
  type History,
  readServerRecords,
  readWorkerLog,
  type WorkerRecord,
} from "./history.js";

export interface Verdict {
  readonly jobs: number;
  /** Attempts whose handler began more than once, by the workers' own accounts; a retry is an attempt of its own. */
  readonly rerun: number;
  /** From the call to the last job's end, ms. */
  readonly drainMs: number;
  readonly history: History;
}

export interface Evidence {
  readonly loads: readonly Load[];
  /** Of workers in this process. */
  readonly records: readonly WorkerRecord[];
  /** Cancels and retries that were answered; default: none. */
  readonly client?: readonly ClientRecord[];
  readonly logFiles?: readonly string[];
  readonly drainWithinMs: number;
}

/** @throws Error naming the broken promises */
export async function verdict(world: FaultWorld, evidence: Evidence): Promise<Verdict> {
  const startedMono = performance.now();
  await eventually(
    async () => (await world.count("from jobs where state < 4")) === 0,
    evidence.drainWithinMs,
  ).catch(async (error: unknown) => {
    const left = await world.sql(
      `select j.id, j.state, j.attempt, j.losses, j.session_id, j.pending_parents, j.ready_at, s.state as session_state,
              s.server_id, s.end_reason
         from jobs j left join worker_sessions s on s.id = j.session_id where j.state < 4 limit 5`,
    );
    const log = world.replicas.flatMap((replica) => replica.process.stderr.slice(-15));
    throw new Error(`not everything ended: ${JSON.stringify(left)}\n${log.join("\n")}`, { cause: error });
  });
  const drainMs = performance.now() - startedMono;
  const bugs = evidence.loads.flatMap((load) => load.bugs);
  if (bugs.length > 0) throw new Error(`${bugs.length} submissions ended in a bug, first: ${bugs[0]}`);
  // A result that was committed is acknowledged a moment later.
  const submitted = evidence.loads.flatMap((load) => load.submitted);
  const ids = submitted.flatMap(({ jobId }) => (jobId === null ? [] : [jobId]));
  await expectAuditClean(world.databaseUrl);
  const workers = [...evidence.records, ...(evidence.logFiles ?? []).flatMap(readWorkerLog)];
  workers.sort((a, b) => a.atMs - b.atMs);
  const history = {
    submitted,
    client: evidence.client ?? [],
    workers,
    ...(await readServerRecords(world.databaseUrl)),
  };
  expectHistoryClean(history, Math.floor(ids.length / 2));
  for (const state of ["23503", "23505", "40P01"]) {
    const times = world.sqlstates(state);
    if (times > 0) throw new Error(`Postgres logged ${times} x ${state}`);
  }
  const rerun = startsByAttempt(workers).filter((starts) => starts > 1).length;
  return { jobs: ids.length, rerun, drainMs, history };
}

function startsByAttempt(workers: readonly WorkerRecord[]): number[] {
  const starts = new Map<string, number>();
  for (const { event, jobId, attempt } of workers) {
    const key = `${jobId}/${attempt}`;
    if (event === "start") starts.set(key, (starts.get(key) ?? 0) + 1);
  }
  return [...starts.values()];
}
