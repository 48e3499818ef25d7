/**
 * What the two halves of a worker tell each other: the handlers' half on the main thread, the stream's half on
 * its own. Everything here survives a structured clone. Batches of jobs travel as the bytes of the contract's
 * messages (decoded once, where they are used) and are copied exactly, never as a view of a shared pool.
 */
import type { TlsCredentials } from "../credentials.js";
import type { JobKey } from "./held-jobs.js";

export interface SessionConfig {
  readonly address: string;
  readonly namespace: string;
  readonly tls: true | TlsCredentials | undefined;
  /** The transport asks for a token before every connection. */
  readonly hasToken: boolean;
  readonly workerId: string;
  readonly instanceId: string;
  readonly workerName: string;
  readonly subscriptions: readonly {
    readonly queue: string;
    readonly jobTypes: readonly string[];
    readonly maxInFlight: number;
  }[];
  readonly labels: Readonly<Record<string, string>>;
  readonly buildId: string;
  /** Handlers at once. */
  readonly slots: number;
  /** Jobs held at once; undefined: as many as the slots can keep up with. */
  readonly window: number | undefined;
  readonly reconnect: { readonly baseMs: number; readonly capMs: number };
  /** From the start of a connection to the end of reconciliation, ms. */
  readonly handshakeMs: number;
}

export type DrainMode = "finish_running" | "release_buffered";

/** Main thread to transport. */
export type ToTransport =
  | {
      readonly kind: "jobs";
      /** Ids of jobs that began since the last message and have no result yet. */
      readonly started?: readonly string[];
      /** A ProgressBatch. */
      readonly progress?: Uint8Array<ArrayBuffer>;
      /** A ResultBatch. */
      readonly results?: Uint8Array<ArrayBuffer>;
      /** A ReleaseBatch. */
      readonly releases?: Uint8Array<ArrayBuffer>;
    }
  | { readonly kind: "drain"; readonly mode: DrainMode; readonly timeoutMs: number | undefined }
  | { readonly kind: "token"; readonly token: string | undefined }
  /** Somebody listens for `settled`. */
  | { readonly kind: "report_settled" }
  /** End now, whatever is held. */
  | { readonly kind: "close" };

export interface Registered {
  readonly workerId: string;
  readonly sessionId: string;
  readonly sessionEpoch: number;
  readonly serverId: string;
  readonly resumed: boolean;
  readonly leaseTtlMs: number;
  readonly heartbeatIntervalMs: number;
  readonly limits: Limits;
}

/** From Welcome; 0 means the server named none. */
export interface Limits {
  readonly maxFrameBytes: number;
  readonly maxPayloadBytes: number;
  readonly maxResultBytes: number;
  readonly maxBatchItems: number;
}

export interface Settled {
  readonly jobId: string;
  readonly attempt: number;
  readonly leaseEpoch: number;
  readonly verdict:
    "committed" | "duplicate" | "stale" | "unknown_job" | "invalid" | "conflict" | "already_committed";
  readonly reason: string;
  /** Dependents that this result made ready. */
  readonly unblockedCount: number;
  /** Up to 100 of them. */
  readonly unblockedJobIds: readonly string[];
  /** A failure that gets another attempt. */
  readonly willRetry: boolean;
}

export interface EndedError {
  readonly code: string;
  readonly grpcStatus: string;
  readonly message: string;
}

/** To a transport in a thread: connect. */
export interface Start {
  readonly kind: "start";
}

/** From a transport in a thread, once: its code is there. */
export interface Loaded {
  readonly kind: "loaded";
}

/** Transport to main thread. */
export type FromTransport =
  /** An AssignmentBatch. */
  | { readonly kind: "assigned"; readonly batch: Uint8Array<ArrayBuffer> }
  | { readonly kind: "cancel"; readonly orders: readonly (JobKey & { readonly reason: string })[] }
  | {
      readonly kind: "lost";
      readonly why: "revoked" | "lease_lost";
      readonly reason: string;
      readonly keys: readonly JobKey[];
    }
  | ({ readonly kind: "registered" } & Registered)
  | {
      readonly kind: "disconnected";
      readonly code: string;
      readonly message: string;
      readonly retryInMs: number;
      /** Another stream is still there: an old one ended, or a draining server's successor did not take us yet. */
      readonly isConnected: boolean;
    }
  | { readonly kind: "lease"; readonly state: "held" | "suspect" | "lost" }
  | { readonly kind: "settled"; readonly acks: readonly Settled[] }
  /** A ResultAckBatch, when somebody listens: its bytes cross for nothing, objects are copied one by one. */
  | { readonly kind: "acked"; readonly batch: Uint8Array<ArrayBuffer> }
  | { readonly kind: "draining" }
  | { readonly kind: "notice"; readonly code: string; readonly message: string }
  | { readonly kind: "token_wanted" }
  | { readonly kind: "ended"; readonly error: EndedError | undefined };

/** A copy whose buffer is exactly as long as the bytes: fit to be transferred. */
export function exactCopy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
