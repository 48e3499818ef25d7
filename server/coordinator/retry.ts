/** Opens a new generation of a dead or cancelled job, with its parents and children under lock. */
import { decideReopen } from "../core/decide.js";
import { MusterError } from "../core/errors.js";
import { failpoints } from "../core/failpoints.js";
import { formatId } from "../core/job-id.js";
import type { JobState } from "../core/job.js";
import type { Logger } from "../core/ports.js";
import type { ChangedJob, Decision } from "../core/settlement.js";
import type { Store } from "../core/store.js";
import type { Aftermath } from "./aftermath.js";

export interface RetryOptions {
  readonly store: Pick<Store, "settle" | "parentsOf" | "raiseParents">;
  readonly aftermath: Aftermath;
  readonly logger: Logger;
}

const NOTHING: Decision = { changes: [], orders: [] };

export class Retry {
  readonly #options: RetryOptions;

  constructor(options: RetryOptions) {
    this.#options = options;
  }

  /**
   * The caller has checked that the job exists in its namespace.
   * @throws MusterError ILLEGAL_TRANSITION unless the job is dead or cancelled and no parent stands in its way
   */
  async retryJob(jobId: number): Promise<{ state: JobState; generation: number }> {
    const parentIds = await this.#options.store.parentsOf(jobId);
    let failedParentId: number | null = null;
    const { before, changed } = await this.#options.store.settle({
      ids: [jobId, ...parentIds],
      // Not that it ends: its dependents have to be locked, those that appear meanwhile included.
      mayEnd: (job) => job.id === jobId && (job.state === "dead" || job.state === "cancelled"),
      decide: (locked) => {
        const reopened = decideReopen(locked, jobId, parentIds);
        if (reopened === null) return NOTHING;
        if ("decision" in reopened) return reopened.decision;
        failedParentId = reopened.failedParentId;
        return NOTHING;
      },
    });
    const was = before.get(jobId);
    const now = changed.find((job) => job.id === jobId);
    if (was === undefined) throw new MusterError("JOB_NOT_FOUND", `job ${jobId} does not exist`);
    if (now === undefined)
      throw refusal(was.state, failedParentId, before.get(failedParentId ?? 0)?.createdMs ?? 0);
    if (failpoints.reach !== null) await failpoints.reach("retry.committed");
    this.#options.aftermath.settled([...changed, ...(await this.#raised(changed))]);
    return { state: now.state, generation: was.generation + 1 };
  }

  /** Priority is advice: the job is open again, whatever becomes of this. */
  async #raised(changed: readonly ChangedJob[]): Promise<readonly ChangedJob[]> {
    try {
      return await this.#options.store.raiseParents(changed);
    } catch (error) {
      this.#options.logger.warn({ jobs: changed.length, error }, "priority.raise_failed");
      return [];
    }
  }
}

function refusal(state: JobState, failedParentId: number | null, parentCreatedMs: number): MusterError {
  if (failedParentId === null) {
    return new MusterError("ILLEGAL_TRANSITION", `state: expected dead or cancelled, got ${state}`, {
      violations: [{ field: "state", expected: "dead or cancelled", got: state }],
    });
  }
  const parent = formatId(failedParentId, parentCreatedMs);
  return new MusterError(
    "ILLEGAL_TRANSITION",
    `depends_on: expected parents that did not fail, got ${parent}: retry it first`,
    {
      violations: [{ field: "depends_on", expected: "parents that did not fail", got: parent }],
    },
  );
}
