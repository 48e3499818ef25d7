/** Cancels one job or many: what waits ends at once with its dependents, what runs is marked and its worker told. */
import { OPEN_STATES } from "../core/cancelling.js";
import { decideCancel } from "../core/decide.js";
import { MusterError } from "../core/errors.js";
import { failpoints } from "../core/failpoints.js";
import { isTerminal, type JobState } from "../core/job.js";
import type { CancelOutcome } from "../core/operations.js";
import type { Settled } from "../core/settlement.js";
import type { Store } from "../core/store.js";
import type { JobRef } from "../core/job.js";
import type { Aftermath } from "./aftermath.js";

export interface CancelOptions {
  readonly store: Pick<Store, "settle">;
  readonly aftermath: Aftermath;
  /** Workers of these sessions must be told something. */
  readonly onOrders: (sessionIds: readonly number[]) => void;
  /** These assignments are over. */
  readonly onSettled: (refs: readonly JobRef[]) => void;
}

const BATCH_MAX = 1000;
const OPEN: ReadonlySet<JobState> = new Set(OPEN_STATES);

export class Cancel {
  readonly #options: CancelOptions;

  constructor(options: CancelOptions) {
    this.#options = options;
  }

  /** The caller has checked that the job exists in its namespace. */
  async cancelJob(jobId: number, reason: string, graceMs: number): Promise<CancelOutcome> {
    const settled = await this.#cancel([jobId], reason, graceMs);
    const before = settled.before.get(jobId);
    if (before === undefined) throw new MusterError("JOB_NOT_FOUND", `job ${jobId} does not exist`);
    const after: JobState = settled.changed.find((job) => job.id === jobId)?.state ?? before.state;
    return { state: after, won: !isTerminal(before.state) };
  }

  /**
   * @param jobIds ascending
   * @param states only what is in one of these under its lock; by default whatever has not ended
   */
  async cancelJobs(
    jobIds: readonly number[],
    reason: string,
    graceMs: number,
    states: ReadonlySet<JobState> = OPEN,
  ): Promise<{ cancelled: number; requested: number; alreadyTerminal: number }> {
    const counts = { cancelled: 0, requested: 0, alreadyTerminal: 0 };
    const ended = new Set<number>();
    // Last jobs first: a parent that ends can then reach nothing that is not decided already.
    const order = jobIds.toReversed();
    for (let at = 0; at < order.length; at += BATCH_MAX) {
      const { before, changed } = await this.#cancel(
        order.slice(at, at + BATCH_MAX),
        reason,
        graceMs,
        states,
      );
      for (const job of changed) if (job.state === "cancelled") ended.add(job.id);
      for (const job of before.values()) {
        if (isTerminal(job.state)) counts.alreadyTerminal += ended.has(job.id) ? 0 : 1;
        else if (job.state === "running" && states.has("running") && !ended.has(job.id)) counts.requested++;
      }
    }
    return { ...counts, cancelled: ended.size };
  }

  async #cancel(
    ids: readonly number[],
    reason: string,
    graceMs: number,
    states: ReadonlySet<JobState> = OPEN,
  ): Promise<Settled> {
    const { store, aftermath, onOrders, onSettled } = this.#options;
    const told = new Set<number>();
    const taken: JobRef[] = [];
    const settled = await store.settle({
      ids,
      mayEnd: (job) => !isTerminal(job.state) && (job.state !== "running" || graceMs === 0),
      decide: (locked) => {
        const meant = ids.filter((id) => states.has(locked.jobs.get(id)?.state ?? "cancelled"));
        const decision = decideCancel(locked, meant, reason, graceMs);
        told.clear();
        taken.length = 0;
        for (const { sessionId, kind, jobId, leaseEpoch } of decision.orders) {
          told.add(sessionId);
          if (kind === "revoke" && jobId !== null && leaseEpoch !== null) taken.push({ jobId, leaseEpoch });
        }
        return decision;
      },
    });
    if (failpoints.reach !== null) await failpoints.reach("cancel.committed");
    onSettled(taken);
    aftermath.settled(settled.changed);
    onOrders([...told]);
    return settled;
  }
}
