/** The end of a session: its jobs go to others, whatever is under way, and nothing ends that lives on elsewhere. */
import { expect } from "chai";
import { Assign } from "../../../server/coordinator/assign.js";
import { DatabaseClock } from "../../../server/coordinator/database-clock.js";
import { QueueDirectory } from "../../../server/coordinator/queue-directory.js";
import { NO_METRICS } from "../../../server/core/metrics.js";
import { NO_LOG } from "../../../server/core/ports.js";
import type { Claimed } from "../../../server/core/store.js";
import { signal } from "../../support/signal.js";
import { JobRoom } from "./job-room.js";
import { assignment, held, liveSession } from "./session-room.js";
import { NO_LIMIT_STORE } from "../../support/no-limits.js";

function heldSession(room: JobRoom, ...jobs: readonly number[]) {
  const { session, stream } = liveSession();
  room.sessions.add(session);
  room.live.set(session.id, session.epoch);
  for (const id of jobs) {
    room.running(id, session.id);
    session.hold(held(id));
  }
  return { session, stream };
}

/** An assigner whose claim waits for the test, and then gives the job to whoever asked. */
function gatedAssign() {
  const asked = signal();
  let answer: (claimed: Claimed) => void = () => undefined;
  const clock = { nowMs: () => Date.now(), monoMs: () => performance.now() };
  const assign = new Assign({
    store: {
      claim: () => {
        asked.fire();
        return new Promise((resolve) => (answer = resolve));
      },
    },
    queues: new QueueDirectory({
      resolveQueues: () => Promise.resolve([]),
      listQueueRows: () => Promise.resolve([]),
    }),
    databaseClock: new DatabaseClock({ databaseNowMs: () => Promise.resolve(0) }, clock),
    metrics: NO_METRICS,
    logger: NO_LOG,
    lanes: { max: 1, patienceMs: 0 },
    limitStore: NO_LIMIT_STORE,
    onHeldByKey: () => undefined,
    onRoom: () => undefined,
    onPushed: () => undefined,
    onStillReady: () => undefined,
    onFailed: () => undefined,
    onCredit: () => undefined,
  });
  return { assign, asked, answer: (claimed: Claimed) => answer(claimed) };
}

describe("the end of a session", () => {
  it("gives back what it holds: lost with a lost stream, released when it left", async () => {
    const room = new JobRoom();
    const [lost, left] = [heldSession(room, 1), heldSession(room, 2)];
    lost.session.unsent.add(3);
    room.running(3, lost.session.id);
    lost.session.hold(held(3));
    await room.endSession.end(lost.session, "stream_lost");
    await room.endSession.end(left.session, "left");
    const rows = [1, 2, 3].map((id) => room.jobs.get(id));
    expect(rows.map((row) => [row?.state, row?.losses])).to.deep.equal([
      ["ready", 1],
      ["ready", 0],
      ["ready", 0],
    ]);
    expect([room.sessions.size, room.removed, room.live.size]).to.deep.equal([
      0,
      [lost.session, left.session],
      0,
    ]);
    expect(room.asked, "all of them known, none looked for").to.not.include("jobsOfSessions");
    await room.endSession.end(lost.session, "lease_expired");
    expect(room.asked.filter((verb) => verb === "endSessions").length).to.equal(2);
  });

  it("finds a job that a claim under way gave it, and counts it as no loss", async () => {
    const room = new JobRoom();
    const { session, stream } = heldSession(room, 1);
    const { assign, asked, answer } = gatedAssign();
    const [subscription] = session.subscriptions;
    if (subscription === undefined) throw new Error("no subscription");
    session.reserve(2, subscription);
    const hint = { jobId: 2, type: "t", level: "medium", readyUs: 1 } as const;
    const assigning = assign.assign([{ hint, queueId: 1, session }]);
    await asked.next();
    // The claim is committed, its answer is on the way, and the stream is lost.
    room.running(2, session.id);
    const ending = room.endSession.end(session, "stream_lost");
    const done = session.claimsDone();
    answer({ assignments: [assignment(2, session.id)], stillReady: [] });
    await Promise.all([assigning, ending, done]);
    expect(stream.assigned, "nothing is pushed after the end").to.deep.equal([]);
    expect([1, 2].map((id) => [room.jobs.get(id)?.state, room.jobs.get(id)?.losses])).to.deep.equal([
      ["ready", 1],
      ["ready", 0],
    ]);
    expect(session.claiming.size).to.equal(0);
  });

  it("looks once through the open jobs for all sessions that are asked about meanwhile", async () => {
    const room = new JobRoom();
    const ids = Array.from({ length: 50 }, (_, at) => at + 1);
    for (const id of ids) room.running(id, 100 + id);
    await Promise.all(ids.map((id) => room.endSession.takeJobsOf([100 + id], "replaced")));
    expect(ids.map((id) => room.jobs.get(id)?.state)).to.deep.equal(ids.map(() => "ready"));
    expect(room.asked.filter((verb) => verb === "jobsOfSessions")).to.have.length(1);
  });

  it("leaves a session alone that went on at another replica, and its jobs with it", async () => {
    const room = new JobRoom();
    const { session } = heldSession(room, 1);
    room.live.set(session.id, session.epoch + 1);
    await room.endSession.end(session, "stream_lost");
    expect(room.jobs.get(1)).to.include({ state: "running", sessionId: session.id });
    expect(room.live.has(session.id)).to.equal(true);
    expect(room.sessions.size, "it is over here").to.equal(0);
  });

  it("leaves the rest to the rescuer when the store is away", async () => {
    const room = new JobRoom();
    const { session } = heldSession(room, 1);
    room.isAway = true;
    await room.endSession.end(session, "stream_lost");
    expect([session.state, room.jobs.get(1)?.state]).to.deep.equal(["over", "running"]);
    room.isAway = false;
    await room.endSession.takeJobsOf([session.id], "lease_expired");
    expect(room.jobs.get(1)?.state).to.equal("ready");
  });
});
