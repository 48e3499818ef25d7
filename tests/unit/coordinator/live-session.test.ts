/** Credit is counted right through any sequence of claims, results, resumes and windows: compared with a naive model. */
import { expect } from "chai";
import fc from "fast-check";
import { LiveSessions } from "../../../server/coordinator/live-sessions.js";
import type { LiveSession } from "../../../server/coordinator/live-session.js";
import { held, liveSession, subscriptionsOf } from "./session-room.js";

const QUEUES = [1, 2, 3];

/** What a session should hold: sets of jobs, counted anew for every question. */
class Naive {
  readonly held = new Map<number, { queueId: number; bytes: number; leaseEpoch: number }>();
  readonly claiming = new Map<number, number>();
  /** Queues of the seats on offer. */
  readonly seats: number[] = [];
  subscriptions = new Map<number, number>();
  window = 10;
  maxBytes = 0;

  credit(queueId: number): number {
    const bytes = [...this.held.values()].reduce((sum, job) => sum + job.bytes, 0);
    if (this.maxBytes > 0 && bytes >= this.maxBytes) return 0;
    const own = this.subscriptions.get(queueId) ?? 0;
    const inQueue =
      [...this.held.values()].filter((job) => job.queueId === queueId).length +
      [...this.claiming.values()].filter((queue) => queue === queueId).length +
      this.seats.filter((queue) => queue === queueId).length;
    const left = this.window - this.held.size - this.claiming.size - this.seats.length;
    return Math.max(0, own === 0 ? left : Math.min(left, own - inQueue));
  }
}

interface SeatStep {
  readonly kind: "offer" | "fill" | "withdraw";
  readonly job: number;
  readonly queue: number;
}

type Step =
  | {
      readonly kind: "reserve" | "unreserve" | "settle" | "settle_other";
      readonly job: number;
      readonly queue: number;
    }
  | SeatStep
  | { readonly kind: "hold"; readonly job: number; readonly queue: number; readonly bytes: number }
  | { readonly kind: "window"; readonly window: number; readonly bytes: number }
  | { readonly kind: "subscribe"; readonly queues: readonly (readonly [number, number])[] };

const job = fc.integer({ min: 1, max: 8 });
const queue = fc.constantFrom(...QUEUES);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom("reserve", "unreserve", "settle", "settle_other"), job, queue }),
  fc.record({ kind: fc.constantFrom("offer", "fill", "withdraw"), job, queue }),
  fc.record({ kind: fc.constant("hold"), job, queue, bytes: fc.integer({ min: 0, max: 50 }) }),
  fc.record({
    kind: fc.constant("window"),
    window: fc.integer({ min: 0, max: 6 }),
    bytes: fc.constantFrom(0, 60),
  }),
  fc.record({
    kind: fc.constant("subscribe"),
    queues: fc.uniqueArray(fc.tuple(queue, fc.integer({ min: 0, max: 3 })), {
      selector: ([id]) => id,
      minLength: 1,
    }),
  }),
);

/** A seat is offered while there is credit, and filled or withdrawn once. */
function applySeat(session: LiveSession, naive: Naive, one: SeatStep): void {
  if (one.kind === "offer") {
    const subscription = session.subscriptionTo(one.queue);
    if (subscription === undefined || session.credit(subscription) === 0) return;
    session.offerSeat(subscription);
    naive.seats.push(one.queue);
    return;
  }
  if (!naive.seats.includes(one.queue)) return;
  if (one.kind === "withdraw") session.withdrawSeat(one.queue);
  else {
    if (naive.held.has(one.job) || naive.claiming.has(one.job)) return;
    session.fillSeat(one.job, one.queue);
    naive.claiming.set(one.job, one.queue);
  }
  naive.seats.splice(naive.seats.indexOf(one.queue), 1);
}

/** Applies a step to both, as the verbs do: what is reserved is held or unreserved under its own queue. */
function apply(session: LiveSession, naive: Naive, one: Step, generation: number): void {
  switch (one.kind) {
    case "reserve": {
      const subscription = session.subscriptionTo(one.queue);
      if (subscription === undefined || session.credit(subscription) === 0) return;
      if (naive.held.has(one.job) || naive.claiming.has(one.job)) return;
      session.reserve(one.job, subscription);
      naive.claiming.set(one.job, one.queue);
      return;
    }
    case "unreserve": {
      const queueId = naive.claiming.get(one.job);
      session.unreserve(one.job, queueId ?? one.queue);
      naive.claiming.delete(one.job);
      return;
    }
    case "offer":
    case "fill":
    case "withdraw":
      applySeat(session, naive, one);
      return;
    case "hold": {
      const queueId = naive.claiming.get(one.job) ?? naive.held.get(one.job)?.queueId ?? one.queue;
      const leaseEpoch = (naive.held.get(one.job)?.leaseEpoch ?? 0) + 1;
      session.hold(held(one.job, { queueId, bytes: one.bytes, leaseEpoch }));
      naive.claiming.delete(one.job);
      naive.held.set(one.job, { queueId, bytes: one.bytes, leaseEpoch });
      return;
    }
    case "settle":
    case "settle_other": {
      const leaseEpoch = naive.held.get(one.job)?.leaseEpoch;
      const asked = one.kind === "settle" ? (leaseEpoch ?? 1) : (leaseEpoch ?? 1) + 7;
      expect(session.settle(one.job, asked)).to.equal(leaseEpoch === asked);
      if (leaseEpoch === asked) naive.held.delete(one.job);
      return;
    }
    case "window":
      session.setWindow(one.window, one.bytes, generation);
      naive.window = one.window;
      naive.maxBytes = one.bytes;
      return;
    case "subscribe":
      session.replaceSubscriptions(subscriptionsOf(one.queues.map(([queueId, max]) => ({ queueId, max }))));
      naive.subscriptions = new Map(one.queues);
  }
}

describe("a live session", () => {
  it("counts its credit as a naive model does, whatever happens in whatever order", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { session } = liveSession({ queues: QUEUES.map((queueId) => ({ queueId })) });
        const naive = new Naive();
        naive.subscriptions = new Map(QUEUES.map((queueId) => [queueId, 0]));
        for (const [at, one] of steps.entries()) {
          apply(session, naive, one, at);
          expect(session.inFlight).to.equal(naive.held.size + naive.claiming.size + naive.seats.length);
          for (const subscription of session.subscriptions) {
            expect(subscription.inFlight, `in flight of queue ${subscription.queueId}`).to.be.at.least(0);
            expect(session.credit(subscription)).to.equal(naive.credit(subscription.queueId));
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it("has no credit unless it is active and its stream takes more", () => {
    const { session, stream } = liveSession();
    const [subscription] = session.subscriptions;
    if (subscription === undefined) throw new Error("no subscription");
    expect(session.credit(subscription)).to.equal(10);
    stream.writable = false;
    expect(session.credit(subscription)).to.equal(0);
    stream.writable = true;
    for (const state of ["registering", "draining", "detached", "over"] as const) {
      session.state = state;
      expect(session.credit(subscription), state).to.equal(0);
    }
    session.state = "active";
    session.stream = null;
    expect(session.credit(subscription)).to.equal(0);
  });

  it("ignores an older window than the newest seen", () => {
    const { session } = liveSession();
    expect(session.setWindow(5, 0, 2)).to.equal(true);
    expect(session.setWindow(9, 0, 1)).to.equal(false);
    const [subscription] = session.subscriptions;
    if (subscription === undefined) throw new Error("no subscription");
    expect(session.credit(subscription)).to.equal(5);
    session.resetWindow(7, 0); // a resume, whose Hello counts from its own beginning
    expect(session.credit(subscription)).to.equal(7);
    expect(session.setWindow(8, 0, 1)).to.equal(true);
  });

  it("says when no claim is under way for it any more", async () => {
    const { session } = liveSession();
    await session.claimsDone();
    const [subscription] = session.subscriptions;
    if (subscription === undefined) throw new Error("no subscription");
    session.reserve(1, subscription);
    session.reserve(2, subscription);
    let isDone = false;
    const done = session.claimsDone().then(() => (isDone = true));
    session.hold(held(1));
    await Promise.resolve();
    expect(isDone).to.equal(false);
    session.unreserve(2, 1);
    await done;
  });

  it("is found by the job it holds, whoever reports the result", () => {
    const sessions = new LiveSessions();
    const [a, b] = [liveSession().session, liveSession().session];
    sessions.add(a);
    sessions.add(b);
    a.hold(held(1));
    b.hold(held(2));
    const refs = [1, 2, 3].map((jobId) => ({ jobId, leaseEpoch: 1 }));
    expect([...sessions.settled(refs, a)]).to.deep.equal([a, b]);
    expect([a.inFlight, b.inFlight]).to.deep.equal([0, 0]);
    expect(sessions.settled(refs, null).size).to.equal(0);
    sessions.remove(a);
    expect([sessions.get(a.id), sessions.size]).to.deep.equal([undefined, 1]);
  });
});
