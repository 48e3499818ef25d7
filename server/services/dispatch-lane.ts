/**
 * What this replica knows of one queue: the sessions that subscribe to it, which of them have credit, and whether
 * hints may be waiting. Pure bookkeeping for the dispatcher; no I/O, no timers.
 */
import type { Match } from "../coordinator/assign.js";
import type { LiveSession, LiveSubscription } from "../coordinator/live-session.js";
import type { QueueKey, ReadyHint } from "../core/ports.js";
import { LEVELS, levelOf } from "../core/priority.js";
import type { ChangedJob } from "../core/settlement.js";
import { TypePasses } from "./type-passes.js";

/** Job types that a session takes. Null: every type. */
export type Types = ReadonlySet<string> | null;

/** What the jobs of one claim carry, about: payloads and what their parents gave them. */
const CLAIM_BYTES = 8 * 1024 * 1024;
/** What a job is taken for before any was seen, as much as a payload may be by default: the first claims are small. */
const JOB_BYTES_FIRST = 256 * 1024;
/** How much of the last claim's mean is taken over. */
const SIZE_LEARNING = 0.5;

export class DispatchLane {
  readonly queueId: number;
  readonly key: QueueKey;
  /** False only while nothing can be waiting for the sessions that have credit. */
  backlog = true;
  /** Counts everything that may have added a hint, so that a take under way does not clear `backlog`. */
  additions = 0;
  putsUnderWay = 0;
  /** Hints that go to the ready queue together, soon. */
  gathered: ReadyHint[] = [];
  /** Another replica may wait for hints, as far as the last put has heard. */
  isAwaited = true;
  /** Takes whose claims are not decided yet; bounded, so that credit gathers into larger takes under load. */
  claimsUnderWay = 0;
  isPumping = false;
  pumpAgain = false;
  /** Monotonic; without the ready queue Postgres is not asked again before this. */
  peekAfterMono = 0;
  readonly passes = new TypePasses();
  /** Types of which a take came back short, and nothing was put since; null: every type. */
  #dry: Set<string> | null = new Set();
  readonly #members = new Map<LiveSession, LiveSubscription>();
  /** Members with credit, in the order in which they get the next job. */
  readonly #free = new Set<LiveSession>();

  /** Bytes that a job carries, as they have lately been. */
  #bytesPerJob = JOB_BYTES_FIRST;

  constructor(queueId: number, key: QueueKey) {
    this.queueId = queueId;
    this.key = key;
  }

  /** So many jobs carry as many bytes as one claim should bring into memory: their worker may never read them. */
  get jobsPerClaim(): number {
    return Math.max(1, Math.floor(CLAIM_BYTES / Math.max(1, this.#bytesPerJob)));
  }

  learnSize(bytesPerJob: number): void {
    this.#bytesPerJob += (bytesPerJob - this.#bytesPerJob) * SIZE_LEARNING;
  }

  get hasMembers(): boolean {
    return this.#members.size > 0;
  }

  get hasFree(): boolean {
    return this.#free.size > 0;
  }

  /** Hints are on their way to the ready queue: what a take finds is not all there is. */
  get isPutting(): boolean {
    return this.putsUnderWay > 0 || this.gathered.length > 0;
  }

  /** Nothing at all waits that takes these types, as far as this replica knows. Null: any type. */
  #isDryForTypes(types: ReadonlySet<string> | null): boolean {
    if (this.isPutting) return false;
    const dry = this.#dry;
    return dry === null || (types !== null && [...types].every((type) => dry.has(type)));
  }

  /** Nothing older or more urgent of these types waits, as far as this replica knows. */
  isDryFor(hints: readonly ReadyHint[]): boolean {
    return !this.isPutting && hints.every(({ type }) => this.#dry === null || this.#dry.has(type));
  }

  /** Something may have been put. */
  added(): void {
    this.backlog = true;
    this.#dry = new Set();
    this.additions++;
  }

  /** A take of these types (null: of all) left nothing of them behind. What waits for others keeps waiting. */
  ranDry(types: readonly string[] | null): void {
    if (types === null) this.#dry = null;
    else for (const type of types) this.#dry?.add(type);
    this.backlog = [...this.#free].some((session) => this.#mayWaitFor(this.#members.get(session)));
  }

  #mayWaitFor(subscription: LiveSubscription | undefined): boolean {
    const dry = this.#dry;
    if (subscription === undefined || dry === null) return false;
    return subscription.types === null || [...subscription.types].some((type) => !dry.has(type));
  }

  /** @returns whether the session has credit here */
  update(session: LiveSession, subscription: LiveSubscription): boolean {
    this.#members.set(session, subscription);
    const isFree = session.credit(subscription) > 0;
    if (isFree) this.#free.add(session);
    else this.#free.delete(session);
    if (isFree && this.#mayWaitFor(subscription)) this.backlog = true;
    return isFree;
  }

  remove(session: LiveSession): void {
    this.#members.delete(session);
    this.#free.delete(session);
  }

  creditFree(): number {
    let credit = 0;
    for (const [session, subscription] of this.#members) credit += session.credit(subscription);
    return credit;
  }

  /** Free credit, and the job types that the sessions with credit take together (null: all). */
  demand(): { readonly credit: number; readonly types: readonly string[] | null } {
    let credit = 0;
    let types: Set<string> | null = new Set();
    for (const session of this.#free) {
      const subscription = this.#members.get(session);
      const own = subscription === undefined ? 0 : session.credit(subscription);
      if (subscription === undefined || own === 0) {
        this.#free.delete(session);
        continue;
      }
      credit += own;
      if (subscription.types === null) types = null;
      else if (types !== null) for (const type of subscription.types) types.add(type);
    }
    return { credit, types: types === null ? null : [...types] };
  }

  /** Spreads hints over the members with credit, one each in turn, and reserves it; what nobody takes is left over. */
  match(hints: readonly ReadyHint[]): {
    readonly matches: readonly Match[];
    readonly rest: readonly ReadyHint[];
  } {
    const matches: Match[] = [];
    const rest: ReadyHint[] = [];
    for (const hint of hints) {
      const session = this.#free.size === 0 ? null : this.#reserve(hint);
      if (session === null) rest.push(hint);
      else matches.push({ hint, queueId: this.queueId, session });
    }
    return { matches, rest };
  }

  /**
   * Offers up to `max` credits for jobs that may become ready, one of each session in turn. Only sessions that take
   * the same types as the next in line, and only while nothing waits that they could take.
   */
  offerSeats(max: number): { readonly sessions: readonly LiveSession[]; readonly types: Types } {
    const sessions: LiveSession[] = [];
    let types: Types | undefined;
    for (const session of this.#free) {
      if (sessions.length === max) break;
      const subscription = this.#members.get(session);
      if (subscription === undefined || session.credit(subscription) === 0) {
        this.#free.delete(session);
        continue;
      }
      if (types === undefined) {
        types = subscription.types;
        if (!this.#isDryForTypes(types)) break;
      } else if (!isSameTypes(types, subscription.types)) continue;
      this.#free.delete(session);
      session.offerSeat(subscription);
      sessions.push(session);
      // A set is walked to its end, whatever is added meanwhile: the line goes round until the credit is used up.
      if (session.credit(subscription) > 0) this.#free.add(session);
    }
    return { sessions, types: types ?? null };
  }

  #reserve(hint: ReadyHint): LiveSession | null {
    for (const session of this.#free) {
      const subscription = this.#members.get(session);
      if (subscription === undefined || session.credit(subscription) === 0) {
        this.#free.delete(session);
        continue;
      }
      if (subscription.types !== null && !subscription.types.has(hint.type)) continue;
      this.#free.delete(session);
      session.reserve(hint.jobId, subscription);
      // To the back of the line, if it could take another.
      if (session.credit(subscription) > 0) this.#free.add(session);
      return session;
    }
    return null;
  }
}

function isSameTypes(a: Types, b: Types): boolean {
  if (a === null || b === null || a === b) return a === b;
  return a.size === b.size && [...a].every((type) => b.has(type));
}

/** Hints of those jobs that are ready, by queue. */
export function hintsByQueue(jobs: readonly ChangedJob[]): Map<number, ReadyHint[]> {
  const perQueue = new Map<number, ReadyHint[]>();
  for (const job of jobs) {
    if (job.state !== "ready" || job.readyUs === null) continue;
    const hint = {
      jobId: job.id,
      type: job.type,
      level: levelOf(job.effectivePriority),
      readyUs: job.readyUs,
    };
    const list = perQueue.get(job.queueId);
    if (list === undefined) perQueue.set(job.queueId, [hint]);
    else list.push(hint);
  }
  return perQueue;
}

/** High before medium before low, first in first out within a level. */
export function inOrder(hints: ReadyHint[]): ReadyHint[] {
  return hints.sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) || a.readyUs - b.readyUs);
}
