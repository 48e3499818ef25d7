/**
 * What the doctor needs from the adapters: facts about Postgres and Redis and the rows that break the audit rules.
 * Everything behind these ports reads only and is bounded in rows and time. Judged by `judge-store.ts` and
 * `judge-queue.ts`.
 */
import type { AuditName } from "./audit-rules.js";
import type { QueueKey, ReadyDepth, ReadyHint } from "./ports.js";
import type { ChangedJob } from "./settlement.js";

/** By name, in order. */
export interface Migrations {
  readonly applied: readonly string[];
  readonly expected: readonly string[];
}

export interface StoreFacts {
  /** Postgres settings by name, as they hold for our role. */
  readonly settings: Readonly<Record<string, string>>;
  readonly connections: {
    readonly max: number;
    /** Kept for superusers and others. */
    readonly reserved: number;
    readonly used: number;
    /** Of those used, by our role on this database. */
    readonly own: number;
    /** Replicas with live sessions. */
    readonly replicas: number;
  };
  readonly tables: readonly { readonly name: string; readonly live: number; readonly dead: number }[];
  /** The longest first. */
  readonly transactions: readonly Activity[];
  /** Statements that wait for a lock, the longest first. */
  readonly lockWaits: readonly Activity[];
  /** Prepared transactions and inactive replication slots. */
  readonly held: readonly string[];
  /** Of the database, in transactions; 2^31 is the end. */
  readonly transactionIdAge: number;
  readonly invalidIndexes: readonly string[];
  readonly missingIndexes: readonly string[];
}

export interface Activity {
  readonly pid: number;
  readonly ageMs: number;
  /** Who, and what it does; never the values of a statement. */
  readonly what: string;
}

/** A queue as Postgres has it. `ready` is by stored priority: ageing does not show. */
export interface CheckedQueue {
  readonly id: number;
  readonly key: QueueKey;
  readonly isPaused: boolean;
  readonly ready: ReadyDepth;
  /** Live sessions that subscribe to it. */
  readonly sessions: number;
}

/** Null: it did not end in time. */
export type AuditRows = readonly string[] | null;

export interface StoreCheckup {
  migrations(): Promise<Migrations>;
  facts(): Promise<StoreFacts>;
  /** Up to 200, those with the most ready jobs first. */
  queues(): Promise<readonly CheckedQueue[]>;
  /** Which of these jobs are ready now, with what their hints need. */
  readyAmong(jobIds: readonly number[]): Promise<readonly ChangedJob[]>;
  /** @param rescueMs ms after which the loss of a session must have been noticed @param timeoutMs 1 or more */
  audit(name: AuditName, rescueMs: number, timeoutMs: number): Promise<AuditRows>;
}

export interface RedisFacts {
  readonly version: string;
  readonly role: string;
  readonly evictionPolicy: string;
  readonly memory: { readonly usedBytes: number; readonly maxBytes: number };
  readonly isAppendOnly: boolean;
  readonly hasSnapshots: boolean;
  readonly runId: string;
  /** Null: it is not there. */
  readonly sentinel: string | null;
}

export interface PeekedHints {
  readonly hints: readonly ReadyHint[];
  /** Entries that are not ours, and keys of another type. */
  readonly foreign: readonly string[];
  /** False: a key is of another type. Whoever uses the queue now heals it; the doctor must not. */
  readonly isSound: boolean;
}

/** Not there in embedded mode, whose queue lives in the process. */
export interface QueueCheckup {
  facts(): Promise<RedisFacts>;
  /** The first hints of each level; changes nothing. */
  peek(queue: QueueKey, perLevel: number): Promise<PeekedHints>;
}
