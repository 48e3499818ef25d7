/**
 * The submissions of one client over one stream: those that are made in one turn leave in one message, and each is
 * answered by itself. The stream is opened when there is something to submit and ended when there was nothing for a
 * second, so that a program which forgets its client can end. When it breaks, what was sent is uncertain and what
 * was not sent is not; `calls.ts` decides from that what is tried again.
 */
import type { ClientDuplexStream } from "@grpc/grpc-js";
import { services } from "../../../proto/load.js";
import type { JobSpec } from "../../../proto/gen/muster/jobs/v1/JobSpec.js";
import type { SubmitEachRequest } from "../../../proto/gen/muster/jobs/v1/SubmitEachRequest.js";
import type { SubmitEachResponse__Output } from "../../../proto/gen/muster/jobs/v1/SubmitEachResponse.js";
import type { SubmittedJob__Output } from "../../../proto/gen/muster/jobs/v1/SubmittedJob.js";
import { TIMER_MS_MAX } from "../times.js";
import type { Calls } from "./calls.js";
import { MusterClientError, refusalOf, toClientError } from "./client-error.js";

/** Not answered yet; the server takes no more of one stream at a time. */
const UNANSWERED_MAX = 1_000;
const UNANSWERED_BYTES = 8 * 1024 * 1024;
/** Of one message, unless a single submission is larger: well below what any server takes. */
const MESSAGE_BYTES = 256 * 1024;
const JOB_BYTES = 500;
const IDLE_MS = 1_000;

export interface SubmissionFields {
  readonly namespace: string;
  readonly jobs: JobSpec[];
}

interface Pending {
  readonly fields: SubmissionFields;
  /** About how long it is. */
  readonly bytes: number;
  /** On the clock of `performance`. */
  readonly endsAt: number;
  readonly resolve: (jobs: readonly SubmittedJob__Output[]) => void;
  readonly reject: (error: Error) => void;
}

/** One call, and what was sent on it. */
interface Open {
  readonly call: ClientDuplexStream<SubmitEachRequest, SubmitEachResponse__Output>;
  readonly sent: Map<number, Pending>;
  /** Of what was sent and is not answered. */
  bytes: number;
  isClogged: boolean;
}

export class Submissions {
  readonly #calls: Calls;
  #waiting: Pending[] = [];
  #open: Open | null = null;
  #isOpening = false;
  #isFlushDue = false;
  #nextId = 1;
  #deadline: NodeJS.Timeout | null = null;
  #deadlineAt = Number.POSITIVE_INFINITY;
  #idle: NodeJS.Timeout | null = null;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  /** @throws MusterClientError as a call of SubmitJobs would */
  submit(fields: SubmissionFields, idempotent: boolean): Promise<readonly SubmittedJob__Output[]> {
    const bytes = bytesOf(fields);
    return this.#calls.retried({ idempotent }, (endsAt) => this.#once({ fields, bytes, endsAt }));
  }

  close(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    const error = new MusterClientError("the client was closed", CANCELLED);
    const open = this.#open;
    if (open !== null) this.#ended(open, error);
    else this.#failWaiting(error);
    open?.call.cancel();
  }

  #once(submission: Pick<Pending, "fields" | "bytes" | "endsAt">): Promise<readonly SubmittedJob__Output[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...submission, resolve, reject });
      if (submission.endsAt < this.#deadlineAt) this.#watchDeadline(submission.endsAt);
      if (this.#isFlushDue) return;
      this.#isFlushDue = true;
      // After everybody who goes on in this turn has had a say, and before anything else happens.
      process.nextTick(() => {
        this.#isFlushDue = false;
        this.#flush();
      });
    });
  }

  #flush(): void {
    const open = this.#open;
    if (open === null) {
      if (this.#waiting.length > 0) void this.#openStream();
      return;
    }
    while (!open.isClogged) {
      const leaving = this.#takeMessage(open);
      if (leaving.length === 0) return;
      const submissions = leaving.map((pending) => {
        const id = this.#nextId++;
        open.sent.set(id, pending);
        open.bytes += pending.bytes;
        return { id, ...pending.fields };
      });
      open.isClogged = !open.call.write({ submissions });
    }
  }

  /** What may leave in one message now. */
  #takeMessage(open: Open): Pending[] {
    const room = UNANSWERED_MAX - open.sent.size;
    let count = 0;
    let bytes = 0;
    for (const pending of this.#waiting) {
      const isFull =
        open.bytes + bytes >= UNANSWERED_BYTES || (count > 0 && bytes + pending.bytes > MESSAGE_BYTES);
      if (count === room || isFull) break;
      bytes += pending.bytes;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #openStream(): Promise<void> {
    if (this.#isOpening) return;
    this.#isOpening = true;
    try {
      const call = await this.#calls.duplex(services().jobs.JobsService.service.SubmitEach);
      this.#open = this.#listen({ call, sent: new Map(), bytes: 0, isClogged: false });
    } catch (error) {
      this.#failWaiting(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#isOpening = false;
    }
    this.#flush();
  }

  #listen(open: Open): Open {
    const { call } = open;
    call.on("data", ({ answers }: SubmitEachResponse__Output) => {
      for (const { id = 0, jobs, error } of answers ?? []) {
        const pending = open.sent.get(id);
        open.sent.delete(id);
        open.bytes -= pending?.bytes ?? 0;
        if (error === undefined || error === null) pending?.resolve(jobs ?? []);
        else pending?.reject(refusalOf(error));
      }
      this.#flush();
      if (open.sent.size === 0) this.#rest();
    });
    call.on("drain", () => {
      open.isClogged = false;
      this.#flush();
    });
    call.on("error", (error) => this.#ended(open, toClientError(error)));
    call.on("end", () =>
      this.#ended(open, new MusterClientError("the server ended the stream", UNAVAILABLE)),
    );
    return open;
  }

  #ended(open: Open, error: Error): void {
    for (const pending of open.sent.values()) pending.reject(error);
    open.sent.clear();
    if (this.#open !== open) return;
    this.#open = null;
    this.#failWaiting(error);
  }

  /** They were never sent. Also theirs is a failure, so that the next try comes after a pause. */
  #failWaiting(error: Error): void {
    for (const pending of this.#waiting.splice(0)) pending.reject(unsent(error));
  }

  /** Ends the stream when nothing comes for a while. */
  #rest(): void {
    if (this.#idle !== null) {
      this.#idle.refresh();
      return;
    }
    this.#idle = setTimeout(() => {
      this.#idle = null;
      const open = this.#open;
      if (open === null) return;
      if (open.sent.size > 0 || this.#waiting.length > 0) return this.#rest();
      this.#open = null;
      open.call.end();
    }, IDLE_MS);
    this.#idle.unref();
  }

  #watchDeadline(endsAt: number): void {
    if (this.#deadline !== null) clearTimeout(this.#deadline);
    this.#deadlineAt = endsAt;
    const inMs = Math.max(0, endsAt - performance.now()) + 1;
    this.#deadline = setTimeout(() => this.#expire(), Math.min(inMs, TIMER_MS_MAX));
    this.#deadline.unref();
  }

  #expire(): void {
    this.#deadline = null;
    this.#deadlineAt = Number.POSITIVE_INFINITY;
    const now = performance.now();
    const late = new MusterClientError("no answer within the deadline", DEADLINE_EXCEEDED);
    let next = Number.POSITIVE_INFINITY;
    const isLate = ({ endsAt }: Pending): boolean => {
      if (endsAt > now) next = Math.min(next, endsAt);
      return endsAt <= now;
    };
    const tooLate = this.#waiting.filter(isLate);
    this.#waiting = this.#waiting.filter((pending) => !tooLate.includes(pending));
    for (const pending of tooLate) pending.reject(unsent(late));
    for (const [id, pending] of this.#open?.sent ?? []) {
      if (!isLate(pending)) continue;
      // Its answer, when it comes, finds nobody.
      this.#open?.sent.delete(id);
      if (this.#open !== null) this.#open.bytes -= pending.bytes;
      pending.reject(late);
    }
    if (next < Number.POSITIVE_INFINITY) this.#watchDeadline(next);
  }
}

/** About how long it is: its payloads, and what else a job may be. */
export function bytesOf({ jobs }: SubmissionFields): number {
  return jobs.reduce((sum, { payload }) => sum + JOB_BYTES + (payload?.inline?.length ?? 0), 0);
}

const named = (code: string) => ({ code, grpcStatus: code });
const CANCELLED = named("CANCELLED");
const UNAVAILABLE = named("UNAVAILABLE");
const DEADLINE_EXCEEDED = named("DEADLINE_EXCEEDED");

function unsent(error: Error): Error {
  if (!(error instanceof MusterClientError)) return error;
  const { code, grpcStatus, retryDelayMs } = error;
  return new MusterClientError(error.message, {
    code,
    grpcStatus,
    retryDelayMs,
    neverSent: true,
    cause: error,
  });
}
