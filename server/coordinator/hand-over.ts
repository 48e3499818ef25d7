/**
 * Gives dependents to sessions in the commit that releases them. Before the results of their parents are written,
 * seats are asked for: credit of sessions that wait while nothing else does. Whoever gets ready in that commit takes
 * them, the most urgent first, and runs; the rest is offered to the dispatcher as ever. A part of finish; nobody else
 * calls it.
 */
import type { Assignment } from "../core/job.js";
import { LEVELS, levelOf } from "../core/priority.js";
import type { Finished, Seat } from "../core/store.js";
import type { Reserved } from "./assign.js";
import type { LiveSession } from "./live-session.js";

/** A result that may release dependents. */
export interface Lead {
  readonly jobId: number;
  readonly queueId: number;
  /** At most so many, save those that were submitted later. */
  readonly dependents: number;
}

/** Credit of one queue: a session for each seat, in the order in which they are filled. */
export interface SeatOffer {
  readonly queueId: number;
  readonly sessions: readonly LiveSession[];
  /** Which all of the sessions take. Null: every type. */
  readonly types: ReadonlySet<string> | null;
}

export interface HandOverOptions {
  /** Takes up to `max` credits into the offer. */
  readonly offerSeats: (queueId: number, max: number) => SeatOffer;
  readonly push: (reserved: readonly Reserved[], assignments: readonly Assignment[]) => void;
  readonly onCredit: (session: LiveSession) => void;
  /** These sessions may hold jobs that nobody knows of. */
  readonly recount: (sessionIds: readonly number[]) => void;
}

/** In one commit. More than in a claim: whoever gets no seat is written twice. */
const SEATS_MAX = 1_000;
/** Queues that jobs of one queue led to, and queues that are remembered so: the rest goes the ordinary way. */
const LED_TO_MAX = 16;
const QUEUES_MAX = 10_000;

export class HandOver {
  readonly #options: HandOverOptions;
  /** Where dependents of a queue's jobs were found, besides in the same queue. */
  readonly #ledTo = new Map<number, Set<number>>();

  constructor(options: HandOverOptions) {
    this.#options = options;
  }

  offer(leads: readonly Lead[]): readonly SeatOffer[] {
    if (leads.length === 0) return [];
    const wanted = new Map<number, number>();
    for (const { queueId, dependents } of leads) {
      for (const to of [queueId, ...(this.#ledTo.get(queueId) ?? [])])
        wanted.set(to, (wanted.get(to) ?? 0) + dependents);
    }
    const offers: SeatOffer[] = [];
    let left = SEATS_MAX;
    for (const [queueId, dependents] of wanted) {
      const offer = this.#options.offerSeats(queueId, Math.min(dependents, left));
      left -= offer.sessions.length;
      if (offer.sessions.length > 0) offers.push(offer);
    }
    return offers;
  }

  /**
   * The credit of seats that nobody took is free again, so that the next commit can offer it.
   * @returns those that were taken, for `settle`
   */
  close(offers: readonly SeatOffer[], assignments: readonly Assignment[]): readonly Reserved[] {
    if (offers.length === 0) return [];
    const bySession = new Map<number, LiveSession>();
    const open = new Map<LiveSession, number[]>();
    for (const { queueId, sessions } of offers) {
      for (const session of sessions) {
        bySession.set(session.id, session);
        const queues = open.get(session);
        if (queues === undefined) open.set(session, [queueId]);
        else queues.push(queueId);
      }
    }
    const reserved: Reserved[] = [];
    for (const { jobId, queueId, sessionId } of assignments.toSorted(moreUrgent)) {
      const session = bySession.get(sessionId);
      const queues = session === undefined ? undefined : open.get(session);
      const at = queues?.indexOf(queueId) ?? -1;
      if (session === undefined || queues === undefined || at < 0) continue;
      queues.splice(at, 1);
      session.fillSeat(jobId, queueId);
      reserved.push({ hint: { jobId }, queueId, session });
    }
    for (const [session, queues] of open) for (const queueId of queues) session.withdrawSeat(queueId);
    for (const session of open.keys()) this.#options.onCredit(session);
    return reserved;
  }

  /** What was committed goes to the streams. */
  settle(taken: readonly Reserved[], assignments: readonly Assignment[]): void {
    if (taken.length > 0) this.#options.push(taken, assignments);
  }

  /** The commit may have given jobs away, and nobody knows which. */
  uncertain(offers: readonly SeatOffer[]): void {
    this.#options.recount([...new Set(offers.flatMap(({ sessions }) => sessions.map(({ id }) => id)))]);
  }

  /** Remembers which queues the dependents were in. */
  learn(leads: readonly Lead[], unblocked: Finished["unblocked"]): void {
    if (leads.length === 0 || unblocked.length === 0) return;
    const queueOf = new Map(leads.map(({ jobId, queueId }) => [jobId, queueId]));
    for (const { parentId, queueId } of unblocked) {
      const from = queueOf.get(parentId);
      if (from === undefined || from === queueId) continue;
      let to = this.#ledTo.get(from);
      if (to === undefined) {
        if (this.#ledTo.size >= QUEUES_MAX) return;
        this.#ledTo.set(from, (to = new Set()));
      }
      if (to.size < LED_TO_MAX) to.add(queueId);
    }
  }
}

/** High before medium before low; within a level in order of submission, since all became ready together. */
function moreUrgent(a: Assignment, b: Assignment): number {
  const [ofA, ofB] = [a, b].map((each) => LEVELS.indexOf(levelOf(each.effectivePriority)));
  return (ofA ?? 0) - (ofB ?? 0) || a.jobId - b.jobId;
}

/** As the store takes them: in turn through the sessions, queue by queue. */
export function seatsOf(offers: readonly SeatOffer[]): Seat[] {
  return offers.flatMap(({ queueId, sessions, types }) => {
    const list = types === null ? null : [...types];
    return sessions.map(({ id, epoch }) => ({ queueId, sessionId: id, epoch, types: list }));
  });
}
