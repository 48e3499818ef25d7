/**
 * How long a worker whose stream was lost has to come back before its session ends: `resumeGraceMs`, more when it
 * could not because of us, and when Postgres was in the way its lease decides instead.
 */
import type { Logger } from "../core/ports.js";
import type { HeldSession, Store } from "../core/store.js";
import type { EndSession } from "./end-session.js";
import { GroupCommit, ONE_LANE } from "./group-commit.js";
import type { LiveSession } from "./live-session.js";

export interface ResumeGraceOptions {
  readonly store: Pick<Store, "markSuspect" | "isUp">;
  readonly endSession: EndSession;
  readonly logger: Logger;
  readonly monoMs: () => number;
  readonly resumeGraceMs: number;
  readonly leaseTtlMs: number;
}

/** Sessions in one statement. */
const SUSPECTS_MAX = 1_000;
/** Streams that were given up on during a pause of ours are found closed within this. */
const PAUSE_AFTERMATH_MS = 1_000;

export class ResumeGrace {
  readonly #options: ResumeGraceOptions;
  readonly #timers = new Map<LiveSession, NodeJS.Timeout>();
  /** A network that is cut takes all streams at once. */
  readonly #suspects: GroupCommit<HeldSession, boolean>;
  #pause = { ms: 0, noticedMono: Number.NEGATIVE_INFINITY };
  #heldUpMono = Number.NEGATIVE_INFINITY;

  constructor(options: ResumeGraceOptions) {
    this.#options = options;
    this.#suspects = new GroupCommit({
      lanes: ONE_LANE,
      weightMax: SUSPECTS_MAX,
      weightOf: () => 1,
      flush: async (held) => {
        await options.store.markSuspect(held);
        return held.map(() => true);
      },
    });
  }

  begin(session: LiveSession): void {
    const { store, endSession, logger } = this.#options;
    let isStoreAway = false;
    this.#suspects.add({ sessionId: session.id, epoch: session.epoch }).catch(() => {
      isStoreAway = true;
    });
    const timer = setTimeout(() => {
      this.#timers.delete(session);
      if (session.state !== "detached") return;
      // It could not come back while the store was away: its lease, which the outage makes longer, decides.
      if (isStoreAway || !store.isUp() || this.#wereLeasesHeldUp()) {
        logger.warn({ sessionId: session.id }, "session.grace_left_to_lease");
        return;
      }
      void endSession.end(session, "stream_lost");
    }, this.#graceMs());
    this.#timers.set(session, timer);
  }

  /** It came back, here or elsewhere. */
  end(session: LiveSession): void {
    clearTimeout(this.#timers.get(session));
    this.#timers.delete(session);
  }

  /** This process stood still for so long: whoever gave up on us meanwhile gets that much longer to come back. */
  pausedHere(pauseMs: number): void {
    this.#pause = { ms: pauseMs, noticedMono: this.#options.monoMs() };
  }

  /** Postgres takes no renewals or no registrations: workers give their streams up and cannot come back. */
  leasesHeldUp(): void {
    this.#heldUpMono = this.#options.monoMs();
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #graceMs(): number {
    const { ms, noticedMono } = this.#pause;
    const isRecent = this.#options.monoMs() - noticedMono < ms + PAUSE_AFTERMATH_MS;
    return this.#options.resumeGraceMs + (isRecent ? ms : 0);
  }

  /** A worker that hears nothing of its lease gives its stream up within one lease, and may register elsewhere. */
  #wereLeasesHeldUp(): boolean {
    const { monoMs, leaseTtlMs, resumeGraceMs } = this.#options;
    return monoMs() - this.#heldUpMono < leaseTtlMs + resumeGraceMs;
  }
}
