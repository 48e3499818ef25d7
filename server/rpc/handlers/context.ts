/** What every handler of a service is given besides its own work. Made by front.ts, one for the process. */
import type { Logger } from "../../core/ports.js";
import type { RpcObserver } from "../call-tracker.js";

export interface HandlerContext {
  readonly logger: Logger;
  readonly observer: RpcObserver;
  /** Longest a unary call, or one message of a client stream, may take before CALL_TIMEOUT. */
  readonly unaryTimeoutMs: number;
  /** Aborts when this replica begins to stop: open streams end with DRAINING. */
  readonly draining: AbortSignal;
}
