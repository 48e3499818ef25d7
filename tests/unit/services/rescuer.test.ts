/**
 * The rescuer's guards: nobody is declared lost because this process was paused or Postgres was away; what only this
 * replica can find is found, however often the store fails meanwhile.
 */
import { expect } from "chai";
import { NO_LOG } from "../../../server/core/ports.js";
import { Rescuer } from "../../../server/services/rescuer.js";
import { JobRoom } from "../coordinator/job-room.js";
import { eventually } from "../../support/eventually.js";
import { holdFor } from "../../support/fault-time.js";
import { held, liveSession } from "../coordinator/session-room.js";

const INTERVAL_MS = 1_000;
const LEASE_MS = 30_000;

describe("the rescuer", () => {
  let room: JobRoom;
  let rescuer: Rescuer;
  let monoMs: number;
  let pauses: number[];
  let counted: number[];

  beforeEach(async () => {
    room = new JobRoom();
    monoMs = 1_000_000;
    pauses = [];
    counted = [];
    rescuer = new Rescuer({
      store: room,
      sessions: room.sessions,
      endSession: room.endSession,
      giveBack: room.giveBack,
      grace: { pausedHere: (pauseMs) => pauses.push(pauseMs) },
      logger: NO_LOG,
      intervalMs: INTERVAL_MS,
      leaseTtlMs: LEASE_MS,
      monoMs: () => monoMs,
      onCounted: ({ id }) => counted.push(id),
    });
    await round();
    room.asked.length = 0;
  });

  /** One round at its time, or after a pause. */
  async function round(afterMs = INTERVAL_MS): Promise<void> {
    monoMs += afterMs;
    await rescuer.runOnce();
  }

  function session(...jobs: readonly number[]) {
    const made = liveSession();
    room.sessions.add(made.session);
    room.live.set(made.session.id, made.session.epoch);
    for (const id of jobs) {
      room.running(id, made.session.id);
      made.session.hold(held(id));
    }
    return made;
  }

  it("ends sessions whose lease ran out and gives their jobs back, also those of other replicas", async () => {
    const { session: ours } = session(1);
    room.running(2, 999);
    room.expired = [ours.id, 999];
    await round();
    expect([1, 2].map((id) => [room.jobs.get(id)?.state, room.jobs.get(id)?.losses])).to.deep.equal([
      ["ready", 1],
      ["ready", 1],
    ]);
    expect([ours.state, room.sessions.size]).to.deep.equal(["over", 0]);
  });

  it("declares nobody lost while renewals or registrations are held up, whatever else Postgres takes", async () => {
    const { session: ours } = session(1);
    room.expired = [ours.id];
    rescuer.leasesHeldUp();
    await round();
    expect(room.asked).to.deep.equal(["extendLeases"]);
    rescuer.leasesHeldUp();
    await round();
    expect(ours.state).to.equal("active");
    room.expired = [ours.id];
    await round();
    expect(ours.state).to.equal("over");
  });

  it("declares nobody lost after a pause of this process: every lease is whole again first", async () => {
    const { session: ours } = session(1);
    room.expired = [ours.id];
    await round(INTERVAL_MS * 10);
    expect(room.asked).to.deep.equal(["extendLeases"]);
    expect([ours.state, room.jobs.get(1)?.state]).to.deep.equal(["active", "running"]);
    expect(pauses).to.deep.equal([INTERVAL_MS * 10]);
    await round();
    expect(ours.state).to.equal("active");
  });

  it("takes a round that waited long for Postgres for no pause: the next one ends sessions as well", async () => {
    const asked: string[] = [];
    const real = new Rescuer({
      store: {
        extendLeases: () => Promise.resolve(asked.push("extend")),
        expireSessions: async () => {
          if (asked.push("expire") < 4) await holdFor(1_500);
          return [];
        },
        orphanedJobs: () => Promise.resolve([]),
        jobsOfSessions: () => Promise.resolve([]),
      },
      sessions: room.sessions,
      endSession: room.endSession,
      giveBack: room.giveBack,
      grace: { pausedHere: (pauseMs) => pauses.push(pauseMs) },
      logger: NO_LOG,
      intervalMs: 100,
      leaseTtlMs: LEASE_MS,
      monoMs: () => performance.now(),
      onCounted: () => undefined,
    });
    real.start();
    await eventually(() => asked.length >= 4, 15_000);
    await real.stop();
    expect(asked.slice(0, 4)).to.deep.equal(["extend", "expire", "expire", "expire"]);
    expect(pauses).to.deep.equal([]);
  });

  it("declares nobody lost after an outage of Postgres, also when only a job that nobody knew of met it", async () => {
    const { session: ours } = session(1);
    for (const answering of [false, true]) {
      room.running(2, ours.id);
      rescuer.recount([ours.id]);
      room.isAway = !answering;
      room.before = (verb) => {
        // Away for everything, or only from the moment when it is given back.
        if (answering && verb === "settle") room.isAway = true;
        return Promise.resolve();
      };
      await round();
      room.before = () => Promise.resolve();
      room.isAway = false;
      room.expired = [ours.id];
      room.asked.length = 0;
      await round();
      expect(room.asked[0]).to.equal("extendLeases");
      expect(room.asked).to.not.include("expireSessions");
      expect(ours.state).to.equal("active");
      await round();
    }
  });

  it("goes on ending sessions when another part of its round fails again and again", async () => {
    const { session: ours } = session();
    room.running(2, ours.id);
    rescuer.recount([ours.id]);
    room.before = (verb) => (verb === "settle" ? Promise.reject(new Error("a bug")) : Promise.resolve());
    await round();
    const { session: other } = session();
    room.expired = [other.id];
    await round();
    expect(other.state).to.equal("over");
    expect(room.asked).to.not.include("extendLeases");
  });

  it("gives every lease a whole term at its own start", async () => {
    const { session: ours } = session(1);
    room.expired = [ours.id];
    rescuer.start();
    await round();
    await rescuer.stop();
    expect(room.asked).to.deep.equal(["extendLeases"]);
    expect(ours.state).to.equal("active");
  });

  it("gives back jobs that Postgres gave to a session here and nobody knows of", async () => {
    const { session: ours } = session(1);
    const [subscription] = ours.subscriptions;
    if (subscription === undefined) throw new Error("no subscription");
    room.running(2, ours.id);
    room.running(3, ours.id);
    ours.reserve(3, subscription);
    rescuer.recount([ours.id]);
    room.isAway = true;
    await round();
    room.isAway = false;
    await round();
    expect(room.jobs.get(2)?.state, "the first round only mends the leases").to.equal("running");
    await round();
    expect([1, 2, 3].map((id) => room.jobs.get(id)?.state)).to.deep.equal(["running", "ready", "running"]);
    expect(room.jobs.get(2)?.losses).to.equal(0);
    room.asked.length = 0;
    await round();
    expect(room.asked, "once is enough").to.not.include("jobsOfSessions");
  });

  it("takes nothing back that a finish under way may have given: it looks again when nothing is under way", async () => {
    const { session: ours } = session(1);
    const [subscription] = ours.subscriptions;
    if (subscription === undefined) throw new Error("no subscription");
    room.running(2, ours.id);
    room.running(3, ours.id);
    ours.offerSeat(subscription);
    rescuer.recount([ours.id]);
    await round();
    await round();
    expect([room.jobs.get(2)?.state, ours.isUncounted], "its answer may be on the way").to.deep.equal([
      "running",
      true,
    ]);
    // The answer came: job 2 was given in it, and job 3 nobody knows of.
    ours.fillSeat(2, subscription.queueId);
    ours.hold(held(2));
    await round();
    expect([2, 3].map((id) => room.jobs.get(id)?.state)).to.deep.equal(["running", "ready"]);
    expect(ours.isUncounted).to.equal(false);
  });

  it("looks again when the store failed in the middle of such a look", async () => {
    const { session: ours } = session();
    room.running(2, ours.id);
    rescuer.recount([ours.id]);
    room.before = (verb) => {
      room.isAway = verb === "jobsOfSessions";
      return Promise.resolve();
    };
    await round();
    room.before = () => Promise.resolve();
    room.isAway = false;
    await round();
    await round();
    expect(room.jobs.get(2)?.state).to.equal("ready");
  });

  it("gives a session nothing new until it is known what it holds", async () => {
    const { session: ours } = session(1);
    rescuer.recount([ours.id]);
    expect(ours.isUncounted).to.equal(true);
    room.isAway = true;
    await round();
    expect([ours.isUncounted, counted.length]).to.deep.equal([true, 0]);
    room.isAway = false;
    await round();
    await round();
    expect([ours.isUncounted, counted]).to.deep.equal([false, [ours.id]]);
  });

  it("looks a second time, after the last moment at which a statement without an answer can commit", async () => {
    const { session: ours } = session();
    rescuer.recount([ours.id]);
    await round();
    await round();
    room.running(2, ours.id);
    await round();
    expect(room.jobs.get(2)?.state).to.equal("running");
    for (let spentMs = 0; spentMs < 36_000; spentMs += INTERVAL_MS) await round();
    expect(room.jobs.get(2)?.state).to.equal("ready");
  });

  it("adopts jobs that outlived their session, but only after its workers had the time to come back", async () => {
    room.running(1, 999);
    await round();
    expect(room.asked).to.not.include("orphanedJobs");
    for (let spentMs = 0; spentMs < LEASE_MS; spentMs += INTERVAL_MS) await round();
    expect(room.jobs.get(1)?.state).to.equal("ready");
    expect(room.asked.filter((verb) => verb === "orphanedJobs")).to.have.length(1);
  });

  it("ends a drain that ran out", async () => {
    const { session: draining } = session(2);
    draining.drainDeadlineMono = monoMs;
    await round();
    expect([room.jobs.get(2)?.state, draining.state, room.jobs.get(2)?.losses]).to.deep.equal([
      "ready",
      "over",
      0,
    ]);
  });
});
