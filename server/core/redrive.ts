/**
 * A canary redrive: retries a few dead letters, watches them to their end, and lets the others follow at a rate only
 * when all of them succeeded. The words for it and the decision what the next step is. Pure: a redrive is a row, the
 * store reads it under its lock, asks here by the database's clock and writes the answer in the same transaction, so it
 * goes on on any replica and never on two at once.
 */
import type { DeadLetterFilter } from "./dead-letters.js";
import type { JobState } from "./job.js";

/** In the order of their codes in `redrives.state`. */
export const REDRIVE_STATES = ["canary", "rest", "done", "failed", "stopped"] as const;
export type RedriveState = (typeof REDRIVE_STATES)[number];

export const CANARY_MAX = 100;
export const CANARY_DEFAULT = 5;
export const PER_SECOND_MIN = 0.01;
export const PER_SECOND_MAX = 1000;
export const PER_SECOND_DEFAULT = 10;

/** How often canaries are looked at. */
const WATCH_MS = 250;
/** Steps of a fast redrive are no closer than this; each takes more instead. */
const STEP_MS_MIN = 100;
/** What was not taken for longer than this, with every replica away, is not caught up with. */
const SAVED_MS_MAX = 1000;

export interface RedriveSettings {
  readonly filter: DeadLetterFilter;
  /** 1..100 */
  readonly canary: number;
  /** 0.01..1000 */
  readonly perSecond: number;
}

export interface RedriveView extends RedriveSettings {
  readonly id: number;
  readonly state: RedriveState;
  readonly reason: string;
  /** Dead letters that matched at its start. */
  readonly total: number;
  /** Canaries included. */
  readonly retried: number;
  readonly revived: number;
  readonly refused: number;
  readonly canariesSucceeded: number;
  readonly canaryPublicIds: readonly string[];
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

/** A redrive under its lock. */
export interface OpenRedrive {
  readonly state: "canary" | "rest";
  readonly canary: number;
  readonly perSecond: number;
  /** Canaries retried so far, as they are now; state null when the job is gone. */
  readonly canaries: readonly {
    readonly publicId: string;
    readonly state: JobState | null;
    readonly reason: string;
  }[];
  /** Every matching dead letter has been taken. */
  readonly isExhausted: boolean;
  /** For the rest: time not yet used for taking any. */
  readonly savedMs: number;
}

export type RedriveStep =
  /** Retry so many; the time left over is kept for the next step. */
  | { readonly kind: "take"; readonly count: number; readonly savedMs: number; readonly againMs: number }
  | { readonly kind: "wait"; readonly againMs: number }
  | { readonly kind: "go_on" }
  | { readonly kind: "end"; readonly state: "done" | "failed"; readonly reason: string };

export function decideRedriveStep(redrive: OpenRedrive): RedriveStep {
  if (redrive.state === "rest") return restStep(redrive);
  const failed = redrive.canaries.find(({ state }) => state !== "succeeded" && isOver(state));
  if (failed !== undefined) {
    const how = failed.state === null ? "is gone" : `is ${failed.state}`;
    const why = failed.reason === "" ? "" : ` (${failed.reason})`;
    return { kind: "end", state: "failed", reason: `canary ${failed.publicId} ${how}${why}` };
  }
  const missing = redrive.canary - redrive.canaries.length;
  if (missing > 0 && !redrive.isExhausted) {
    return { kind: "take", count: missing, savedMs: 0, againMs: 0 };
  }
  if (redrive.canaries.some(({ state }) => state !== "succeeded")) return { kind: "wait", againMs: WATCH_MS };
  return redrive.isExhausted ? { kind: "end", state: "done", reason: "" } : { kind: "go_on" };
}

function restStep({ savedMs, perSecond, isExhausted }: OpenRedrive): RedriveStep {
  if (isExhausted) return { kind: "end", state: "done", reason: "" };
  const eachMs = 1000 / perSecond;
  const usableMs = Math.min(savedMs, Math.max(SAVED_MS_MAX, eachMs));
  const count = Math.floor(usableMs / eachMs);
  const leftMs = usableMs - count * eachMs;
  const againMs = Math.max(STEP_MS_MIN, Math.ceil(eachMs - leftMs));
  return count === 0 ? { kind: "wait", againMs } : { kind: "take", count, savedMs: leftMs, againMs };
}

function isOver(state: JobState | null): boolean {
  return state === null || state === "dead" || state === "cancelled";
}

/** What operators may do with redrives. A redrive's id is that of its row. */
export interface RedriveOperations {
  /** @throws MusterError ILLEGAL_TRANSITION while another one of the namespace is open */
  startRedrive(settings: RedriveSettings): Promise<RedriveView>;
  /** @throws MusterError REDRIVE_NOT_FOUND */
  getRedrive(namespace: string, id: string): Promise<RedriveView>;
  listRedrives(namespace: string): Promise<readonly RedriveView[]>;
  /** What was retried goes on. One that has ended stays as it is. @throws MusterError REDRIVE_NOT_FOUND */
  stopRedrive(namespace: string, id: string, reason: string): Promise<RedriveView>;
}
