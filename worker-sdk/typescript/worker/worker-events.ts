/**
 * What a worker tells whoever listens. `settled` and `assigned` cost something for every job and are only made
 * when somebody listens.
 */
import type { Registered, Settled } from "../transport/messages.js";
import type { JobContext } from "./job-context.js";

export type { Registered, Settled };

export interface WorkerEvents {
  /** A new session: the first one, or after the old one was lost. */
  registered: [Registered];
  /** Back with the same session after a lost stream. */
  resumed: [Registered];
  /** A stream, or an attempt to open one, ended; the next is tried after `retryInMs`. */
  disconnected: [{ readonly code: string; readonly message: string; readonly retryInMs: number }];
  /** `suspect`: no heartbeat answered for half the lease; `lost`: the jobs are somebody else's by now. */
  lease: [{ readonly state: "held" | "suspect" | "lost" }];
  assigned: [JobContext];
  /** The server's word on a result. */
  settled: [Settled];
  /** No more jobs come: asked for here, or by an operator. */
  draining: [];
  notice: [{ readonly code: string; readonly message: string }];
  error: [Error];
}

/**
 * `suspect`: connected or not, no heartbeat was answered for half the lease. `draining`: what is held is being
 * finished. `closed`: it will not run again.
 */
export type WorkerPhase = "idle" | "connecting" | "active" | "suspect" | "draining" | "closed";
