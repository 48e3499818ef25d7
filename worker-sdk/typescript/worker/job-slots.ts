/**
 * Runs handlers: `concurrency` at a time, the rest of the window waits its turn, the most urgent first. Owns every
 * job of this process from assignment to outcome. A slot is free only when its handler has really returned, also
 * when the job was aborted or lost long before.
 */
import type { Assignment__Output } from "../../../proto/gen/muster/worker/v1/Assignment.js";
import type { JobResult } from "../../../proto/gen/muster/worker/v1/JobResult.js";
import type { ReleaseReason } from "../../../proto/gen/muster/worker/v1/ReleaseReason.js";
import { TIMER_MS_MAX, toDuration, toTimestamp } from "../times.js";
import type { JobKey } from "../transport/held-jobs.js";
import type { AbortKind } from "./handler-errors.js";
import type { Handler } from "./job-context.js";
import { outcomeOfReturn, outcomeOfThrow, timeoutOutcome, type Outcome } from "./outcome.js";
import type { ReportBatch } from "./report-batch.js";
import { RunningJob, type Progress, type ProgressListener } from "./running-job.js";
import { WaitingJobs } from "./waiting-jobs.js";

/** Handlers are started for this long before the loop gets a turn, so that results leave meanwhile. */
const TURN_MS = 5;
/** Jobs that were fetched ahead go back when the handlers turn out to be slower than they were. */
const BUFFERED_MS_MAX = 1_000;
const UNSUPPORTED_DELAY_MS = 5_000;

export interface JobSlotsOptions {
  readonly handlers: ReadonlyMap<string, Handler>;
  readonly concurrency: number;
  /** Whether jobs that wait for a slot too long are given back. */
  readonly givesBackBuffered: boolean;
  readonly reports: ReportBatch;
  /** False while the lease is late. */
  readonly mayStart: () => boolean;
}

export class JobSlots implements ProgressListener {
  /** From Welcome; Infinity until the server named one. */
  checkpointBytesMax = Infinity;
  resultBytesMax = Infinity;
  readonly #options: JobSlotsOptions;
  readonly #reports: ReportBatch;
  readonly #jobs = new Map<string, RunningJob>();
  readonly #waiting = new WaitingJobs<RunningJob>(BUFFERED_MS_MAX);
  #running = 0;
  #isReleasingBuffered = false;
  #isTurnPlanned = false;
  #turnEndsAtMs = 0;
  #giveBackTimer: NodeJS.Timeout | undefined;
  #onIdle: (() => void) | undefined;

  constructor(options: JobSlotsOptions) {
    this.#options = options;
    this.#reports = options.reports;
  }

  /** Handlers that have not returned. */
  get running(): number {
    return this.#running;
  }

  get buffered(): number {
    return this.#waiting.size;
  }

  /** @param announce called for each job taken in, before its handler */
  add(assignments: readonly Assignment__Output[], announce: (job: RunningJob) => void): void {
    const added: RunningJob[] = [];
    const nowMs = performance.now();
    for (const assignment of assignments) {
      const job = new RunningJob(assignment, this);
      job.receivedAtMs = nowMs;
      const before = this.#jobs.get(job.id);
      // Said twice, or late: on a stream that a newer one replaced.
      if (before !== undefined && before.leaseEpoch >= job.leaseEpoch) continue;
      if (before !== undefined) this.#forget(before, "revoked", "assigned anew");
      this.#jobs.set(job.id, job);
      if (this.#handlerOf(job) === undefined) {
        this.#release(job, "RELEASE_REASON_UNSUPPORTED", UNSUPPORTED_DELAY_MS);
      } else if (this.#isReleasingBuffered) {
        this.#release(job, "RELEASE_REASON_SHUTTING_DOWN", 0);
      } else {
        this.#waiting.add(job);
        added.push(job);
        announce(job);
      }
    }
    this.pump();
    for (const job of added) job.wasBuffered = job.startedAtMs === undefined;
  }

  /** Starts what may be started. */
  pump(): void {
    this.#turnEndsAtMs ||= performance.now() + TURN_MS;
    while (this.#waiting.size > 0 && this.#running < this.#options.concurrency) {
      const nowMs = performance.now();
      if (nowMs >= this.#turnEndsAtMs || !this.#options.mayStart()) break;
      const job = this.#waiting.next(nowMs);
      if (job !== undefined && !job.isClosed) this.#start(job);
    }
    this.#planTurn();
    if (this.#waiting.size > 0 && this.#options.givesBackBuffered) this.#planGivingBack(BUFFERED_MS_MAX);
  }

  /** Please stop: what has not begun ends here, a running handler is told. */
  cancel(key: JobKey, reason: string): void {
    const job = this.#find(key);
    if (job === undefined) return;
    job.abort("cancelled", reason);
    if (job.startedAtMs === undefined) this.#report(job, { cancelled: { reason } });
  }

  /** No longer ours: told to stop, and nothing of it is reported. */
  lose(key: JobKey, why: "revoked" | "lease_lost", reason: string): void {
    const job = this.#find(key);
    if (job !== undefined) this.#forget(job, why, reason);
  }

  /** Gives back what has not begun, now and from now on. */
  releaseBuffered(): void {
    this.#isReleasingBuffered = true;
    for (const job of this.#waiting.takeAll()) {
      if (!job.isClosed) this.#release(job, "RELEASE_REASON_SHUTTING_DOWN", 0);
    }
  }

  /** Gives back everything, running handlers included: they are told, and what they do is not waited for. */
  releaseAll(): void {
    this.releaseBuffered();
    for (const job of this.#jobs.values()) {
      job.abort("shutting_down", "the worker is stopping");
      this.#release(job, "RELEASE_REASON_SHUTTING_DOWN", 0);
    }
  }

  /** The end: nothing can be reported any more. */
  loseAll(reason: string): void {
    this.#isReleasingBuffered = true;
    this.#waiting.takeAll();
    for (const job of this.#jobs.values()) this.#forget(job, "lease_lost", reason);
  }

  /** Resolves when no handler runs. */
  async idle(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
  }

  progressed(job: RunningJob, isUrgent: boolean): void {
    this.#reports.progressed(job, isUrgent);
  }

  #planTurn(): void {
    if (this.#isTurnPlanned) return;
    this.#isTurnPlanned = true;
    setImmediate(() => {
      this.#isTurnPlanned = false;
      this.#turnEndsAtMs = 0;
      if (this.#waiting.size === 0 || this.#running >= this.#options.concurrency) return;
      if (this.#options.mayStart()) this.pump();
    });
  }

  #planGivingBack(inMs: number): void {
    this.#giveBackTimer ??= setTimeout(() => {
      this.#giveBackTimer = undefined;
      const before = performance.now() - BUFFERED_MS_MAX;
      // With a free slot it is this process that was held up; while the lease is late nothing can be told.
      const isStuck = this.#running >= this.#options.concurrency && this.#options.mayStart();
      const goes = isStuck ? this.#waiting.takeUntil(before) : [];
      for (const job of goes) if (!job.isClosed) this.#release(job, "RELEASE_REASON_OVERLOADED", 0);
      const { oldestMs } = this.#waiting;
      if (oldestMs !== undefined) this.#planGivingBack(Math.max(50, oldestMs - before));
    }, inMs);
    this.#giveBackTimer.unref();
  }

  #handlerOf(job: RunningJob): Handler | undefined {
    return this.#options.handlers.get(job.type) ?? this.#options.handlers.get("*");
  }

  #find(key: JobKey): RunningJob | undefined {
    const job = this.#jobs.get(key.jobId);
    return job?.leaseEpoch === key.leaseEpoch ? job : undefined;
  }

  #start(job: RunningJob): void {
    this.#running++;
    job.startedAtMs = Date.now();
    this.#reports.started(job);
    const timeoutMs = job.executionTimeoutMs;
    if (timeoutMs !== undefined && timeoutMs <= TIMER_MS_MAX) {
      job.timeout = setTimeout(() => this.#timedOut(job, timeoutMs), timeoutMs);
    }
    let returned: unknown;
    let later: Promise<unknown> | undefined;
    try {
      returned = this.#handlerOf(job)?.(job);
      // What is like a promise may throw or call back twice; a promise of it does neither.
      if (isThenable(returned)) later = Promise.resolve(returned);
    } catch (error) {
      this.#settle(job, outcomeOfThrow(error, job.abortedAs));
      return;
    }
    if (later === undefined) {
      this.#settle(job, outcomeOfReturn(returned, this.resultBytesMax));
      return;
    }
    later.then(
      (value) => this.#settleLater(job, outcomeOfReturn(value, this.resultBytesMax)),
      (error: unknown) => this.#settleLater(job, outcomeOfThrow(error, job.abortedAs)),
    );
  }

  #timedOut(job: RunningJob, timeoutMs: number): void {
    if (job.isClosed) return;
    job.abort("timed_out", `the handler ran longer than ${timeoutMs} ms`);
    this.#report(job, timeoutOutcome(timeoutMs));
  }

  #settleLater(job: RunningJob, outcome: Outcome): void {
    this.#settle(job, outcome);
    if (this.#waiting.size > 0) this.pump();
  }

  #settle(job: RunningJob, outcome: Outcome): void {
    this.#running--;
    if (!job.isClosed) this.#report(job, outcome);
    if (this.#running === 0) this.#onIdle?.();
  }

  #report(job: RunningJob, outcome: Outcome): void {
    if ("release" in outcome) {
      this.#release(job, "RELEASE_REASON_OVERLOADED", outcome.release.delayMs);
      return;
    }
    this.#close(job);
    // No attempt follows that would want a checkpoint; how far it came stays to be seen.
    if ("success" in outcome) job.unsent = withoutCheckpoint(job.unsent);
    const inline = "success" in outcome ? outcome.success.output?.inline : undefined;
    const finishedAtMs = Date.now();
    const result: JobResult = {
      ref: job.ref,
      startedAt: toTimestamp(job.startedAtMs ?? finishedAtMs),
      finishedAt: toTimestamp(finishedAtMs),
    };
    // Not spread: copying an object costs more than running a handler that does little.
    if ("success" in outcome) result.success = outcome.success;
    else if ("failure" in outcome) result.failure = outcome.failure;
    else result.cancelled = outcome.cancelled;
    this.#reports.result(result, 100 + (inline?.length ?? 0));
  }

  #release(job: RunningJob, reason: ReleaseReason, delayMs: number): void {
    this.#close(job);
    const delay = delayMs > 0 ? { delay: toDuration(delayMs) } : {};
    this.#reports.release({ ref: job.ref, reason, ...delay });
  }

  #forget(job: RunningJob, why: AbortKind, reason: string): void {
    this.#close(job);
    job.unsent = undefined;
    job.abort(why, reason);
  }

  #close(job: RunningJob): void {
    job.isClosed = true;
    clearTimeout(job.timeout);
    if (this.#jobs.get(job.id) === job) this.#jobs.delete(job.id);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

function withoutCheckpoint(progress: Progress | undefined): Progress | undefined {
  if (progress === undefined || (progress.fraction === 0 && progress.note === "")) return undefined;
  return { ...progress, checkpoint: undefined };
}
