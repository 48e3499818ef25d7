/**
 * Writes grouped submissions of jobs that depend on nothing earlier, each with the idempotency keys it carries, as long
 * as those are free; what is left of them is for the caller. Jobs that are ready, while a session waits for them and
 * nothing waits ahead, are given to that session in the same commit: the acknowledgement and the assignment leave
 * together. The second step of submit; nobody else calls it.
 */
import { MusterError } from "../core/errors.js";
import { failpoints } from "../core/failpoints.js";
import type { Assignment } from "../core/job.js";
import type { Logger } from "../core/ports.js";
import { planSubmission } from "../core/plan.js";
import type { ChangedJob } from "../core/settlement.js";
import type {
  ClaimRequest,
  Inserted,
  Insertion,
  InsertGraph,
  InsertJob,
  LinkedSubmission,
  Numbered,
  Store,
} from "../core/store.js";
import type { ValidatedSubmission } from "../core/submission.js";
import type { Aftermath } from "./aftermath.js";
import type { Match } from "./assign.js";
import type { DatabaseClock } from "./database-clock.js";
import type { Committed } from "./group-commit.js";
import { IdAllocator } from "./ids.js";
import type { LiveSession } from "./live-session.js";
import { assignmentOf, changedFrom, graphRow, keyedRows } from "./new-rows.js";

/** A submission that depends on nothing earlier. */
export interface Plain {
  readonly submission: ValidatedSubmission;
  /** One for each job. */
  readonly queueIds: readonly number[];
  /** What it counts for among those that are written together. */
  readonly weight: number;
  /** The same with the hashes of what its idempotency keys stand for; null: it has no keys. */
  readonly keyed: LinkedSubmission | null;
}

/** What became of one: `left`: it was not written, since keys of it are taken; `unknown`: it may have been. */
export interface Written extends Numbered {
  readonly outcome: "written" | "left" | "unknown";
}

export interface InsertOptions {
  readonly store: Pick<Store, "insert" | "insertOnce" | "allocateIdBlocks">;
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

interface Batch extends Insertion {
  readonly submissions: readonly Plain[];
  /** One for each submission. */
  readonly numbers: readonly Numbered[];
}

interface Stored {
  readonly taken: ReadonlySet<number>;
  /** One for each submission. */
  readonly outcomes: readonly Written["outcome"][];
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

  async write(submissions: readonly Plain[], committed: Committed): Promise<Written[]> {
    const { aftermath, reserve, onWritten, push } = this.#options;
    const batch = await this.#number(submissions);
    const changed = new Map(batch.jobs.map((row) => [row.planned.id, changedFrom(row, batch.createdMs)]));
    const matches = reserve([...changed.values()]);
    let stored: Stored = { taken: new Set(), outcomes: [] };
    try {
      stored = await this.#store(batch, matches);
      await committed();
    } finally {
      const assignments = batch.jobs.filter((row) => stored.taken.has(row.planned.id));
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
    for (const [at, { ids }] of batch.numbers.entries())
      if (stored.outcomes[at] !== "written") for (const id of ids) changed.delete(id);
    for (const id of stored.taken) changed.delete(id);
    // One turn more: gRPC sends an answer's status, without which nobody can use the answer, a turn after the answer.
    if (changed.size > 0) setImmediate(() => setImmediate(() => aftermath.moved([...changed.values()])));
    return batch.numbers.map((numbers, at) => ({ ...numbers, outcome: stored.outcomes[at] ?? "unknown" }));
  }

  async #number(submissions: readonly Plain[]): Promise<Batch> {
    const total = submissions.reduce((sum, { submission }) => sum + submission.jobs.length + 1, 0);
    const ids = await this.#ids.take(total);
    const createdMs = this.#options.clock.nowMs();
    let stampUs = this.#options.clock.stampsUs(total);
    const jobs: InsertJob[] = [];
    const graphs: InsertGraph[] = [];
    const numbers: Numbered[] = [];
    let next = 0;
    for (const { submission, queueIds } of submissions) {
      const graphId = submission.graph === null ? null : (ids[next++] as number);
      const own = ids.slice(next, next + submission.jobs.length);
      next += own.length;
      if (graphId !== null) graphs.push(graphRow(submission, graphId, own));
      const plan = planSubmission(submission.jobs, own, NO_PARENTS, createdMs);
      for (const [position, planned] of plan.jobs.entries()) {
        const readyUs = planned.state === "ready" ? stampUs++ : null;
        jobs.push({ planned, queueId: queueIds[position] as number, graphId, readyUs });
      }
      numbers.push({ createdMs, graphId, ids: own });
    }
    return { createdMs, jobs, graphs, submissions, numbers };
  }

  async #store(batch: Batch, matches: readonly Match[]): Promise<Stored> {
    const { store } = this.#options;
    const keyedAt = batch.submissions.flatMap(({ keyed }, at) => (keyed === null ? [] : [at]));
    if (matches.length === 0 && keyedAt.length === 0) {
      await store.insert(batch);
      return { taken: new Set(), outcomes: batch.numbers.map(() => "written") };
    }
    const takers = matches.map(({ hint, session }) => ({
      jobId: hint.jobId,
      sessionId: session.id,
      epoch: session.epoch,
    }));
    const inserted = await this.#once(batch, takers, keyedAt);
    if (typeof inserted === "object") {
      const lost = new Set(keyedAt.filter((_, nth) => inserted.lost.has(nth)));
      return {
        taken: inserted.taken,
        outcomes: batch.numbers.map((_, at) => (lost.has(at) ? "left" : "written")),
      };
    }
    const rest = withoutKeyed(batch, keyedAt);
    try {
      // With the ids given, writing what may be there already changes nothing. It waits for the write that was lost.
      if (rest.jobs.length > 0) await store.insert(rest, inserted === "unknown");
    } finally {
      if (inserted === "unknown") this.#options.recount([...new Set(takers.map((taker) => taker.sessionId))]);
    }
    const isKeyed = new Set(keyedAt);
    return {
      taken: new Set(),
      outcomes: batch.numbers.map((_, at) => (isKeyed.has(at) ? inserted : "written")),
    };
  }

  /** @returns what was inserted; `left`: nothing, `unknown`: all of it or nothing */
  async #once(
    batch: Batch,
    takers: readonly ClaimRequest[],
    keyedAt: readonly number[],
  ): Promise<Inserted | "left" | "unknown"> {
    try {
      const keyed = keyedAt.map((at) =>
        keyedRows(batch.submissions[at]?.keyed as LinkedSubmission, batch.numbers[at] as Numbered),
      );
      return (await this.#options.store.insertOnce(batch, takers, keyed)) ?? "left";
    } catch (error) {
      if (!(error instanceof MusterError && error.code === "OUTCOME_UNKNOWN")) throw error;
      this.#options.logger.warn({ jobs: batch.jobs.length, error }, "submit.uncertain");
      return "unknown";
    }
  }
}

function withoutKeyed(batch: Batch, keyedAt: readonly number[]): Insertion {
  const keyed = new Set(
    keyedAt.flatMap((at) => [batch.numbers[at]?.graphId, ...(batch.numbers[at]?.ids ?? [])]),
  );
  return {
    createdMs: batch.createdMs,
    jobs: batch.jobs.filter(({ planned }) => !keyed.has(planned.id)),
    graphs: batch.graphs.filter(({ id }) => !keyed.has(id)),
  };
}
