/**
 * The seam between a worker's stream and the coordinator. The rpc layer owns frames, sequence numbers,
 * batching, back-pressure and watchdogs; the coordinator owns registration, credit, assignment and leases.
 * Times are durations in ms; the coordinator's clock is the database's, the stream's is monotonic.
 */
import type { Assignment, JobRef, Payload, Result, Verdict } from "./job.js";
import type { ReleaseReason } from "./decide.js";
import type { MusterError } from "./errors.js";
import type { Subscription, WorkerLoad } from "./operations.js";

/** A validated Hello. */
export interface HelloInput {
  readonly namespace: string;
  readonly workerId: string;
  readonly instanceId: string;
  readonly workerName: string;
  readonly subscriptions: readonly Subscription[];
  readonly maxInFlight: number;
  /** 0: no limit of its own. */
  readonly maxInFlightBytes: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly sdk: string;
  readonly buildId: string;
  readonly resume: { readonly sessionId: number; readonly token: Buffer } | null;
  readonly inFlight: readonly HeldJob[];
}

/** A job the worker says it holds. */
export interface HeldJob {
  readonly publicId: string;
  readonly ref: JobRef;
  readonly attempt: number;
  readonly state: "buffered" | "running" | "result_pending";
}

/** Only what is not kept is listed. */
export interface ReconcileVerdict {
  readonly publicId: string;
  readonly ref: JobRef;
  readonly attempt: number;
  readonly action: "revoked" | "resend_result" | "already_committed";
}

export interface Registration {
  readonly session: SessionHandle;
  readonly sessionId: number;
  readonly sessionEpoch: number;
  readonly resumeToken: Buffer;
  readonly resumed: boolean;
  readonly heartbeatIntervalMs: number;
  readonly leaseTtlMs: number;
  readonly resumeGraceMs: number;
  readonly maxSessionAgeMs: number;
  readonly verdicts: readonly ReconcileVerdict[];
}

/** Implemented by the coordinator. */
export interface SessionOperations {
  /**
   * One transaction: worker row, epoch + 1, session row; resolves after its commit. The session gets no jobs
   * before `activate()`.
   * @throws MusterError SESSION_EXPIRED when `resume` names a session that is over, STORE_DOWN, SESSION_LIMIT, DRAINING
   */
  register(hello: HelloInput, stream: SessionStream): Promise<Registration>;
}

export interface ProgressItem {
  readonly ref: JobRef;
  readonly started: boolean;
  readonly fraction: number;
  readonly note: string;
  readonly checkpoint: Payload | null;
}

export interface ReleaseItem {
  readonly ref: JobRef;
  readonly reason: ReleaseReason;
  readonly delayMs: number;
}

/** One registered session, as its stream drives it. */
export interface SessionHandle {
  /** Welcome and the reconcile batches are written: jobs may come. */
  activate(): void;
  /** Resolves after the lease extension was committed; false when the session is over (fence it). */
  heartbeat(report: {
    readonly running: number;
    readonly buffered: number;
    readonly load: WorkerLoad;
  }): Promise<boolean>;
  /** Absolute limits; an older generation than the newest seen is ignored. */
  updateFlow(flow: {
    readonly maxInFlight: number;
    readonly maxInFlightBytes: number;
    readonly generation: number;
    readonly subscriptions: readonly Subscription[];
  }): void;
  progress(items: readonly ProgressItem[]): void;
  /** Resolves with one verdict per result after the commit. Rejects with STORE_DOWN: nothing was decided. */
  results(results: readonly Result[]): Promise<readonly Verdict[]>;
  /** Resolves when the jobs are released, or turned out not to be the session's. */
  release(items: readonly ReleaseItem[]): Promise<void>;
  /** No more assignments. Resolves when the last one before was handed to the stream. */
  drain(): Promise<void>;
  /** The stream ended. `clean`: the worker half-closed after a drain with nothing in flight. */
  streamEnded(how: "clean" | "lost"): void;
}

/** Implemented by the rpc layer: what the coordinator may do to a worker's stream. None of these throws. */
export interface SessionStream {
  /** The peer's address, for logs. */
  readonly peer: string;
  /** False while the transport is not taking more: no claims for this session then. */
  isWritable(): boolean;
  /**
   * Assignments that were never written, so that the worker cannot have begun them; also after the end. What was
   * written may run, acknowledged or not: the acknowledgement comes with the worker's next frame.
   */
  unsent(): readonly JobRef[];
  /** Called when it becomes writable again. */
  onWritable(listener: () => void): void;
  assign(assignments: readonly Assignment[]): void;
  cancel(
    orders: readonly {
      readonly publicId: string;
      readonly ref: JobRef;
      readonly attempt: number;
      readonly reason: string;
      readonly graceMs: number;
    }[],
  ): void;
  revoke(
    orders: readonly {
      readonly publicId: string;
      readonly ref: JobRef;
      readonly attempt: number;
      readonly reason: string;
    }[],
  ): void;
  drain(order: {
    readonly reason: "shutdown" | "rebalance" | "max_age" | "operator";
    readonly reconnectAfterMs: number;
    readonly closeAfterMs: number;
  }): void;
  /** Ends the stream with this error; destroys the socket when the stream is stalled. */
  end(error: MusterError): void;
}
