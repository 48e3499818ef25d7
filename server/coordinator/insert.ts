/**
 * Writes grouped submissions of jobs that stand alone. Jobs that are ready, while a session waits for them and
 * nothing waits ahead, are given to that session in the same commit: the acknowledgement and the assignment leave
 * together. The second step of submit; nobody else calls it.
 */
import { MusterError } from "../core/errors.js";
import { failpoints } from "../core/failpoints.js";
import { formatId } from "../core/job-id.js";
import type { Assignment } from "../core/job.js";
import type { Logger } from "../core/ports.js";
import { planSubmission } from "../core/plan.js";
import type { ChangedJob } from "../core/settlement.js";
import type { InsertGraph, InsertJob, Store } from "../core/store.js";
import type { ValidatedSubmission } from "../core/submission.js";
import type { Aftermath } from "./aftermath.js";
import type { Match } from "./assign.js";
import type { DatabaseClock } from "./database-clock.js";
import { IdAllocator } from "./ids.js";
import type { LiveSession } from "./live-session.js";

/** A submission that depends on nothing earlier. */
export interface Plain {
  readonly submission: ValidatedSubmission;
  /** One for each job. */
  readonly queueIds: readonly number[];
  /** What it counts for among those that are written together. */
  readonly weight: number;
}

export interface Written {
  readonly createdMs: number;
  readonly graphId: number | null;
  readonly ids: readonly number[];
}

export interface InsertOptions {
  readonly store: Pick<Store, "insert" | "insertAssigned" | "allocateIdBlocks">;
  readonly clock: DatabaseClock;
  readonly aftermath: Aftermath;
  readonly logger: Logger;
  /** Sessions for some of the jobs, reserved; `onWritten` gives the reservations back. */
  readonly reserve: (jobs: readonly ChangedJob[]) => readonly Match[];
  readonly onWritten: (matches: readonly Match[]) => void;
  readonly push: (matches: readonly Match[], assignments: readonly Assignment[]) => void;
  /** These sessions may hold jobs that nobody knows of. */
  readonly recount: (sessionIds: readonly number[]) => void;
}

interface Batch {
  readonly createdMs: number;
  readonly rows: readonly InsertJob[];
  readonly graphs: readonly InsertGraph[];
}

const FEW_JOBS = 16;
const NO_PARENTS = new Map<number, never>();

export class Insert {
  readonly #options: InsertOptions;
  readonly #ids: IdAllocator;

  constructor(options: InsertOptions) {
    this.#options = options;
    this.#ids = new IdAllocator(options.store);
  }

  async write(submissions: readonly Plain[]): Promise<Written[]> {
    const { aftermath, reserve, onWritten, push } = this.#options;
    const { written, ...batch } = await this.#number(submissions);
    const changed = new Map(batch.rows.map((row) => [row.planned.id, changedFrom(row, batch.createdMs)]));
    const matches = reserve([...changed.values()]);
    let taken: ReadonlySet<number> = new Set();
    try {
      taken = await this.#store(batch, matches);
    } finally {
      const assignments = batch.rows.filter((row) => taken.has(row.planned.id));
      const sessionOf = new Map(matches.map((match) => [match.hint.jobId, match.session]));
      const handOver = (): void => {
        push(
          matches,
          assignments.map((row) =>
            assignmentOf(row, sessionOf.get(row.planned.id) as LiveSession, batch.createdMs),
          ),
        );
        onWritten(matches);
      };
      // A few jobs go to their workers with the acknowledgement, which starts them earlier than it delays the answer. Of
      // many the answer goes first: whoever submits in batches waits for it before the next.
      if (failpoints.reach !== null && assignments.length > 0)
        void failpoints.reach("submit.assigned").then(handOver, handOver);
      else if (assignments.length <= FEW_JOBS) handOver();
      else setImmediate(handOver);
    }
    if (failpoints.reach !== null) await failpoints.reach("submit.committed");
    // One turn more: gRPC sends an answer's status, without which nobody can use the answer, a turn after the answer.
    const rest = [...changed.values()].filter((job) => !taken.has(job.id));
    if (rest.length > 0) setImmediate(() => setImmediate(() => aftermath.moved(rest)));
    return written;
  }

  async #number(submissions: readonly Plain[]): Promise<Batch & { readonly written: Written[] }> {
    const total = submissions.reduce((sum, { submission }) => sum + submission.jobs.length + 1, 0);
    const ids = await this.#ids.take(total);
    const createdMs = this.#options.clock.nowMs();
    let stampUs = this.#options.clock.stampsUs(total);
    const rows: InsertJob[] = [];
    const graphs: InsertGraph[] = [];
    const written: Written[] = [];
    let next = 0;
    for (const { submission, queueIds } of submissions) {
      const graphId = submission.graph === null ? null : (ids[next++] as number);
      const own = ids.slice(next, next + submission.jobs.length);
      next += own.length;
      if (graphId !== null) graphs.push(graphRow(submission, graphId, own));
      const plan = planSubmission(submission.jobs, own, NO_PARENTS, createdMs);
      for (const [position, planned] of plan.jobs.entries()) {
        const readyUs = planned.state === "ready" ? stampUs++ : null;
        rows.push({ planned, queueId: queueIds[position] as number, graphId, readyUs });
      }
      written.push({ createdMs, graphId, ids: own });
    }
    return { createdMs, rows, graphs, written };
  }

  async #store({ createdMs, rows, graphs }: Batch, matches: readonly Match[]): Promise<ReadonlySet<number>> {
    const { store, recount, logger } = this.#options;
    let uncertain: readonly number[] = [];
    if (matches.length > 0) {
      const takers = matches.map(({ hint, session }) => ({
        jobId: hint.jobId,
        sessionId: session.id,
        epoch: session.epoch,
      }));
      try {
        return await store.insertAssigned(createdMs, rows, graphs, takers);
      } catch (error) {
        if (!(error instanceof MusterError && error.code === "OUTCOME_UNKNOWN")) throw error;
        logger.warn({ jobs: rows.length, error }, "submit.uncertain");
        uncertain = takers.map((taker) => taker.sessionId);
      }
    }
    try {
      // With the ids given, writing what may be there already changes nothing. It waits for the write that was lost.
      await store.insert(createdMs, rows, graphs, uncertain.length > 0);
    } finally {
      if (uncertain.length > 0) recount([...new Set(uncertain)]);
    }
    return new Set();
  }
}

function graphRow(submission: ValidatedSubmission, id: number, jobIds: readonly number[]): InsertGraph {
  return {
    id,
    namespace: submission.namespace,
    name: submission.graph?.name ?? "",
    jobCount: jobIds.length,
    firstJobId: jobIds[0] ?? id,
    lastJobId: jobIds.at(-1) ?? id,
    timeoutMs: submission.graph?.timeoutMs ?? null,
  };
}

function changedFrom({ planned, queueId, graphId, readyUs }: InsertJob, createdMs: number): ChangedJob {
  return {
    id: planned.id,
    createdMs,
    queueId,
    graphId,
    state: planned.state,
    type: planned.job.type,
    effectivePriority: planned.effectivePriority,
    readyUs,
    runAtMs: planned.job.runAtMs,
    concurrencyKey: planned.job.concurrency?.key ?? null,
  };
}

/** The first assignment of a job that was just written: lease epoch 1, nothing to read back. */
function assignmentOf(row: InsertJob, session: LiveSession, createdMs: number): Assignment {
  const { planned, queueId, graphId, readyUs } = row;
  return {
    jobId: planned.id,
    publicId: formatId(planned.id, createdMs),
    sessionId: session.id,
    leaseEpoch: 1,
    attempt: 1,
    maxAttempts: planned.job.maxAttempts,
    queueId,
    type: planned.job.type,
    payload: planned.job.payload,
    headers: planned.job.headers,
    executionTimeoutMs: planned.job.executionTimeoutMs,
    startTimeoutMs: planned.job.startTimeoutMs,
    progressTimeoutMs: planned.job.progressTimeoutMs,
    readyAtMs: (readyUs ?? 0) / 1000,
    graphPublicId: graphId === null ? null : formatId(graphId, createdMs),
    effectivePriority: planned.effectivePriority,
    checkpoint: null,
    parents: [],
    parentsTruncated: false,
    dependents: planned.dependents,
  };
}
