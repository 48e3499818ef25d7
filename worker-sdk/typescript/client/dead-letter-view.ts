/** Dead letters, their groups and redrives as the client hands them out, and the filter over them. Pure. */
import type { DeadLetter__Output } from "../../../proto/gen/muster/admin/v1/DeadLetter.js";
import type { DeadLetterFilter as FilterMessage } from "../../../proto/gen/muster/admin/v1/DeadLetterFilter.js";
import type { DeadLetterGroup__Output } from "../../../proto/gen/muster/admin/v1/DeadLetterGroup.js";
import type { Redrive__Output } from "../../../proto/gen/muster/admin/v1/Redrive.js";
import { fromTimestamp, toTimestamp } from "../times.js";

/** All that are given must hold. Retry, discard and redrive want at least one of them, or `all`. */
export interface DeadLetterFilter {
  /** Up to 1000. */
  readonly jobIds?: readonly string[];
  readonly graphId?: string;
  readonly queue?: string;
  readonly type?: string;
  /** Of a group. */
  readonly fingerprint?: string;
  /** exhausted, non_retryable, poison, parent_failed, ... */
  readonly reason?: string;
  readonly errorType?: string;
  readonly diedAfter?: Date;
  readonly diedBefore?: Date;
  /** Every dead letter of the namespace. */
  readonly all?: boolean;
}

export interface DeadLetterView {
  readonly jobId: string;
  readonly queue: string;
  readonly type: string;
  readonly graphId: string;
  /** Of the job, when it died. */
  readonly generation: number;
  readonly attempts: number;
  readonly reason: string;
  /** Of the last error; the reason when there was none. */
  readonly errorType: string;
  /** Up to 500 characters. */
  readonly message: string;
  readonly fingerprint: string;
  /** The workers that were lost with it, in that order. */
  readonly lostWorkers: readonly string[];
  readonly diedAt: Date | undefined;
  readonly discardedAt: Date | undefined;
}

export interface DeadLetterGroup {
  readonly fingerprint: string;
  readonly errorType: string;
  /** Of the job that died last. */
  readonly message: string;
  readonly count: number;
  readonly firstDiedAt: Date | undefined;
  readonly lastDiedAt: Date | undefined;
  /** The job that died last. */
  readonly sampleJobId: string;
  /** Of its jobs, up to 10. */
  readonly types: readonly string[];
}

export const REDRIVE_STATES = ["canary", "rest", "done", "failed", "stopped"] as const;
export type RedriveState = (typeof REDRIVE_STATES)[number];

export interface RedriveView {
  readonly id: string;
  readonly state: RedriveState | "unknown";
  /** Which canary failed and how, or why it was stopped. */
  readonly stateReason: string;
  readonly canary: number;
  readonly perSecond: number;
  /** Dead letters that matched at its start. */
  readonly total: number;
  /** Canaries included. */
  readonly retried: number;
  readonly revived: number;
  readonly refused: number;
  readonly canariesSucceeded: number;
  readonly canaryJobIds: readonly string[];
  readonly createdAt: Date | undefined;
  readonly endedAt: Date | undefined;
}

export function toLetterFilter(filter: DeadLetterFilter): FilterMessage {
  return {
    jobIds: [...(filter.jobIds ?? [])],
    graphId: filter.graphId ?? "",
    queue: filter.queue ?? "",
    type: filter.type ?? "",
    fingerprint: filter.fingerprint ?? "",
    reason: filter.reason ?? "",
    errorType: filter.errorType ?? "",
    ...(filter.diedAfter !== undefined && { diedAfter: toTimestamp(filter.diedAfter.getTime()) }),
    ...(filter.diedBefore !== undefined && { diedBefore: toTimestamp(filter.diedBefore.getTime()) }),
    all: filter.all ?? false,
  };
}

export function toLetterView(letter: DeadLetter__Output): DeadLetterView {
  return {
    jobId: letter.jobId ?? "",
    queue: letter.queue ?? "",
    type: letter.type ?? "",
    graphId: letter.graphId ?? "",
    generation: letter.generation ?? 0,
    attempts: letter.attempts ?? 0,
    reason: letter.reason ?? "",
    errorType: letter.errorType ?? "",
    message: letter.message ?? "",
    fingerprint: letter.fingerprint ?? "",
    lostWorkers: letter.lostWorkers ?? [],
    diedAt: fromTimestamp(letter.diedAt),
    discardedAt: fromTimestamp(letter.discardedAt),
  };
}

export function toLetterGroup(group: DeadLetterGroup__Output): DeadLetterGroup {
  return {
    fingerprint: group.fingerprint ?? "",
    errorType: group.errorType ?? "",
    message: group.message ?? "",
    count: group.count ?? 0,
    firstDiedAt: fromTimestamp(group.firstDiedAt),
    lastDiedAt: fromTimestamp(group.lastDiedAt),
    sampleJobId: group.sampleJobId ?? "",
    types: group.types ?? [],
  };
}

export function toRedriveView(redrive: Redrive__Output): RedriveView {
  const word = (redrive.state ?? "").replace("REDRIVE_STATE_", "").toLowerCase();
  return {
    id: redrive.redriveId ?? "",
    state: REDRIVE_STATES.find((state) => state === word) ?? "unknown",
    stateReason: redrive.stateReason ?? "",
    canary: redrive.canary ?? 0,
    perSecond: redrive.perSecond ?? 0,
    total: redrive.total ?? 0,
    retried: redrive.retried ?? 0,
    revived: redrive.revived ?? 0,
    refused: redrive.refused ?? 0,
    canariesSucceeded: redrive.canariesSucceeded ?? 0,
    canaryJobIds: redrive.canaryJobIds ?? [],
    createdAt: fromTimestamp(redrive.createdAt),
    endedAt: fromTimestamp(redrive.endedAt),
  };
}

/** Nothing more will be retried by it. */
export function isRedriveOver(redrive: RedriveView): boolean {
  return redrive.state !== "canary" && redrive.state !== "rest";
}
