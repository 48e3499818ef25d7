/** The dispatcher brings ready jobs to sessions with credit: in order, never more than fits, whatever is away. */
import { expect } from "chai";
import { MusterError } from "../../../server/core/errors.js";
import { eventually } from "../../support/eventually.js";
import { signal } from "../../support/signal.js";
import { liveSession, readyJob, subscriptionsOf } from "../coordinator/session-room.js";
import { DispatcherRoom, KEY } from "./dispatcher-room.js";

describe("the dispatcher", () => {
  let room: DispatcherRoom;

  beforeEach(async () => {
    room = await new DispatcherRoom().start();
  });

  afterEach(() => room.dispatcher.stop());

  it("hands a job straight to a session that waits, without the ready queue", async () => {
    const { stream } = await room.waiting();
    room.offer(readyJob(1));
    await eventually(() => stream.assigned.length === 1, 1_000);
    expect([room.queue.puts, room.claims]).to.deep.equal([0, [[1]]]);
  });

  it("puts a job behind those that wait already, and keeps the order of priority and age", async () => {
    await room.putElsewhere(readyJob(1, { effectivePriority: 1 }), readyJob(2), readyJob(3));
    room.offer(readyJob(4, { effectivePriority: 9 }), readyJob(5));
    const { stream, session } = liveSession({ maxInFlight: 1 });
    stream.onAssign = ([given]) => {
      session.settle(given?.jobId ?? 0, 1);
      room.dispatcher.sessionChanged(session);
    };
    room.dispatcher.sessionChanged(session);
    await eventually(() => stream.assigned.length === 5, 1_000);
    expect(stream.assignedIds).to.deep.equal([4, 2, 3, 5, 1]);
  });

  it("orders the jobs of one offer before it hands them out", async () => {
    const { stream } = await room.waiting({ maxInFlight: 2 });
    room.offer(readyJob(1, { effectivePriority: 1 }), readyJob(2), readyJob(3, { effectivePriority: 5 }));
    await eventually(() => stream.assigned.length === 2, 1_000);
    expect(stream.assignedIds).to.deep.equal([3, 2]);
    await eventually(async () => (await room.queue.depth(KEY)).low === 1, 1_000);
  });

  it("takes fewer at once where jobs have been large, so that a claim stays within memory", async () => {
    const jobs = Array.from({ length: 40 }, (_, at) => readyJob(at + 1));
    await room.putElsewhere(...jobs);
    const MIB = 1_048_576;
    const { session } = liveSession({ maxInFlight: 1 });
    room.dispatcher.sessionChanged(session);
    await eventually(() => room.claims.length === 1, 1_000);
    room.dispatcher.pushed(1, 1, 2 * MIB - MIB / 4); // halfway from 256 KiB: 1 MiB a job
    const next = liveSession({ maxInFlight: 30 });
    room.dispatcher.sessionChanged(next.session);
    await eventually(() => next.stream.assigned.length === 30, 1_000);
    expect(room.claims[1]).to.have.length(8);
  });

  it("counts what parents gave a job as its size", async () => {
    await room.putElsewhere(...Array.from({ length: 100 }, (_, at) => readyJob(at + 1)));
    const output = { contentType: "t", body: Buffer.alloc(700_000), uri: null };
    room.parents = [{ publicId: "p", key: null, output, succeeded: true }];
    const { session, stream } = liveSession({ maxInFlight: 100 });
    room.dispatcher.sessionChanged(session);
    await eventually(() => stream.assigned.length === 100, 1_000);
    const sizes = room.claims.map((claim) => claim.length);
    // 8 MiB of 256 KiB each at first, twice, since two claims are under way at once; both are learnt from.
    expect(sizes.slice(0, 3)).to.deep.equal([32, 32, 14]);
    expect(session.held.get(1)?.bytes).to.equal(700_000);
  });

  it("takes few at once before it has seen how large jobs are, and more when they are small", async () => {
    await room.putElsewhere(...Array.from({ length: 100 }, (_, at) => readyJob(at + 1)));
    const { session, stream } = liveSession({ maxInFlight: 1000 });
    room.dispatcher.sessionChanged(session);
    await eventually(() => stream.assigned.length === 100, 1_000);
    const sizes = room.claims.map((claim) => claim.length);
    expect(sizes.slice(0, 2)).to.deep.equal([32, 32]);
    expect(sizes[2]).to.be.above(32);
  });

  it("takes no more than there is credit for, and shares between sessions in turn", async () => {
    await room.putElsewhere(...Array.from({ length: 10 }, (_, at) => readyJob(at + 1)));
    const [a, b] = [liveSession({ maxInFlight: 3 }), liveSession({ maxInFlight: 2 })];
    room.dispatcher.sessionChanged(a.session);
    room.dispatcher.sessionChanged(b.session);
    await eventually(() => a.stream.assigned.length + b.stream.assigned.length === 5, 1_000);
    expect([a.stream.assigned.length, b.stream.assigned.length]).to.deep.equal([3, 2]);
    expect((await room.queue.depth(KEY)).medium).to.equal(5);
    expect([a.session.inFlight, room.dispatcher.creditFree()]).to.deep.equal([3, 0]);
  });

  it("takes nothing for a session that cannot be written to, until it can", async () => {
    const { session, stream } = liveSession();
    stream.writable = false;
    stream.onWritable(() => room.dispatcher.sessionChanged(session));
    room.dispatcher.sessionChanged(session);
    room.offer(readyJob(1));
    await eventually(() => room.queue.puts === 1, 1_000);
    expect([room.queue.takes, room.claims]).to.deep.equal([0, []]);
    stream.becomeWritable();
    await eventually(() => stream.assigned.length === 1, 1_000);
  });

  it("gives each session only the types that it takes", async () => {
    const [a, b] = [
      liveSession({ queues: [{ queueId: 1, types: ["a"] }] }),
      liveSession({ queues: [{ queueId: 1, types: ["b", "c"] }] }),
    ];
    room.dispatcher.sessionChanged(a.session);
    room.dispatcher.sessionChanged(b.session);
    const types = ["a", "b", "c", "d", "a", "b"];
    room.offer(...types.map((type, at) => readyJob(at + 1, { type })));
    await eventually(() => a.stream.assigned.length + b.stream.assigned.length === 5, 1_000);
    expect(a.stream.assignedIds).to.have.members([1, 5]);
    expect(b.stream.assignedIds).to.have.members([2, 3, 6]);
    expect((await room.queue.depth(KEY)).medium, "nobody takes d").to.equal(1);
  });

  it("looks again for a session's own types after the queue ran dry for others", async () => {
    const busy = liveSession({ maxInFlight: 1, queues: [{ queueId: 1, types: ["b"] }] });
    await room.putElsewhere(readyJob(1, { type: "b" }), readyJob(2, { type: "b" }));
    room.dispatcher.sessionChanged(busy.session);
    await eventually(() => busy.stream.assigned.length === 1, 1_000);
    await room.waiting({ queues: [{ queueId: 1, types: ["a"] }] });
    busy.session.settle(1, 1);
    room.dispatcher.sessionChanged(busy.session);
    await eventually(() => busy.stream.assigned.length === 2, 1_000);
  });

  it("does not let a new job overtake one of its type that waits", async () => {
    await room.waiting({ queues: [{ queueId: 1, types: ["a"] }] });
    await room.putElsewhere(readyJob(1, { type: "b" }));
    const { session, stream } = liveSession({ maxInFlight: 1, queues: [{ queueId: 1, types: ["b"] }] });
    session.state = "detached";
    room.dispatcher.sessionChanged(session);
    session.state = "active";
    room.offer(readyJob(2, { type: "b" }));
    room.dispatcher.sessionChanged(session);
    await eventually(() => stream.assigned.length === 1, 1_000);
    expect(stream.assignedIds).to.deep.equal([1]);
  });

  it("looks on when takes stop before the end, at a bounded pace, and takes nothing for dry until then", async () => {
    room.queue.stops = 20;
    await room.putElsewhere(readyJob(1, { type: "b" }));
    const { session, stream } = liveSession({ maxInFlight: 1, queues: [{ queueId: 1, types: ["b"] }] });
    stream.onAssign = ([given]) => {
      session.settle(given?.jobId ?? 0, 1);
      room.dispatcher.sessionChanged(session);
    };
    const startedMono = performance.now();
    room.dispatcher.sessionChanged(session);
    await eventually(() => room.queue.takes > 0, 1_000);
    room.offer(readyJob(2, { type: "b" }));
    for (let at = 0; at < 50; at++) room.dispatcher.sessionChanged(session);
    await eventually(() => stream.assigned.length === 2, 2_000);
    expect(performance.now() - startedMono, "20 pauses").to.be.above(90);
    expect(stream.assignedIds).to.deep.equal([1, 2]);
    await eventually(() => room.queue.takes >= 23, 1_000);
    expect(room.queue.takes).to.be.below(26);
  });

  it("gives nothing more from a queue whose subscription was dropped", async () => {
    const { session, stream } = await room.waiting({ queues: [{ queueId: 1 }, { queueId: 2 }] });
    session.replaceSubscriptions(subscriptionsOf([{ queueId: 2 }]));
    room.dispatcher.sessionChanged(session);
    room.offer(readyJob(1), readyJob(2, { queueId: 2 }));
    await eventually(() => stream.assigned.length === 1, 1_000);
    expect(stream.assignedIds).to.deep.equal([2]);
    await eventually(() => room.queue.puts > 0, 1_000);
  });

  it("offers a job again that a claim found held by someone", async () => {
    const { stream } = await room.waiting();
    const [job, once] = [readyJob(1), signal()];
    room.onClaim = () => {
      room.onClaim = () => Promise.resolve();
      room.ready.delete(1);
      setImmediate(() => {
        room.ready.set(1, job);
        room.dispatcher.giveBack([job]);
        once.fire();
      });
      return Promise.resolve();
    };
    room.offer(job);
    await once.next();
    await eventually(() => stream.assigned.length === 1, 1_000);
    expect(room.claims).to.deep.equal([[1], [1]]);
  });
});

describe("the dispatcher when something is away", () => {
  let room: DispatcherRoom;

  beforeEach(async () => {
    room = await new DispatcherRoom().start();
  });

  afterEach(() => room.dispatcher.stop());

  it("pauses after a failed claim, gives the credit back, and claims the same jobs then", async () => {
    const { session, stream } = liveSession({ maxInFlight: 2 });
    room.dispatcher.sessionChanged(session);
    let failedMono = 0;
    room.onClaim = () => {
      room.onClaim = () => Promise.resolve();
      failedMono = performance.now();
      return Promise.reject(new MusterError("STORE_DOWN", "away"));
    };
    room.offer(readyJob(1), readyJob(2));
    await eventually(() => failedMono > 0 && session.inFlight === 0, 1_000);
    expect(session.credit(session.subscriptions[0] ?? missing())).to.equal(2);
    await eventually(() => stream.assigned.length === 2, 2_000);
    expect(performance.now() - failedMono).to.be.above(200);
    expect(stream.assignedIds).to.have.members([1, 2]);
  });

  it("reads Postgres while the ready queue is down, at a bounded rate", async () => {
    room.queue.up = false;
    const { session, stream } = liveSession({ maxInFlight: 1 });
    stream.onAssign = ([given]) => {
      session.settle(given?.jobId ?? 0, 1);
      room.dispatcher.sessionChanged(session);
    };
    room.dispatcher.sessionChanged(session);
    room.offer(...Array.from({ length: 6 }, (_, at) => readyJob(at + 1)));
    await eventually(() => stream.assigned.length === 6, 3_000);
    expect(new Set(stream.assignedIds).size).to.equal(6);
    const gapsMs = room.peeks.slice(1).map((peek, at) => peek - (room.peeks[at] ?? 0));
    expect(gapsMs.length).to.be.above(3);
    for (const gapMs of gapsMs) expect(gapMs).to.be.above(45);
  });

  it("takes nothing from a paused queue and does not turn in circles; after resume it goes on", async () => {
    room.paused = true;
    await room.refreshQueues();
    const { session, stream } = liveSession();
    room.dispatcher.sessionChanged(session);
    room.offer(readyJob(1));
    await eventually(() => room.queue.puts === 1, 1_000);
    room.dispatcher.runOnce();
    expect([room.queue.takes, room.claims.length]).to.deep.equal([0, 0]);
    room.paused = false;
    await room.refreshQueues();
    room.dispatcher.runOnce();
    await eventually(() => stream.assigned.length === 1, 1_000);
  });

  it("forgets a session that is over, whatever is said of it afterwards", async () => {
    const { session, stream } = liveSession();
    room.dispatcher.sessionChanged(session);
    session.state = "over";
    room.dispatcher.removeSession(session);
    room.dispatcher.sessionChanged(session);
    room.offer(readyJob(1));
    await eventually(() => room.queue.puts === 1, 1_000);
    expect([stream.assigned.length, room.dispatcher.creditFree()]).to.deep.equal([0, 0]);
  });

  it("claims nothing after stop", async () => {
    const { session, stream } = liveSession();
    room.dispatcher.stop();
    room.dispatcher.sessionChanged(session);
    room.offer(readyJob(1));
    await eventually(() => room.queue.puts === 1, 1_000);
    expect([stream.assigned.length, room.claims.length]).to.deep.equal([0, 0]);
  });
});

function missing(): never {
  throw new Error("no subscription");
}
