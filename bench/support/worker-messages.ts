/**
 * What the bench and one of its worker processes tell each other over the channel between parent and child. Arrays
 * are indexed by the number a job carries in its payload (`seq`), so nothing has to be looked up by id afterwards.
 */

export interface WorkerSettings {
  readonly address: string;
  readonly queue: string;
  readonly name: string;
  /** Workers, each with a stream of its own, in this process. */
  readonly streams: number;
  /** Handlers at once, for each worker. */
  readonly slots: number;
  /** Jobs held at once, for each worker; undefined: what the SDK takes by default. */
  readonly window: number | undefined;
  readonly transport: "thread" | "inline";
}

/** What a bench job carries. */
export interface BenchPayload {
  readonly seq: number;
  /** The handler waits this long; absent or 0: it returns at once. */
  readonly sleepMs?: number;
  /** The handler returns this many bytes; absent or 0: nothing. */
  readonly outputBytes?: number;
  /** Makes the payload as long as it is meant to be. */
  readonly pad?: string;
}

export type ToWorker =
  | { readonly kind: "connect" }
  /** Forget everything; jobs 0..capacity-1 come next. */
  | { readonly kind: "begin"; readonly capacity: number }
  | { readonly kind: "collect" }
  | { readonly kind: "leave" };

export type FromWorker =
  | { readonly kind: "ready" }
  | { readonly kind: "registered" }
  | { readonly kind: "begun" }
  /** Counts since `begin`. Comes at most every few ms, and only when something changed. */
  | { readonly kind: "counts"; readonly received: number; readonly settled: number; readonly refused: number }
  | ({ readonly kind: "collected" } & Receipts);

/** Moments in microseconds of the shared clock; 0 where there was none. */
export interface Receipts {
  /** The handler began, the last time if there were several. */
  readonly receivedUs: Float64Array;
  /** The handler returned, so the result was on its way. */
  readonly returnedUs: Float64Array;
  /** The server's acknowledgement of the committed result was there. */
  readonly settledUs: Float64Array;
  /** Handler starts in all; more than the jobs when some ran twice. */
  readonly received: number;
  /** Results that were refused: stale, conflicting, unknown. */
  readonly refused: number;
}
