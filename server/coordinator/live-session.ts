/**
 * One session whose stream this replica holds (or held a moment ago): its window, its subscriptions and the jobs it
 * was given. Credit is counted here and nowhere else. Pure bookkeeping: no I/O, no timers; the verbs drive it.
 */
import type { Subscription, WorkerLoad } from "../core/operations.js";
import type { SessionStream } from "../core/sessions.js";

/** A job this session holds. */
export interface Held {
  readonly jobId: number;
  readonly publicId: string;
  readonly leaseEpoch: number;
  readonly attempt: number;
  readonly queueId: number;
  readonly bytes: number;
  /** It was submitted with so many dependents; a session that was resumed elsewhere knows too. */
  readonly dependents: number;
}

export interface LiveSubscription {
  readonly queueId: number;
  /** Null: every type. */
  readonly types: ReadonlySet<string> | null;
  /** 0: bounded by the window alone. */
  readonly maxInFlight: number;
  inFlight: number;
}

/** `registering` until Welcome is written; `detached` while the stream is lost and the lease stands. */
export type LiveState = "registering" | "active" | "draining" | "detached" | "over";

export class LiveSession {
  readonly id: number;
  readonly namespace: string;
  readonly workerId: string;
  readonly instanceId: string;
  epoch: number;
  state: LiveState = "registering";
  stream: SessionStream | null;
  /** It may hold jobs in Postgres that nobody here knows of; until they are counted it gets no others. */
  isUncounted = false;
  load: WorkerLoad = { cpuFraction: 0, rssBytes: 0, loopLagMs: 0 };
  /** Monotonic; when a drain asked for by an operator ends in taking the jobs back. */
  drainDeadlineMono: number | null = null;
  readonly held = new Map<number, Held>();
  /** Of a lost stream: jobs that were never written to it, so that losing them is no loss of theirs. */
  readonly unsent = new Set<number>();
  /** Jobs asked for in a claim that is under way, with their queues. */
  readonly claiming = new Map<number, number>();
  /** Credit that is offered to dependents of results under way, with its queues. */
  readonly #offered = new Map<number, number>();
  #maxInFlight: number;
  #maxBytes: number;
  #generation = 0;
  #bytes = 0;
  #subscriptions: LiveSubscription[];
  #claimsDone: (() => void)[] = [];

  constructor(options: {
    readonly id: number;
    readonly epoch: number;
    readonly namespace: string;
    readonly workerId: string;
    readonly instanceId: string;
    readonly stream: SessionStream;
    readonly maxInFlight: number;
    readonly maxInFlightBytes: number;
    readonly subscriptions: LiveSubscription[];
  }) {
    this.id = options.id;
    this.epoch = options.epoch;
    this.namespace = options.namespace;
    this.workerId = options.workerId;
    this.instanceId = options.instanceId;
    this.stream = options.stream;
    this.#maxInFlight = options.maxInFlight;
    this.#maxBytes = options.maxInFlightBytes;
    this.#subscriptions = options.subscriptions;
  }

  get subscriptions(): readonly LiveSubscription[] {
    return this.#subscriptions;
  }

  get inFlight(): number {
    return this.held.size + this.claiming.size + this.seatsOffered;
  }

  /** Jobs that a finish under way may give it. */
  get seatsOffered(): number {
    let seats = 0;
    for (const count of this.#offered.values()) seats += count;
    return seats;
  }

  /** It may be given jobs in this moment that are not in `held`. */
  get mayBeGiven(): boolean {
    return this.claiming.size > 0 || this.#offered.size > 0;
  }

  /** Jobs it could take now through this subscription, whatever their size. */
  credit(subscription: LiveSubscription): number {
    if (this.state !== "active" || this.isUncounted || this.stream?.isWritable() !== true) return 0;
    if (this.#maxBytes > 0 && this.#bytes >= this.#maxBytes) return 0;
    const window = this.#maxInFlight - this.inFlight;
    const own = subscription.maxInFlight === 0 ? window : subscription.maxInFlight - subscription.inFlight;
    return Math.max(0, Math.min(window, own));
  }

  /** @returns false for an older generation than the newest seen: nothing changed */
  setWindow(maxInFlight: number, maxBytes: number, generation: number): boolean {
    if (generation < this.#generation) return false;
    this.#generation = generation;
    this.#maxInFlight = maxInFlight;
    this.#maxBytes = maxBytes;
    return true;
  }

  /** A new stream: its Hello says what holds, whatever the old one had said. */
  resetWindow(maxInFlight: number, maxBytes: number): void {
    this.#generation = 0;
    this.setWindow(maxInFlight, maxBytes, 0);
  }

  replaceSubscriptions(subscriptions: LiveSubscription[]): void {
    for (const next of subscriptions) {
      const held = [...this.held.values()].filter(({ queueId }) => queueId === next.queueId).length;
      const claiming = [...this.claiming.values()].filter((queueId) => queueId === next.queueId).length;
      next.inFlight = held + claiming + (this.#offered.get(next.queueId) ?? 0);
    }
    this.#subscriptions = subscriptions;
  }

  subscriptionTo(queueId: number): LiveSubscription | undefined {
    return this.#subscriptions.find((subscription) => subscription.queueId === queueId);
  }

  /** A claim for this job is under way; its credit is taken. */
  reserve(jobId: number, subscription: LiveSubscription): void {
    if (this.claiming.has(jobId)) return;
    this.claiming.set(jobId, subscription.queueId);
    subscription.inFlight++;
  }

  /** The claim gave the job to someone else, or to nobody. */
  unreserve(jobId: number, queueId: number): void {
    if (!this.claiming.delete(jobId)) return;
    const subscription = this.subscriptionTo(queueId);
    if (subscription !== undefined) subscription.inFlight--;
    this.#claimEnded();
  }

  /** One credit for a job that is not known yet. */
  offerSeat(subscription: LiveSubscription): void {
    const { queueId } = subscription;
    this.#offered.set(queueId, (this.#offered.get(queueId) ?? 0) + 1);
    subscription.inFlight++;
  }

  /** The job of the seat is known: it is reserved for by its id from here on. */
  fillSeat(jobId: number, queueId: number): void {
    const subscription = this.subscriptionTo(queueId);
    if (subscription === undefined) this.claiming.set(jobId, queueId);
    else this.reserve(jobId, subscription);
    this.withdrawSeat(queueId);
  }

  /** Nobody got the seat. */
  withdrawSeat(queueId: number): void {
    const seats = this.#offered.get(queueId) ?? 0;
    if (seats === 0) return;
    if (seats === 1) this.#offered.delete(queueId);
    else this.#offered.set(queueId, seats - 1);
    const subscription = this.subscriptionTo(queueId);
    if (subscription !== undefined) subscription.inFlight--;
    this.#claimEnded();
  }

  /** Resolves when nothing is under way that may give it jobs; at once when nothing is. */
  async claimsDone(): Promise<void> {
    if (!this.mayBeGiven) return;
    await new Promise<void>((resolve) => this.#claimsDone.push(resolve));
  }

  /** The claim is committed. Turns a reservation into a held job, or takes a job over (resume). */
  hold(held: Held): void {
    // A job that came back to us before we were told that it had left.
    const before = this.held.get(held.jobId);
    if (before !== undefined) this.settle(before.jobId, before.leaseEpoch);
    if (!this.claiming.delete(held.jobId)) {
      const subscription = this.subscriptionTo(held.queueId);
      if (subscription !== undefined) subscription.inFlight++;
    }
    this.held.set(held.jobId, held);
    this.#bytes += held.bytes;
    this.#claimEnded();
  }

  /** Settled: its credit is free again. @returns false when the session does not hold this assignment */
  settle(jobId: number, leaseEpoch: number): boolean {
    const held = this.held.get(jobId);
    if (held === undefined || held.leaseEpoch !== leaseEpoch) return false;
    this.held.delete(jobId);
    this.#bytes -= held.bytes;
    const subscription = this.subscriptionTo(held.queueId);
    if (subscription !== undefined) subscription.inFlight--;
    return true;
  }

  #claimEnded(): void {
    if (this.mayBeGiven) return;
    for (const done of this.#claimsDone.splice(0)) done();
  }
}

/** Subscriptions as the stream gives them, with the queues' numbers. */
export function liveSubscriptions(
  subscriptions: readonly Subscription[],
  queueIdOf: (queue: string) => number,
): LiveSubscription[] {
  return subscriptions.map((subscription) => ({
    queueId: queueIdOf(subscription.queue),
    types: subscription.jobTypes.length === 0 ? null : new Set(subscription.jobTypes),
    maxInFlight: subscription.maxInFlight,
    inFlight: 0,
  }));
}
