/**
 * Ends what nobody ends by itself: sessions whose lease ran out, jobs of sessions that are over, drains that ran out.
 * Timeouts of jobs are the deadline runner's.
 *
 * | when | what happens |
 * |---|---|
 * | this process was paused | the round is skipped: nobody could renew through us, and Node runs timers before sockets |
 * | Postgres was away | every live session gets a whole lease again before anyone is declared lost |
 * | Postgres refuses renewals or registrations, and nothing else (a disk runs full) | the same |
 * | two replicas rescue at once | each session ends once, each job is given back once (conditional statements) |
 */
import type { GivenBack } from "../core/decide.js";
import { isUnavailable } from "../core/errors.js";
import { failpoints } from "../core/failpoints.js";
import type { RescueReason } from "../core/metrics.js";
import type { Logger } from "../core/ports.js";
import type { Store } from "../core/store.js";
import type { EndSession } from "../coordinator/end-session.js";
import type { GiveBack } from "../coordinator/give-back.js";
import type { LiveSession } from "../coordinator/live-session.js";
import type { LiveSessions } from "../coordinator/live-sessions.js";
import type { ResumeGrace } from "../coordinator/resume-grace.js";
import { Loop } from "./loop.js";

export interface RescuerOptions {
  readonly store: Pick<Store, "expireSessions" | "extendLeases" | "orphanedJobs" | "jobsOfSessions">;
  readonly sessions: LiveSessions;
  readonly endSession: EndSession;
  readonly giveBack: GiveBack;
  readonly grace: Pick<ResumeGrace, "pausedHere">;
  readonly logger: Logger;
  readonly intervalMs: number;
  readonly leaseTtlMs: number;
  readonly monoMs: () => number;
  /** It may get jobs again. */
  readonly onCounted: (session: LiveSession) => void;
}

/** Shorter than any pause that matters: a round that waits for Postgres must not look like a process that stood still. */
const PULSE_MS = 500;
const SESSIONS_MAX = 200;
const ORPHANS_MAX = 500;
/** Orphans are looked for this often: it reads all open jobs. */
const ORPHAN_PERIOD_MS = 30_000;
/** A statement whose answer was lost may still commit until Postgres ends it: the second look is after that. */
const SECOND_LOOK_MS = 35_000;

export class Rescuer {
  readonly #options: RescuerOptions;
  readonly #loop: Loop;
  readonly #recount = new Set<number>();
  /** Sessions to be counted once more, in the order of when. */
  #secondLooks: { readonly atMono: number; readonly sessionIds: readonly number[] }[] = [];
  #pulse: NodeJS.Timeout | null = null;
  #aliveMono: number;
  /** How long this process stood still since the last round. */
  #pausedMs = 0;
  #storeFailed = false;
  #orphansAfterMono: number;

  constructor(options: RescuerOptions) {
    this.#options = options;
    this.#aliveMono = options.monoMs();
    // Whoever starts gives the workers of a replica that died the time to come back first.
    this.#orphansAfterMono = options.monoMs() + options.leaseTtlMs;
    this.#loop = new Loop({
      name: "rescuer",
      intervalMs: options.intervalMs,
      logger: options.logger,
      run: () => this.#round(),
    });
  }

  start(): void {
    this.#aliveMono = this.#options.monoMs();
    this.#pulse = setInterval(() => this.#noticePause(), PULSE_MS);
    this.#pulse.unref();
    // A first start after an outage of all replicas must not find every lease run out.
    this.#storeFailed = true;
    this.#loop.start();
  }

  stop(): Promise<void> {
    if (this.#pulse !== null) clearInterval(this.#pulse);
    return this.#loop.stop();
  }

  runOnce(): Promise<void> {
    return this.#loop.runOnce();
  }

  /** Sessions that may hold jobs in Postgres which this replica does not know of. */
  recount(sessionIds: readonly number[]): void {
    if (sessionIds.length === 0) return;
    for (const id of sessionIds) {
      this.#recount.add(id);
      const session = this.#options.sessions.get(id);
      if (session !== undefined) session.isUncounted = true;
    }
    this.#secondLooks.push({ atMono: this.#options.monoMs() + SECOND_LOOK_MS, sessionIds });
    this.#loop.nudge(200);
  }

  /** Leases may run out because Postgres takes no renewals and no registrations. */
  leasesHeldUp(): void {
    this.#storeFailed = true;
  }

  async #round(): Promise<void> {
    const nowMono = this.#noticePause();
    if (this.#pausedMs > 0) {
      this.#options.logger.warn({ gapMs: Math.round(this.#pausedMs) }, "rescuer.paused_here");
      this.#options.grace.pausedHere(this.#pausedMs);
      this.#pausedMs = 0;
      this.#storeFailed = true;
    }
    const isToExtend = this.#storeFailed;
    this.#storeFailed = false; // at once: what fails during this round counts in the next
    try {
      if (isToExtend) {
        const sessions = await this.#options.store.extendLeases(this.#options.leaseTtlMs);
        this.#options.logger.info({ sessions }, "rescuer.leases_extended");
        return;
      }
      await this.#expire();
      await this.#recountSessions();
      if (nowMono >= this.#orphansAfterMono) await this.#adoptOrphans(nowMono);
      await this.#endDrains(nowMono);
    } catch (error) {
      // Only an outage calls for longer leases; any other failure must not keep the lost alive.
      if (isToExtend || isUnavailable(error)) this.#storeFailed = true;
      throw error;
    }
  }

  /** @returns the time on the monotonic clock */
  #noticePause(): number {
    const nowMono = this.#options.monoMs();
    const gapMs = nowMono - this.#aliveMono;
    this.#aliveMono = nowMono;
    if (gapMs > this.#options.intervalMs * 2 + 1_000) this.#pausedMs += gapMs;
    return nowMono;
  }

  async #expire(): Promise<void> {
    const { store, sessions, endSession, logger } = this.#options;
    const expired = await store.expireSessions(SESSIONS_MAX);
    if (expired.length === 0) return;
    logger.warn({ sessions: expired.length }, "session.leases_expired");
    if (failpoints.reach !== null) await failpoints.reach("rescue.expired");
    for (const id of expired) {
      const session = sessions.get(id);
      if (session !== undefined) await endSession.end(session, "lease_expired");
    }
    await endSession.takeJobsOf(expired, "lease_expired");
  }

  /** Jobs that Postgres gave to our sessions while the answer to the claim was lost. */
  async #recountSessions(): Promise<void> {
    while ((this.#secondLooks[0]?.atMono ?? Infinity) <= this.#options.monoMs()) {
      for (const id of this.#secondLooks.shift()?.sessionIds ?? []) this.#recount.add(id);
    }
    if (this.#recount.size === 0) return;
    const ids = [...this.#recount];
    this.#recount.clear();
    try {
      const inPostgres = await this.#options.store.jobsOfSessions(ids);
      const unknown = inPostgres.filter(({ jobId, leaseEpoch, sessionId }) => {
        const session = this.#options.sessions.get(sessionId);
        if (session === undefined || session.claiming.has(jobId)) return false;
        // It may just have been given in a seat. Until nothing is under way for it, it gets no others.
        if (session.seatsOffered > 0 && !session.held.has(jobId)) {
          session.isUncounted = true;
          this.#recount.add(sessionId);
          return false;
        }
        return session.held.get(jobId)?.leaseEpoch !== leaseEpoch;
      });
      await this.#give(unknown, "undelivered", "undelivered");
      this.#counted(ids);
    } catch (error) {
      // Nobody else would find these jobs while their sessions live.
      for (const id of ids) this.#recount.add(id);
      throw error;
    }
  }

  /** Those that are to be counted again meanwhile are not. */
  #counted(sessionIds: readonly number[]): void {
    for (const id of sessionIds) {
      const session = this.#options.sessions.get(id);
      if (session?.isUncounted !== true || this.#recount.has(id)) continue;
      session.isUncounted = false;
      this.#options.onCounted(session);
    }
  }

  async #adoptOrphans(nowMono: number): Promise<void> {
    this.#orphansAfterMono = nowMono + ORPHAN_PERIOD_MS;
    const { store, endSession, logger } = this.#options;
    const orphans = await store.orphanedJobs(ORPHANS_MAX);
    if (orphans.length === 0) return;
    logger.warn({ jobs: orphans.length }, "rescuer.orphans");
    await endSession.takeJobsOf([...new Set(orphans.map((orphan) => orphan.sessionId))], "lease_expired");
    if (orphans.length === ORPHANS_MAX) this.#orphansAfterMono = nowMono;
  }

  async #endDrains(nowMono: number): Promise<void> {
    for (const session of this.#options.sessions.all()) {
      if (session.drainDeadlineMono !== null && nowMono > session.drainDeadlineMono)
        await this.#options.endSession.end(session, "drain_timeout");
    }
  }

  async #give(
    jobs: readonly { readonly jobId: number; readonly leaseEpoch: number }[],
    how: GivenBack["how"],
    reason: RescueReason,
  ): Promise<void> {
    const items = jobs.map(({ jobId, leaseEpoch }) => ({ ref: { jobId, leaseEpoch }, how, delayMs: 0 }));
    await this.#options.giveBack.giveBack(items, reason);
  }
}
