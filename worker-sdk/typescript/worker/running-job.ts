/**
 * One job in this process, from its assignment until its handler has returned. It is the handler's context, and
 * holds what the slots need to know of it. What costs time is made when first asked for: most handlers look at
 * little of it.
 */
import type { Assignment__Output } from "../../../proto/gen/muster/worker/v1/Assignment.js";
import type { JobRef } from "../../../proto/gen/muster/worker/v1/JobRef.js";
import { fromWire, toPayload, type Payload } from "../payload.js";
import { fromDuration, fromTimestamp } from "../times.js";
import { JobAbortedError, type AbortKind } from "./handler-errors.js";
import type { JobContext, ParentResult } from "./job-context.js";

export interface Progress {
  fraction: number;
  note: string;
  checkpoint: Payload | undefined;
}

export interface ProgressListener {
  readonly checkpointBytesMax: number;
  progressed(job: RunningJob, isUrgent: boolean): void;
}

export class RunningJob implements JobContext {
  readonly id: string;
  readonly leaseEpoch: number;
  readonly attempt: number;
  readonly type: string;
  /** When it came, ms of the monotonic clock. */
  receivedAtMs = 0;
  readonly slackMs: number;
  /** It waited for a free slot. */
  wasBuffered = false;
  /** Its handler was called; ms since 1970. */
  startedAtMs: number | undefined;
  /** Nothing its handler does will be reported any more: it was reported, given back or lost. */
  isClosed = false;
  /** Progress not yet sent. */
  unsent: Progress | undefined;
  timeout: NodeJS.Timeout | undefined;
  readonly #assignment: Assignment__Output;
  readonly #listener: ProgressListener;
  #aborted: JobAbortedError | undefined;
  #controller: AbortController | undefined;
  #parents: readonly ParentResult[] | undefined;

  constructor(assignment: Assignment__Output, listener: ProgressListener) {
    this.#assignment = assignment;
    this.#listener = listener;
    this.id = assignment.ref?.jobId ?? "";
    this.leaseEpoch = assignment.ref?.leaseEpoch ?? 0;
    this.attempt = assignment.ref?.attempt ?? 0;
    this.type = assignment.jobType ?? "";
    this.slackMs = assignment.slack == null ? 0 : fromDuration(assignment.slack);
  }

  get ref(): JobRef {
    return this.#assignment.ref ?? {};
  }
  get queue(): string {
    return this.#assignment.queue ?? "";
  }
  get maxAttempts(): number {
    return this.#assignment.maxAttempts ?? 0;
  }
  get payload(): Payload {
    return fromWire(this.#assignment.payload);
  }
  get headers(): Readonly<Record<string, string>> {
    return this.#assignment.headers ?? {};
  }
  get graphId(): string {
    return this.#assignment.graphId ?? "";
  }
  get priority(): number {
    return this.#assignment.priority ?? 0;
  }
  get enqueuedAt(): Date | undefined {
    return fromTimestamp(this.#assignment.enqueuedAt);
  }
  get parentsTruncated(): boolean {
    return this.#assignment.parentsTruncated ?? false;
  }
  get checkpoint(): Payload | undefined {
    return this.#assignment.checkpoint && fromWire(this.#assignment.checkpoint);
  }
  get executionTimeoutMs(): number | undefined {
    const timeoutMs = fromDuration(this.#assignment.executionTimeout);
    return timeoutMs > 0 ? timeoutMs : undefined;
  }
  get progressTimeoutMs(): number | undefined {
    const timeoutMs = fromDuration(this.#assignment.progressTimeout);
    return timeoutMs > 0 ? timeoutMs : undefined;
  }
  /** The server counts from its start. */
  get isTimed(): boolean {
    const { executionTimeout, startTimeout, progressTimeout } = this.#assignment;
    return executionTimeout !== undefined || startTimeout !== undefined || progressTimeout !== undefined;
  }
  get traceparent(): string {
    return this.#assignment.traceparent ?? "";
  }
  get tracestate(): string {
    return this.#assignment.tracestate ?? "";
  }

  get parents(): readonly ParentResult[] {
    this.#parents ??= (this.#assignment.parents ?? []).map((parent) => {
      const output = fromWire(parent.output);
      return {
        jobId: parent.jobId ?? "",
        key: parent.key ?? "",
        succeeded: parent.succeeded ?? false,
        output,
        json: <T>() => output.json<T>(),
      };
    });
    return this.#parents;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#aborted !== undefined) this.#controller.abort(this.#aborted);
    return this.#controller.signal;
  }

  /** Why it was aborted first; undefined while it was not. */
  get abortedAs(): JobAbortedError | undefined {
    return this.#aborted;
  }

  json<T = unknown>(): T {
    return this.payload.json<T>();
  }

  progress(fraction: number, note?: string): void {
    if (this.isClosed) return;
    const unsent = this.#unsent();
    unsent.fraction = Math.min(1, Math.max(0, fraction));
    if (note !== undefined) unsent.note = note;
    this.#listener.progressed(this, false);
  }

  saveCheckpoint(value: unknown): void {
    const checkpoint = toPayload(value);
    const bytesMax = this.#listener.checkpointBytesMax;
    if (checkpoint !== undefined && checkpoint.bytes.length > bytesMax) {
      throw new RangeError(
        `a checkpoint may have ${bytesMax} bytes, this one has ${checkpoint.bytes.length}`,
      );
    }
    if (this.isClosed) return;
    this.#unsent().checkpoint = checkpoint;
    this.#listener.progressed(this, true);
  }

  /** The first reason stays. */
  abort(kind: AbortKind, message: string): void {
    if (this.#aborted !== undefined) return;
    this.#aborted = new JobAbortedError(kind, message);
    this.#controller?.abort(this.#aborted);
  }

  #unsent(): Progress {
    this.unsent ??= { fraction: 0, note: "", checkpoint: undefined };
    return this.unsent;
  }
}
