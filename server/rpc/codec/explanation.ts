/** The answer to "why is this job not running", as the jobs service gives it. Encodes only. */
import type { Blocker as BlockerMessage } from "../../../proto/gen/muster/jobs/v1/Blocker.js";
import type { ChainStep as ChainStepMessage } from "../../../proto/gen/muster/jobs/v1/ChainStep.js";
import type { ExplainJobResponse } from "../../../proto/gen/muster/jobs/v1/ExplainJobResponse.js";
import type { WaitEstimate as WaitEstimateMessage } from "../../../proto/gen/muster/jobs/v1/WaitEstimate.js";
import type { Blocker, BlockerDetail, ChainStep, Explanation, WaitEstimate } from "../../core/explanation.js";
import { JOB_STATE } from "./enums.js";
import { encodeLimitHold } from "./limit-hold.js";
import { encodeDuration, encodeOptionalTimestamp, encodeTimestamp } from "./time.js";

export function encodeExplanation(explanation: Explanation): ExplainJobResponse {
  return {
    jobId: explanation.publicId,
    namespace: explanation.namespace,
    queue: explanation.queue,
    type: explanation.type,
    key: explanation.key ?? "",
    state: JOB_STATE[explanation.state],
    at: encodeTimestamp(explanation.at),
    blockers: explanation.blockers.map(encodeBlocker),
    moreParents: explanation.moreParents,
  } satisfies ExplainJobResponse;
}

function encodeBlocker({ reason, since, until, summary, resolution, detail }: Blocker): BlockerMessage {
  return {
    reason,
    since: encodeOptionalTimestamp(since),
    until: encodeOptionalTimestamp(until),
    summary,
    resolution,
    ...(detail !== null && encodeDetail(detail)),
  } satisfies BlockerMessage;
}

function encodeDetail(detail: BlockerDetail): Omit<BlockerMessage, "reason" | "since" | "until"> {
  switch (detail.kind) {
    case "parent":
      return {
        parent: {
          chain: detail.chain.map(encodeStep),
          cut: detail.isCut,
          leftOut: detail.leftOut,
          pendingParents: detail.pendingParents,
        },
      };
    case "schedule":
      return { schedule: { why: detail.why, attempt: detail.attempt, maxAttempts: detail.maxAttempts } };
    case "subscribers":
      return {
        subscribers: {
          suspect: detail.suspect,
          draining: detail.draining,
          subscribed: detail.subscribed.map(({ queue, jobTypes, sessions }) => ({
            queue,
            jobTypes: [...jobTypes],
            sessions,
          })),
        },
      };
    case "slots":
      return {
        slots: {
          workers: detail.workers,
          slots: detail.slots,
          busy: detail.busy,
          position: detail.position,
          positionIsExact: detail.isPositionExact,
          estimate: encodeEstimate(detail.estimate),
        },
      };
    case "limit":
      return { limit: encodeLimitHold(detail.hold) };
    case "running":
      return {
        running: {
          workerId: detail.workerId,
          attempt: detail.attempt,
          progress: detail.progress,
          progressNote: detail.progressNote,
          leaseExpiresAt: encodeOptionalTimestamp(detail.leaseExpiresAt),
          cancelRequested: detail.cancelRequested,
        },
      };
    case "ended":
      return {
        ended: {
          state: JOB_STATE[detail.state],
          stateReason: detail.stateReason,
          error:
            detail.errorType === "" ? null : { errorType: detail.errorType, message: detail.errorMessage },
          chain: detail.chain.map(encodeStep),
          leftOut: detail.leftOut,
        },
      };
  }
}

function encodeStep(step: ChainStep): ChainStepMessage {
  return {
    jobId: step.publicId,
    key: step.key ?? "",
    type: step.type,
    queue: step.queue,
    state: JOB_STATE[step.state],
    workerId: step.workerId ?? "",
    reason: step.reason,
    since: encodeOptionalTimestamp(step.since),
    summary: step.summary,
  } satisfies ChainStepMessage;
}

function encodeEstimate(estimate: WaitEstimate | null): WaitEstimateMessage | null {
  if (estimate === null) return null;
  return {
    typical: encodeDuration(estimate.typicalMs),
    late: encodeDuration(estimate.lateMs),
    median: encodeDuration(estimate.medianMs),
    p90: encodeDuration(estimate.p90Ms),
    samples: estimate.samples,
    basis: estimate.basis,
  } satisfies WaitEstimateMessage;
}
