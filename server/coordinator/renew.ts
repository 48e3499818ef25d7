/**
 * Heartbeats: groups those of all streams, extends the leases in one statement, and answers after its commit. A
 * session that is not among the renewed ones is over.
 */
import { isUnavailable } from "../core/errors.js";
import { failpoints } from "../core/failpoints.js";
import type { Metrics } from "../core/metrics.js";
import type { HeartbeatRow, Store } from "../core/store.js";
import { GroupCommit, ONE_LANE } from "./group-commit.js";

const HEARTBEATS_MAX = 2000;
/** Heartbeats come one by one, spread over their interval: without this each would be a write of its own. */
const GATHER_MS = 100;

export class Renew {
  readonly #lane: GroupCommit<HeartbeatRow, boolean>;

  constructor(options: {
    readonly store: Pick<Store, "renew">;
    readonly metrics: Metrics;
    readonly leaseTtlMs: number;
    /** Leases go on running down, and no worker is to blame. */
    readonly onStoreAway: () => void;
  }) {
    this.#lane = new GroupCommit({
      lanes: ONE_LANE,
      weightMax: HEARTBEATS_MAX,
      weightOf: () => 1,
      gatherMs: Math.min(GATHER_MS, options.leaseTtlMs / 100),
      flush: async (rows) => {
        // A session may be there twice after a resume; the newest row counts.
        const newest = new Map(rows.map((row) => [row.sessionId, row]));
        const renewed = await options.store
          .renew([...newest.values()], options.leaseTtlMs)
          .catch((error: unknown) => {
            if (isUnavailable(error)) options.onStoreAway();
            throw error;
          });
        if (failpoints.reach !== null) await failpoints.reach("renew.committed");
        return rows.map((row) => renewed.has(row.sessionId));
      },
      onFlushed: ({ length }, seconds) => options.metrics.flushed("heartbeat", length, seconds),
    });
  }

  /** @returns false when the session is over */
  renew(row: HeartbeatRow): Promise<boolean> {
    return this.#lane.add(row);
  }
}
