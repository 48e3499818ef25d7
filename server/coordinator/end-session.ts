/**
 * Ends sessions and gives their jobs back: a worker that left, one whose stream stayed lost past the grace, one
 * that another process replaced. The session row ends first; whatever was claimed for it until then is found.
 */
import type { GivenBack } from "../core/decide.js";
import { isUnavailable } from "../core/errors.js";
import { failpoints } from "../core/failpoints.js";
import type { JobRef } from "../core/job.js";
import type { RescueReason } from "../core/metrics.js";
import type { Logger } from "../core/ports.js";
import type { SessionEnd, Store } from "../core/store.js";
import type { GiveBack } from "./give-back.js";
import { GroupCommit, ONE_LANE } from "./group-commit.js";
import type { LiveSession } from "./live-session.js";
import type { LiveSessions } from "./live-sessions.js";

export interface EndSessionOptions {
  readonly store: Pick<Store, "endSessions" | "jobsOfSessions">;
  readonly sessions: LiveSessions;
  readonly giveBack: GiveBack;
  readonly logger: Logger;
  readonly onRemoved: (session: LiveSession) => void;
}

const REASONS = {
  left: { how: "offline", rescue: "stream_lost", jobs: "released" },
  stream_lost: { how: "lost", rescue: "stream_lost", jobs: "lost" },
  drain_timeout: { how: "offline", rescue: "stream_lost", jobs: "released" },
  replaced: { how: "offline", rescue: "session_replaced", jobs: "lost" },
  lease_expired: { how: "lost", rescue: "lease_expired", jobs: "lost" },
} as const satisfies Record<string, { how: SessionEnd; rescue: RescueReason; jobs: GivenBack["how"] }>;

export type EndReason = keyof typeof REASONS;

/** Sessions in one search. */
const SESSIONS_MAX = 1_000;

export class EndSession {
  readonly #options: EndSessionOptions;
  /** The search reads all open jobs, so those who ask together share one. */
  readonly #searches: GroupCommit<readonly number[], readonly JobRef[]>;

  constructor(options: EndSessionOptions) {
    this.#options = options;
    this.#searches = new GroupCommit({
      lanes: ONE_LANE,
      weightMax: SESSIONS_MAX,
      weightOf: (sessionIds) => sessionIds.length,
      flush: async (asked) => {
        const held = new Map<number, JobRef[]>(asked.flat().map((id) => [id, []]));
        for (const job of await options.store.jobsOfSessions([...held.keys()]))
          held.get(job.sessionId)?.push(job);
        return asked.map((sessionIds): readonly JobRef[] => sessionIds.flatMap((id) => held.get(id) ?? []));
      },
    });
  }

  /**
   * Ends a session of this replica; what it holds is known, so its jobs are ready again at once. When the store is
   * away the rescuer finishes the work: the row says by itself that the lease ran out. A session that went on at
   * another replica, which nobody told us, ends here only.
   */
  async end(session: LiveSession, reason: EndReason): Promise<void> {
    if (session.state === "over") return;
    session.state = "over";
    const { store, sessions, giveBack, logger, onRemoved } = this.#options;
    onRemoved(session);
    sessions.remove(session);
    const underWay = session.mayBeGiven;
    const refs = [...session.held.values()].map(({ jobId, leaseEpoch }) => ({ jobId, leaseEpoch }));
    logger.info(
      { sessionId: session.id, workerId: session.workerId, reason, jobs: refs.length },
      "session.ended",
    );
    try {
      const held = { sessionId: session.id, epoch: session.epoch };
      const over = await store.endSessions([held], REASONS[reason].how, reason);
      if (!over.includes(session.id)) return;
      if (failpoints.reach !== null) await failpoints.reach("session.ended");
      await giveBack.giveBack(
        this.#items(refs, REASONS[reason].jobs, session.unsent),
        REASONS[reason].rescue,
      );
      // What was under way gave it jobs that were never sent: nobody begins them, and they are no loss of its worker.
      if (underWay) await this.takeJobsOf([session.id], reason, "undelivered");
    } catch (error) {
      const away = isUnavailable(error);
      logger[away ? "warn" : "error"]({ sessionId: session.id, error }, "session.end_failed");
    }
  }

  /** Gives back whatever sessions hold that have ended in the store, wherever they lived. */
  async takeJobsOf(
    sessionIds: readonly number[],
    reason: EndReason,
    how: GivenBack["how"] = REASONS[reason].jobs,
  ): Promise<void> {
    if (sessionIds.length === 0) return;
    const refs = await this.#searches.add(sessionIds);
    if (refs.length === 0) return;
    await this.#options.giveBack.giveBack(this.#items(refs, how), REASONS[reason].rescue);
  }

  #items(
    refs: readonly JobRef[],
    how: GivenBack["how"],
    unsent: ReadonlySet<number> = new Set(),
  ): GivenBack[] {
    return refs.map(({ jobId, leaseEpoch }) => ({
      ref: { jobId, leaseEpoch },
      how: unsent.has(jobId) ? "undelivered" : how,
      delayMs: 0,
    }));
  }
}
