/**
 * Why a job is not running, as the client hands it out. Pure reading of the contract's messages; a kind of detail that
 * this version does not know reads as none.
 */
import type { Blocker__Output } from "../../../proto/gen/muster/jobs/v1/Blocker.js";
import type { ChainStep__Output } from "../../../proto/gen/muster/jobs/v1/ChainStep.js";
import type { ExplainJobResponse__Output } from "../../../proto/gen/muster/jobs/v1/ExplainJobResponse.js";
import type { SlotsBlocker__Output } from "../../../proto/gen/muster/jobs/v1/SlotsBlocker.js";
import { fromDuration, fromTimestamp } from "../times.js";
import { fromWireState, type JobView, type LimitHoldView, toLimitHoldView } from "./job-view.js";

/** One job on the way from a parent to what holds the whole chain. */
export interface ChainStepView {
  readonly jobId: string;
  readonly key: string;
  readonly type: string;
  readonly queue: string;
  readonly state: JobView["state"];
  /** While it runs. */
  readonly workerId: string;
  readonly reason: string;
  readonly since: Date | undefined;
  readonly summary: string;
}

export type BlockerDetail =
  | {
      readonly kind: "parent";
      /** The parent first, the root cause last. */
      readonly chain: readonly ChainStepView[];
      /** Steps in the middle that are not told. */
      readonly leftOut: number;
      /** The chain goes on above what was read. */
      readonly cut: boolean;
      readonly pendingParents: number;
    }
  | {
      readonly kind: "schedule";
      /** retry, run_at or release. */
      readonly why: string;
      readonly attempt: number;
      readonly maxAttempts: number;
    }
  | {
      readonly kind: "subscribers";
      readonly suspect: number;
      readonly draining: number;
      readonly subscribed: readonly {
        readonly queue: string;
        /** Empty: every type. */
        readonly jobTypes: readonly string[];
        readonly sessions: number;
      }[];
    }
  | {
      readonly kind: "slots";
      readonly workers: number;
      readonly slots: number;
      readonly busy: number;
      /** From 1. */
      readonly position: number;
      readonly positionIsExact: boolean;
      /** Undefined without a history of executions. */
      readonly estimate: WaitEstimateView | undefined;
    }
  | { readonly kind: "limit"; readonly hold: LimitHoldView }
  | {
      readonly kind: "running";
      readonly workerId: string;
      readonly attempt: number;
      readonly progress: number;
      readonly progressNote: string;
      readonly leaseExpiresAt: Date | undefined;
      readonly cancelRequested: boolean;
    }
  | {
      readonly kind: "ended";
      readonly state: JobView["state"];
      readonly stateReason: string;
      readonly errorType: string;
      readonly errorMessage: string;
      /** The parents that ended it, the first to fail last. */
      readonly chain: readonly ChainStepView[];
      /** Steps in the middle that are not told. */
      readonly leftOut: number;
    };

export interface WaitEstimateView {
  readonly typicalMs: number;
  readonly lateMs: number;
  readonly medianMs: number;
  readonly p90Ms: number;
  readonly samples: number;
  /** How it was computed, in words. */
  readonly basis: string;
}

export interface BlockerView {
  /** A stable word; see docs/runbooks/explain.md. */
  readonly reason: string;
  readonly since: Date | undefined;
  /** When it goes by itself, where a time is known. */
  readonly until: Date | undefined;
  readonly summary: string;
  readonly resolution: string;
  readonly detail: BlockerDetail | undefined;
}

export interface ExplanationView {
  readonly jobId: string;
  readonly namespace: string;
  readonly queue: string;
  readonly type: string;
  readonly key: string;
  readonly state: JobView["state"];
  /** By the database's clock. */
  readonly at: Date | undefined;
  /** The first has to go first. */
  readonly blockers: readonly BlockerView[];
  /** Open parents that are not among the blockers. */
  readonly moreParents: number;
}

export function toExplanationView(response: ExplainJobResponse__Output): ExplanationView {
  return {
    jobId: response.jobId ?? "",
    namespace: response.namespace ?? "",
    queue: response.queue ?? "",
    type: response.type ?? "",
    key: response.key ?? "",
    state: fromWireState(response.state),
    at: fromTimestamp(response.at),
    blockers: (response.blockers ?? []).map(toBlockerView),
    moreParents: response.moreParents ?? 0,
  };
}

function toBlockerView(blocker: Blocker__Output): BlockerView {
  return {
    reason: blocker.reason ?? "",
    since: fromTimestamp(blocker.since),
    until: fromTimestamp(blocker.until),
    summary: blocker.summary ?? "",
    resolution: blocker.resolution ?? "",
    detail: toDetail(blocker),
  };
}

function toDetail(blocker: Blocker__Output): BlockerDetail | undefined {
  const { parent, schedule, subscribers, slots, limit, running, ended } = blocker;
  if (parent !== undefined) {
    const chain = (parent.chain ?? []).map(toStep);
    const { cut = false, leftOut = 0, pendingParents = 0 } = parent;
    return { kind: "parent", chain, leftOut, cut, pendingParents };
  }
  if (schedule !== undefined) {
    const { why = "", attempt = 0, maxAttempts = 0 } = schedule;
    return { kind: "schedule", why, attempt, maxAttempts };
  }
  if (subscribers !== undefined) {
    const subscribed = (subscribers.subscribed ?? []).map(({ queue = "", jobTypes = [], sessions = 0 }) => ({
      queue,
      jobTypes,
      sessions,
    }));
    const { suspect = 0, draining = 0 } = subscribers;
    return { kind: "subscribers", suspect, draining, subscribed };
  }
  if (slots !== undefined) return toSlots(slots);
  if (limit !== undefined) return { kind: "limit", hold: toLimitHoldView(limit) };
  if (running !== undefined) {
    const { workerId = "", attempt = 0, progress = 0, progressNote = "", cancelRequested = false } = running;
    const leaseExpiresAt = fromTimestamp(running.leaseExpiresAt);
    return { kind: "running", workerId, attempt, progress, progressNote, leaseExpiresAt, cancelRequested };
  }
  if (ended === undefined) return undefined;
  return {
    kind: "ended",
    state: fromWireState(ended.state),
    stateReason: ended.stateReason ?? "",
    errorType: ended.error?.errorType ?? "",
    errorMessage: ended.error?.message ?? "",
    chain: (ended.chain ?? []).map(toStep),
    leftOut: ended.leftOut ?? 0,
  };
}

function toSlots(message: SlotsBlocker__Output): BlockerDetail {
  const { workers = 0, slots = 0, busy = 0, position = 0, positionIsExact = false, estimate } = message;
  return {
    kind: "slots",
    workers,
    slots,
    busy,
    position,
    positionIsExact,
    estimate:
      estimate === undefined
        ? undefined
        : {
            typicalMs: fromDuration(estimate.typical),
            lateMs: fromDuration(estimate.late),
            medianMs: fromDuration(estimate.median),
            p90Ms: fromDuration(estimate.p90),
            samples: estimate.samples ?? 0,
            basis: estimate.basis ?? "",
          },
  };
}

function toStep(step: ChainStep__Output): ChainStepView {
  return {
    jobId: step.jobId ?? "",
    key: step.key ?? "",
    type: step.type ?? "",
    queue: step.queue ?? "",
    state: fromWireState(step.state),
    workerId: step.workerId ?? "",
    reason: step.reason ?? "",
    since: fromTimestamp(step.since),
    summary: step.summary ?? "",
  };
}
