/**
 * The handler of the README that writes to a store of its own. A job may run twice; the job's id makes the write
 * happen once, the lease epoch keeps a handler that lost its lease from overwriting its successor's work.
 */
import { NonRetryableError, RetryAfterError, type JobContext } from "../index.js";

/** What the example needs of a database. */
export interface OrderStore {
  /** Writes unless a write of the same job with a higher epoch is there; false when there is. */
  saveOnce(row: { readonly jobId: string; readonly epoch: number; readonly total: number }): Promise<boolean>;
}

export function chargeHandler(
  store: OrderStore,
  charge: (cents: number, signal: AbortSignal) => Promise<Response>,
) {
  return async (job: JobContext): Promise<{ readonly saved: boolean }> => {
    const { cents } = job.json<{ cents: number }>();
    if (!Number.isInteger(cents)) throw new NonRetryableError(`cents: expected a whole number, got ${cents}`);
    const answer = await charge(cents, job.signal);
    if (answer.status === 429) throw new RetryAfterError(60_000);
    const saved = await store.saveOnce({ jobId: job.id, epoch: job.leaseEpoch, total: cents });
    return { saved };
  };
}
