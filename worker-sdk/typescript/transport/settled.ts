/**
 * Reads acknowledgements of results: which results are settled and how, and which have to wait. Pure. A
 * disposition this version does not know is neither: the result stays and is sent again on the next stream.
 */
import type { ResultAck__Output } from "../../../proto/gen/muster/worker/v1/ResultAck.js";
import type { JobKey } from "./held-jobs.js";
import type { Settled } from "./messages.js";

const VERDICT: Readonly<Record<string, Settled["verdict"]>> = {
  RESULT_DISPOSITION_COMMITTED: "committed",
  RESULT_DISPOSITION_DUPLICATE: "duplicate",
  RESULT_DISPOSITION_STALE: "stale",
  RESULT_DISPOSITION_UNKNOWN_JOB: "unknown_job",
  RESULT_DISPOSITION_INVALID: "invalid",
  RESULT_DISPOSITION_CONFLICT: "conflict",
};

export function readSettled(acks: readonly ResultAck__Output[]): {
  readonly settled: readonly Settled[];
  readonly later: readonly JobKey[];
} {
  const settled: Settled[] = [];
  const later: JobKey[] = [];
  for (const ack of acks) {
    const jobId = ack.ref?.jobId ?? "";
    const leaseEpoch = ack.ref?.leaseEpoch ?? 0;
    const verdict = VERDICT[ack.disposition ?? ""];
    if (ack.disposition === "RESULT_DISPOSITION_RETRY_LATER") later.push({ jobId, leaseEpoch });
    if (verdict === undefined) continue;
    settled.push({
      jobId,
      attempt: ack.ref?.attempt ?? 0,
      leaseEpoch,
      verdict,
      reason: ack.reason ?? "",
      unblockedCount: ack.unblockedCount ?? 0,
      unblockedJobIds: ack.unblockedJobIds ?? [],
      willRetry: ack.willRetry ?? false,
    });
  }
  return { settled, later };
}
