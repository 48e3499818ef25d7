/**
 * Brings ready jobs to sessions with credit. A job that becomes ready on this replica goes straight to a session
 * when nothing older or more urgent waits in its queue; everything else waits in the ready queue and is taken
 * against free credit. Never takes more than it has credit for, never blocks on an empty queue.
 *
 * | when | what happens |
 * |---|---|
 * | ready queue away | jobs are read from Postgres at a bounded rate until it is back |
 * | a hint is lost | the reconciler puts it back |
 * | types wait behind a long row of others | takes go on where the last one stopped, at a bounded pace |
 * | a wake-up is lost | the slow poll looks at every queue that has credit |
 * | store away | claims pause and are tried again; sessions and streams stay |
 */
import { failpoints } from "../core/failpoints.js";
import type { Clock, Logger, QueueKey, ReadyHint, ReadyQueue, Taken } from "../core/ports.js";
import type { ChangedJob } from "../core/settlement.js";
import type { Store } from "../core/store.js";
import type { Assign, Match } from "../coordinator/assign.js";
import type { SeatOffer } from "../coordinator/hand-over.js";
import type { LiveSession, LiveSubscription } from "../coordinator/live-session.js";
import type { QueueDirectory } from "../coordinator/queue-directory.js";
import type { QueueRooms } from "./queue-rooms.js";
import { DispatchLane, hintsByQueue, inOrder } from "./dispatch-lane.js";
import { HintLane } from "./hint-lane.js";
import type { Pass } from "./type-passes.js";

export interface DispatcherOptions {
  readonly store: Pick<Store, "peekReady">;
  readonly readyQueue: ReadyQueue;
  readonly queues: QueueDirectory;
  readonly rooms: Pick<QueueRooms, "isBound" | "ask">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly pollIntervalMs: number;
}

const TAKE_MAX = 500;
/** Takes of one queue whose claims may be under way at once: one in the database, one on its way. */
const CLAIMS_MAX = 2;
/** Without the ready queue: at most this many jobs a queue, this often. */
const FALLBACK_JOBS_MAX = 500;
const FALLBACK_INTERVAL_MS = 50;
/** A job someone holds locked is offered again after this long. */
const GIVE_BACK_DELAY_MS = 5;
const STORE_PAUSE_MS = 250;
const TIMER_EARLY_MS = 5;

export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #lanes = new Map<number, DispatchLane>();
  readonly #hints: HintLane;
  readonly #claiming = new Set<number>();
  /** What each session subscribed to when it was last seen: what is missing since, it gets nothing from. */
  readonly #subscribed = new WeakMap<LiveSession, readonly LiveSubscription[]>();
  readonly #pumpedSoon = new Set<DispatchLane>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #assign: Assign | null = null;
  #poll: NodeJS.Timeout | null = null;
  #stops: (() => void)[] = [];
  #pausedUntilMono = 0;
  #stopping = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#hints = new HintLane({ ...options, onPut: (lane) => this.#pump(lane) });
  }

  /** The assigner calls back into the dispatcher, so it is handed over after both exist. */
  start(assign: Assign): void {
    this.#assign = assign;
    const { readyQueue, pollIntervalMs } = this.#options;
    this.#stops = [readyQueue.onWake((key) => this.#woken(key)), readyQueue.onUpDown(() => this.runOnce())];
    this.#poll = setInterval(() => this.runOnce(), pollIntervalMs);
  }

  stop(): void {
    this.#stopping = true;
    for (const stop of this.#stops) stop();
    if (this.#poll !== null) clearInterval(this.#poll);
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#hints.flushAll();
  }

  /** Looks at every queue that has credit, as the slow poll does. */
  runOnce(): void {
    for (const lane of this.#lanes.values()) {
      // A pass under way looks at everything as it is; to doubt it every second would leave long ones without an end.
      if (!lane.passes.areUnderWay) lane.added();
      this.#pump(lane);
    }
  }

  /** Jobs that became ready here; the commit is done. */
  offer(jobs: readonly ChangedJob[]): void {
    for (const [queueId, hints] of hintsByQueue(jobs)) this.#offerTo(queueId, hints);
  }

  /**
   * Sessions for jobs that are about to be written, where nothing waits ahead of them; their credit is reserved
   * until `written`. What limits count is claimed after it is written.
   */
  reserve(jobs: readonly ChangedJob[]): readonly Match[] {
    const found: Match[] = [];
    for (const [queueId, hints] of hintsByQueue(
      jobs.filter((job) => (job.concurrencyKey ?? null) === null),
    )) {
      const lane = this.#laneOf(queueId);
      if (lane === null || !this.#mayMatch(lane, hints)) continue;
      found.push(...this.#match(lane, inOrder(hints)).matches);
    }
    for (const { hint } of found) this.#claiming.add(hint.jobId);
    return found;
  }

  /** The write is decided; whatever was reserved for it is held or free again. */
  written(matches: readonly Match[]): void {
    for (const { hint } of matches) this.#claiming.delete(hint.jobId);
  }

  /**
   * Seats for jobs of this queue that a finish under way may make ready, where nothing waits ahead of them. Whoever
   * asks fills or withdraws them and says `sessionChanged`.
   */
  offerSeats(queueId: number, max: number): SeatOffer {
    const lane = this.#lanes.get(queueId);
    const isOpen = lane !== undefined && !this.#isHeld(lane) && !this.#options.rooms.isBound(queueId);
    if (!isOpen) return { queueId, sessions: [], types: null };
    return { queueId, ...lane.offerSeats(Math.min(max, lane.jobsPerClaim)) };
  }

  /** Jobs that must wait in the ready queue: given back, or at another level now. */
  putBack(jobs: readonly ChangedJob[], delayMs = 0): void {
    const put = (): void => {
      for (const [queueId, hints] of hintsByQueue(jobs)) void this.#put(queueId, hints);
    };
    if (delayMs === 0) put();
    else this.#later(delayMs, put);
  }

  /** A claim found them ready but held by someone. */
  giveBack(jobs: readonly ChangedJob[]): void {
    this.putBack(jobs, GIVE_BACK_DELAY_MS);
  }

  /** A claim failed as a whole; the hints go back and claims pause for a moment. */
  claimFailed(matches: readonly Match[]): void {
    this.#pausedUntilMono = this.#options.clock.monoMs() + STORE_PAUSE_MS;
    const perQueue = new Map<number, ReadyHint[]>();
    for (const { queueId, hint } of matches) perQueue.set(queueId, [...(perQueue.get(queueId) ?? []), hint]);
    for (const [queueId, hints] of perQueue) void this.#put(queueId, hints);
    // Timers may be a moment early; one that finds the pause not over would leave the jobs to the slow poll.
    this.#later(STORE_PAUSE_MS + TIMER_EARLY_MS, () => this.runOnce());
  }

  /** Jobs of a queue went to streams, which carry so many bytes together. */
  pushed(queueId: number, jobs: number, bytes: number): void {
    this.#lanes.get(queueId)?.learnSize(bytes / jobs);
  }

  /** The limits of a queue may let jobs start again. */
  hasRoom(queueId: number): void {
    const lane = this.#lanes.get(queueId);
    if (lane !== undefined) this.#pump(lane);
  }

  /** Call whenever the session's credit, state or subscriptions may have changed. */
  sessionChanged(session: LiveSession): void {
    if (session.state === "over") return;
    const before = this.#subscribed.get(session);
    if (before !== session.subscriptions) {
      for (const { queueId } of before ?? []) {
        if (session.subscriptionTo(queueId) === undefined) this.#lanes.get(queueId)?.remove(session);
      }
      this.#subscribed.set(session, session.subscriptions);
    }
    for (const subscription of session.subscriptions) {
      const lane = this.#laneOf(subscription.queueId);
      if (lane === null) continue;
      if (lane.update(session, subscription)) this.#pumpSoon(lane);
    }
  }

  /** The session gets nothing more from any queue. */
  removeSession(session: LiveSession): void {
    for (const lane of this.#lanes.values()) {
      lane.remove(session);
    }
  }

  /** Credit of this replica, for the gauge. */
  creditFree(): number {
    let credit = 0;
    for (const lane of this.#lanes.values()) credit += lane.creditFree();
    return credit;
  }

  /** A claim for it is under way here, so a missing hint is not a lost one. */
  isInHand(jobId: number): boolean {
    return this.#claiming.has(jobId);
  }

  #woken(key: QueueKey): void {
    const row = this.#options.queues.byKey(key);
    const lane = row === undefined ? undefined : this.#lanes.get(row.id);
    if (lane === undefined) return;
    lane.added();
    this.#pump(lane);
  }

  #laneOf(queueId: number): DispatchLane | null {
    const known = this.#lanes.get(queueId);
    if (known !== undefined) return known;
    const row = this.#options.queues.byId(queueId);
    if (row === undefined) return null;
    const lane = new DispatchLane(queueId, { namespace: row.namespace, name: row.name });
    this.#lanes.set(queueId, lane);
    return lane;
  }

  #offerTo(queueId: number, hints: ReadyHint[]): void {
    const lane = this.#laneOf(queueId);
    if (lane === null || !this.#mayMatch(lane, hints)) {
      void this.#put(queueId, hints);
      return;
    }
    const { matches, rest } = this.#match(lane, inOrder(hints));
    if (rest.length > 0) void this.#put(queueId, rest);
    if (matches.length > 0) void this.#claim(matches);
  }

  /** Straight to a session: nothing waits ahead, and no limit of the queue counts what starts. */
  #mayMatch(lane: DispatchLane, hints: readonly ReadyHint[]): boolean {
    return lane.isDryFor(hints) && !this.#isHeld(lane) && !this.#options.rooms.isBound(lane.queueId);
  }

  async #put(queueId: number, hints: readonly ReadyHint[]): Promise<void> {
    const lane = this.#laneOf(queueId);
    await (lane === null ? this.#hints.putUnknown(queueId, hints) : this.#hints.put(lane, hints));
  }

  /**
   * Nothing is taken for it: we stop, the store failed a moment ago, or its queue is paused. The claim refuses jobs
   * of a paused queue all the same; without this they would be taken and put back all the time.
   */
  #isHeld(lane: DispatchLane): boolean {
    const isWaiting = this.#stopping || this.#options.clock.monoMs() < this.#pausedUntilMono;
    return isWaiting || this.#options.queues.byId(lane.queueId)?.paused === true;
  }

  /**
   * One turn later. A result frees credit and makes dependents ready in one commit; those are offered within this
   * turn and must be in the queue before the credit takes from it, or less urgent jobs slip in between.
   */
  #pumpSoon(lane: DispatchLane): void {
    if (this.#pumpedSoon.has(lane)) return;
    this.#pumpedSoon.add(lane);
    setImmediate(() => {
      this.#pumpedSoon.delete(lane);
      this.#pump(lane);
    });
  }

  #pump(lane: DispatchLane): void {
    if (lane.isPumping) {
      lane.pumpAgain = true;
      return;
    }
    if (!this.#mayTake(lane)) return;
    // What was gathered may be more urgent than what lies in the ready queue. Whoever puts it pumps again.
    if (lane.gathered.length > 0) return void this.#hints.flush(lane);
    lane.isPumping = true;
    void this.#pumpUntilDry(lane).finally(() => {
      lane.isPumping = false;
      if (lane.pumpAgain) {
        lane.pumpAgain = false;
        this.#pump(lane);
      }
    });
  }

  /** Under limits one claim at a time: its answer says how many the next may take. */
  #mayTake(lane: DispatchLane): boolean {
    const claimsMax = this.#options.rooms.isBound(lane.queueId) ? 1 : CLAIMS_MAX;
    return lane.hasFree && lane.backlog && lane.claimsUnderWay < claimsMax && !this.#isHeld(lane);
  }

  async #pumpUntilDry(lane: DispatchLane): Promise<void> {
    while (this.#mayTake(lane)) {
      const { rooms, clock } = this.#options;
      // A job that its queue's limits hold must occupy no credit, so it is not even taken.
      const room = rooms.isBound(lane.queueId) ? await rooms.ask(lane.queueId) : TAKE_MAX;
      const { credit, types } = lane.demand();
      const max = Math.min(credit, TAKE_MAX, room, lane.jobsPerClaim);
      if (max === 0) return;
      const startedMono = clock.monoMs();
      const pass = lane.passes.pass(types, lane.additions, startedMono);
      if (pass.notBeforeMono > startedMono) return this.#scanLater(lane, pass, startedMono);
      const taken = await this.#take(lane, max, types, pass.stoppedAt);
      if (taken === null) return;
      const { hints, stoppedAt } = taken;
      const isShort = hints.length < max;
      const isUnchanged = lane.additions === pass.additions;
      lane.passes.took(types, pass, { ...taken, isUnchanged, startedMono, endedMono: clock.monoMs() });
      const scansOn = isShort && stoppedAt !== null;
      if (isShort && !scansOn && isUnchanged && !lane.isPutting) lane.ranDry(types);
      if (hints.length === 0) {
        if (isUnchanged && !scansOn) return;
        continue;
      }
      const { matches, rest } = this.#match(lane, hints);
      if (rest.length > 0) void this.#put(lane.queueId, rest);
      if (matches.length > 0) void this.#claimTaken(lane, matches);
      if (matches.length > 0) continue;
      // Credit went away while the take was under way; the put above asks for another look when there is some.
      if (!scansOn) return;
      pass.notBeforeMono = clock.monoMs() + TIMER_EARLY_MS;
    }
  }

  /** A pass through a long queue goes on, or begins again, when its time has come; whoever else asks waits for it. */
  #scanLater(lane: DispatchLane, pass: Pass, nowMono: number): void {
    if (pass.isAwaited) return;
    pass.isAwaited = true;
    this.#later(pass.notBeforeMono - nowMono + 1, () => {
      pass.isAwaited = false;
      this.#pump(lane);
    });
  }

  /** Null: nothing can be had now, and someone will ask again. */
  async #take(
    lane: DispatchLane,
    max: number,
    types: readonly string[] | null,
    after: string | null,
  ): Promise<Taken | null> {
    const { readyQueue, store, clock } = this.#options;
    if (readyQueue.isUp()) {
      try {
        const taken = await readyQueue.take(lane.key, { max, types, after });
        if (failpoints.reach !== null && taken.hints.length > 0) await failpoints.reach("take.taken");
        return taken;
      } catch (error) {
        this.#options.logger.debug({ queue: lane.key.name, error }, "ready_queue.take_failed");
      }
    }
    const waitMs = lane.peekAfterMono - clock.monoMs();
    if (waitMs > 0) {
      this.#later(waitMs + TIMER_EARLY_MS, () => this.#pump(lane));
      return null;
    }
    lane.peekAfterMono = clock.monoMs() + FALLBACK_INTERVAL_MS;
    try {
      const jobs = await store.peekReady(lane.queueId, types, Math.min(max, FALLBACK_JOBS_MAX));
      const hints = hintsByQueue(jobs).get(lane.queueId) ?? [];
      return { hints: hints.filter((hint) => !this.#claiming.has(hint.jobId)), stoppedAt: null };
    } catch {
      this.#later(STORE_PAUSE_MS, () => this.#pump(lane));
      return null;
    }
  }

  /** A hint of a job that is being claimed here already is a double; it goes. */
  #match(lane: DispatchLane, hints: readonly ReadyHint[]): ReturnType<DispatchLane["match"]> {
    return lane.match(hints.filter((hint) => !this.#claiming.has(hint.jobId)));
  }

  async #claim(matches: readonly Match[]): Promise<void> {
    for (const { hint } of matches) this.#claiming.add(hint.jobId);
    try {
      await this.#assign?.assign(matches);
    } finally {
      for (const { hint } of matches) this.#claiming.delete(hint.jobId);
    }
  }

  async #claimTaken(lane: DispatchLane, matches: readonly Match[]): Promise<void> {
    lane.claimsUnderWay++;
    await this.#claim(matches);
    lane.claimsUnderWay--;
    this.#pump(lane);
  }

  #later(delayMs: number, then: () => void): void {
    if (this.#stopping) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      then();
    }, delayMs);
    this.#timers.add(timer);
  }
}
