/** Seats for dependents: offered where nothing waits ahead, reserved until the commit is known, free again after it. */
import { expect } from "chai";
import type { Assignment } from "../../../server/core/job.js";
import { HandOver, seatsOf, type Lead, type SeatOffer } from "../../../server/coordinator/hand-over.js";
import { eventually } from "../../support/eventually.js";
import {
  assignment,
  liveSession,
  readyJob,
  subscriptionsOf,
  type SessionOptions,
} from "../coordinator/session-room.js";
import type { LiveSubscription } from "../../../server/coordinator/live-session.js";
import { DispatcherRoom } from "./dispatcher-room.js";

describe("handing dependents over", () => {
  let room: DispatcherRoom;
  let handOver: HandOver;
  let recounted: number[];

  beforeEach(async () => {
    room = await new DispatcherRoom().start();
    recounted = [];
    handOver = new HandOver({
      offerSeats: (queueId, max) => room.dispatcher.offerSeats(queueId, max),
      push: (reserved, assignments) => room.assign.push(reserved, assignments),
      onCredit: (session) => room.dispatcher.sessionChanged(session),
      recount: (ids) => recounted.push(...ids),
    });
  });

  afterEach(() => room.dispatcher.stop());

  async function waiting(options: SessionOptions = {}) {
    const { session, stream } = await room.waiting(options);
    return { session, stream, credit: () => session.credit(session.subscriptions[0] as LiveSubscription) };
  }

  function settle(offers: readonly SeatOffer[], assignments: readonly Assignment[]): void {
    handOver.settle(handOver.close(offers, assignments), assignments);
  }

  const lead = (over: Partial<Lead> = {}): Lead => ({ jobId: 1, queueId: 1, dependents: 3, ...over });

  it("offers no more than the dependents, in turn through the sessions, and reserves it", async () => {
    const one = await waiting({ id: 1, maxInFlight: 10 });
    const { session: two } = liveSession({ id: 2, maxInFlight: 1 });
    room.dispatcher.sessionChanged(two);
    const seats = seatsOf(handOver.offer([lead({ dependents: 5 })]));
    expect(seats.map(({ sessionId }) => sessionId)).to.have.members([1, 1, 1, 1, 2]);
    expect([one.credit(), two.inFlight]).to.deep.equal([6, 1]);
  });

  it("pushes what was given, and frees the rest of the credit", async () => {
    const { session, stream, credit } = await waiting({ maxInFlight: 4 });
    const offers = handOver.offer([lead()]);
    expect(credit()).to.equal(1);
    settle(offers, [assignment(7, session.id)]);
    expect(stream.assignedIds).to.deep.equal([7]);
    expect([...session.held.keys()]).to.deep.equal([7]);
    expect([credit(), session.mayBeGiven]).to.deep.equal([3, false]);
  });

  it("frees the credit of seats that nobody took for the next commit, before what was given is pushed", async () => {
    const { session, stream, credit } = await waiting({ maxInFlight: 3 });
    const offers = handOver.offer([lead()]);
    const taken = handOver.close(offers, [assignment(7, session.id)]);
    expect([credit(), stream.assignedIds]).to.deep.equal([2, []]);
    const next = handOver.offer([lead({ dependents: 5 })]);
    expect(seatsOf(next)).to.have.length(2);
    handOver.settle(taken, [assignment(7, session.id)]);
    settle(next, [assignment(8, session.id)]);
    expect(stream.assignedIds).to.deep.equal([7, 8]);
    expect(credit()).to.equal(1);
  });

  it("pushes the most urgent first, in whatever order the store names them", async () => {
    const { session, stream } = await waiting();
    const offers = handOver.offer([lead()]);
    const given = (jobId: number, effectivePriority: number) =>
      assignment(jobId, session.id, { effectivePriority });
    settle(offers, [given(1, 0), given(2, 9), given(3, 3)]);
    expect(stream.assignedIds).to.deep.equal([2, 3, 1]);
  });

  it("gives the credit of a session to nobody twice: a claim finds none while it is offered", async () => {
    const { stream, session } = await waiting({ maxInFlight: 2 });
    const offers = handOver.offer([lead({ dependents: 2 })]);
    room.offer(readyJob(9));
    await eventually(() => room.queue.puts === 1, 1_000);
    expect(stream.assigned).to.deep.equal([]);
    settle(offers, [assignment(7, session.id)]);
    await eventually(() => stream.assigned.length === 2, 1_000);
    expect(stream.assignedIds).to.deep.equal([7, 9]);
  });

  it("offers nothing while something waits that the sessions could take", async () => {
    const { credit } = await waiting();
    const before = credit();
    room.dispatcher.putBack([readyJob(5)]);
    expect(handOver.offer([lead()])).to.deep.equal([]);
    expect(credit()).to.equal(before);
  });

  it("offers only sessions that take the same types, and says which", async () => {
    await waiting({ id: 1, queues: [{ queueId: 1, types: ["a"] }] });
    await waiting({ id: 2, queues: [{ queueId: 1, types: ["b"] }] });
    const seats = seatsOf(handOver.offer([lead()]));
    expect(seats).to.have.length(3);
    expect(new Set(seats.map(({ sessionId }) => sessionId)).size).to.equal(1);
    expect(seats[0]?.types).to.deep.equal(seats[0]?.sessionId === 1 ? ["a"] : ["b"]);
  });

  it("offers nothing for a result without dependents", async () => {
    await waiting();
    expect(handOver.offer([])).to.deep.equal([]);
  });

  it("learns which queues the dependents of a queue are in", async () => {
    const queues = [{ queueId: 1 }, { queueId: 2 }];
    const { session } = await waiting({ queues });
    const first = handOver.offer([lead({ dependents: 1 })]);
    expect(seatsOf(first).map(({ queueId }) => queueId)).to.deep.equal([1]);
    settle(first, []);
    handOver.learn([lead()], [{ ...readyJob(2, { queueId: 2 }), parentId: 1 }]);
    const then = handOver.offer([lead({ dependents: 1 })]);
    expect(seatsOf(then).map(({ queueId }) => queueId)).to.deep.equal([1, 2]);
    settle(then, [assignment(7, session.id, { queueId: 2 })]);
    expect(session.held.get(7)?.queueId).to.equal(2);
    expect(session.subscriptionTo(2)?.inFlight).to.equal(1);
    expect(session.subscriptionTo(1)?.inFlight).to.equal(0);
  });

  it("frees the credit of a session that was subscribed anew meanwhile", async () => {
    const { session } = await waiting({ maxInFlight: 5 });
    const offers = handOver.offer([lead()]);
    session.replaceSubscriptions(subscriptionsOf([{ queueId: 1 }]));
    expect(session.subscriptionTo(1)?.inFlight).to.equal(3);
    settle(offers, [assignment(7, session.id)]);
    expect([session.subscriptionTo(1)?.inFlight, session.inFlight]).to.deep.equal([1, 1]);
  });

  it("has the sessions counted again when nobody knows what the commit gave away", async () => {
    const { session } = await waiting();
    const offers = handOver.offer([lead()]);
    handOver.uncertain(offers);
    settle(offers, []);
    expect([recounted, session.mayBeGiven]).to.deep.equal([[session.id], false]);
  });

  it("lets whoever waits for the end of claims wait for offered seats too", async () => {
    const { session } = await waiting();
    const offers = handOver.offer([lead()]);
    let isDone = false;
    const done = session.claimsDone().then(() => (isDone = true));
    await Promise.resolve();
    expect(isDone).to.equal(false);
    settle(offers, []);
    await done;
  });
});
