/**
 * Submission: validates as a whole, then writes all of it or nothing. Jobs that depend on nothing earlier are grouped
 * with those of other callers into one statement; jobs that name earlier jobs, or whose idempotency keys turn out to
 * be taken, get a transaction of their own. Hints follow the commit.
 */
import { MusterError } from "../core/errors.js";
import { failpoints } from "../core/failpoints.js";
import { formatId } from "../core/job-id.js";
import type { Metrics } from "../core/metrics.js";
import type { Submitted, SubmitInput, SubmittedJob } from "../core/operations.js";
import type { LimitStore } from "../core/limit-store.js";
import type { LinkedSubmission, Store } from "../core/store.js";
import { validateSubmission, type ValidatedSubmission } from "../core/submission.js";
import type { SubmissionLimits } from "../core/submission-limits.js";
import type { Aftermath } from "./aftermath.js";
import type { DatabaseClock } from "./database-clock.js";
import { GroupCommit, type Lanes } from "./group-commit.js";
import type { Insert, Plain, Written } from "./insert.js";
import type { QueueDirectory } from "./queue-directory.js";

export interface SubmitOptions {
  readonly store: Pick<Store, "submitLinked">;
  readonly limitStore: Pick<LimitStore, "markKeyed">;
  readonly insert: Insert;
  readonly queues: QueueDirectory;
  readonly clock: DatabaseClock;
  readonly aftermath: Aftermath;
  readonly metrics: Metrics;
  readonly limits: SubmissionLimits;
  readonly lanes: Lanes;
  /** Jobs waiting to be written beyond which submissions are refused with OVERLOADED. */
  readonly backlogJobsMax: number;
  /** sha256 over the parts. */
  readonly hash: (parts: Iterable<string | Uint8Array>) => Buffer;
}

/** Jobs in one statement; large payloads count for several, so that a statement stays under 8 MiB or so. */
const JOBS_PER_STATEMENT = 2000;
const BYTES_PER_JOB = 4096;
const OVERLOADED_RETRY_MS = 500;

export class Submit {
  readonly #options: SubmitOptions;
  readonly #lane: GroupCommit<Plain, Written>;

  constructor(options: SubmitOptions) {
    this.#options = options;
    this.#lane = new GroupCommit({
      lanes: options.lanes,
      weightMax: JOBS_PER_STATEMENT,
      weightOf: (plain) => plain.weight,
      flush: (batch, committed) => options.insert.write(batch, committed),
      onFlushed: ({ length }, seconds) => options.metrics.flushed("submit", length, seconds),
    });
  }

  async submit(input: SubmitInput): Promise<Submitted> {
    const { metrics } = this.#options;
    try {
      const submitted = await this.#submit(input);
      metrics.submitted(submitted.jobs.length);
      return submitted;
    } catch (error) {
      metrics.submissionRejected(error instanceof MusterError ? error.code : "BUG");
      throw error;
    }
  }

  async #submit(input: SubmitInput): Promise<Submitted> {
    this.#refuseWhenOverloaded();
    const submission = validateSubmission(input, this.#options.clock.nowMs(), this.#options.limits);
    const names = [...new Set(submission.jobs.map((job) => job.queue))];
    const queues = await this.#options.queues.resolve(submission.namespace, names);
    const queueIds = submission.jobs.map((job) => queues.get(job.queue)?.id as number);
    const limited = queueIds.filter((_, position) => submission.jobs[position]?.concurrency !== undefined);
    if (limited.length > 0) await this.#options.queues.markKeyed(limited, this.#options.limitStore);
    if (submission.earlierParentIds.length > 0)
      return this.#submitLinked(submission, this.#linked(submission, queueIds));
    const isKeyed =
      submission.graph?.idempotencyKey != null || submission.jobs.some((job) => job.idempotencyKey !== null);
    const keyed = isKeyed ? this.#linked(submission, queueIds) : null;
    return this.#submitPlain({ submission, queueIds, keyed, weight: weightOf(submission) });
  }

  #refuseWhenOverloaded(): void {
    const { backlogJobsMax } = this.#options;
    if (this.#lane.backlog < backlogJobsMax) return;
    throw new MusterError(
      "OVERLOADED",
      `submissions waiting to be written: expected below ${backlogJobsMax} jobs, got ${this.#lane.backlog}`,
      { retryDelayMs: OVERLOADED_RETRY_MS },
    );
  }

  async #submitPlain(plain: Plain): Promise<Submitted> {
    const { submission, keyed } = plain;
    const { outcome, ...numbered } = await this.#lane.add(plain);
    if (outcome !== "written" && keyed !== null)
      return this.#submitLinked(submission, outcome === "left" ? keyed : { ...keyed, numbered });
    const { createdMs, graphId, ids } = numbered;
    return {
      graphPublicId: graphId === null ? null : formatId(graphId, createdMs),
      existed: false,
      jobs: inInputOrder(submission, (position) => ({
        publicId: formatId(ids[position] as number, createdMs),
        key: submission.jobs[position]?.key ?? null,
        existed: false,
      })),
    };
  }

  #linked(submission: ValidatedSubmission, queueIds: readonly number[]): LinkedSubmission {
    const { hash } = this.#options;
    return {
      namespace: submission.namespace,
      jobs: submission.jobs,
      queueIds,
      jobHashes: submission.jobs.map((job, position) =>
        job.idempotencyKey === null ? null : hash(submission.canonicalJob(position)),
      ),
      earlierParents: submission.earlierParentIds,
      graph:
        submission.graph === null
          ? null
          : {
              name: submission.graph.name,
              idempotencyKey: submission.graph.idempotencyKey,
              timeoutMs: submission.graph.timeoutMs,
              hash: hash(submission.canonicalGraph()),
            },
    };
  }

  async #submitLinked(submission: ValidatedSubmission, linked: LinkedSubmission): Promise<Submitted> {
    const { store, aftermath } = this.#options;
    const result = await store.submitLinked(linked);
    setImmediate(() => aftermath.moved(result.changed));
    if (failpoints.reach !== null) await failpoints.reach("submit.linked_committed");
    return {
      graphPublicId: result.graph === null ? null : formatId(result.graph.id, result.graph.createdMs),
      existed: result.existed,
      jobs: inInputOrder(submission, (position) => {
        const job = result.jobs[position];
        return {
          publicId: formatId(job?.id as number, job?.createdMs as number),
          key: submission.jobs[position]?.key ?? null,
          existed: job?.existed ?? false,
        };
      }),
    };
  }
}

function inInputOrder(
  submission: ValidatedSubmission,
  job: (position: number) => SubmittedJob,
): SubmittedJob[] {
  return submission.positionOfInput.map(job);
}

function weightOf({ jobs }: ValidatedSubmission): number {
  let bytes = 0;
  for (const { payload } of jobs) bytes += payload?.body?.length ?? 0;
  return Math.max(jobs.length, Math.ceil(bytes / BYTES_PER_JOB));
}
