/**
 * What the comparison asks of every job system, Muster among them: a place of its own, a way to add jobs, and
 * worker processes. Each takes its turn alone; nothing of the others runs meanwhile.
 */
import type { Stores } from "../support/stores.js";
import type { BenchPayload } from "../support/worker-messages.js";
import type { WorkerPool } from "../support/worker-pool.js";

export interface Guarantees {
  /** Survives a crash of the store once it was answered. */
  readonly durable: string;
  readonly history: string;
  readonly dependencies: string;
  readonly protocol: string;
}

export interface Contender {
  readonly name: string;
  /** How it was set up for these figures. */
  readonly setting: string;
  readonly guarantees: Guarantees;
  /** Jobs of a round relative to the others: slow ones do fewer, so that a run ends. */
  readonly share: number;
  /** Opens everything but workers, in a fresh place. */
  open(stores: Stores): Promise<Turn>;
}

/** What the workers are for: some systems have settings of their own for each. */
export type WorkerKind = "live" | "drain" | "push";

export interface Turn {
  add(payload: BenchPayload): Promise<unknown>;
  addMany(payloads: readonly BenchPayload[]): Promise<unknown>;
  /** Not connected yet. */
  workers(kind: WorkerKind): Promise<WorkerPool>;
  close(): Promise<void>;
}
