/** What this replica makes of a registration that Postgres confirmed. */
import { expect } from "chai";
import { LiveSessions } from "../../../server/coordinator/live-sessions.js";
import type { Held } from "../../../server/coordinator/live-session.js";
import { Register } from "../../../server/coordinator/register.js";
import { NO_METRICS } from "../../../server/core/metrics.js";
import { NO_LOG, type Nudge } from "../../../server/core/ports.js";
import type { HelloInput } from "../../../server/core/sessions.js";
import type { Registered } from "../../../server/core/store.js";
import { registration } from "../../support/registration.js";
import { held, RecordedStream } from "./session-room.js";

const RESUME = { sessionId: 7, token: Buffer.from("signed") };

class RegisterRoom {
  readonly sessions = new LiveSessions();
  readonly nudges: Nudge[] = [];
  readonly recounted: number[] = [];
  readonly undelivered: number[] = [];
  readonly #register: Register;
  #answer: Registered | null = null;

  constructor() {
    this.#register = new Register({
      store: { judge: () => Promise.resolve([]) },
      registrations: { register: () => Promise.resolve(this.#answer) },
      sessions: this.sessions,
      queues: { resolve: () => Promise.resolve(new Map([["q", { id: 1 }]])) },
      handles: {
        handle: () => ({}),
        giveUndelivered: (given: readonly Held[]) =>
          this.undelivered.push(...given.map(({ jobId }) => jobId)),
      },
      endSession: { takeJobsOf: () => Promise.resolve() },
      nudges: { send: (nudge: Nudge) => this.nudges.push(nudge) },
      progress: { report: () => undefined },
      metrics: NO_METRICS,
      logger: NO_LOG,
      serverId: "here",
      sign: () => RESUME.token,
      monoMs: () => performance.now(),
      timing: { heartbeatIntervalMs: 1, leaseTtlMs: 1, resumeGraceMs: 1, maxSessionAgeMs: 1 },
      onRecount: (ids: readonly number[]) => this.recounted.push(...ids),
      onStoreAway: () => undefined,
    } as never);
  }

  async register(registered: Partial<Registered>, over: Partial<HelloInput> = {}): Promise<void> {
    this.#answer = {
      sessionId: RESUME.sessionId,
      epoch: 1,
      resumed: false,
      replacedSessionId: null,
      formerServerId: null,
      held: [],
      ...registered,
    };
    const subscriptions = [{ queue: "q", jobTypes: [], maxInFlight: 0 }];
    const hello = { ...registration({ workerId: "w" }).hello, subscriptions, maxInFlight: 5, ...over };
    await this.#register.register(
      { ...hello, resume: registered.resumed === true ? RESUME : null },
      new RecordedStream(),
    );
  }
}

describe("a registration", () => {
  let room: RegisterRoom;

  beforeEach(() => (room = new RegisterRoom()));

  it("tells the replica that had the session, or the one that it ended, under which epoch", async () => {
    await room.register({ resumed: true, epoch: 4, formerServerId: "other" });
    await room.register({ sessionId: 8, epoch: 5, replacedSessionId: 9, formerServerId: "other" });
    expect(room.nudges).to.deep.equal([
      { kind: "session_replaced", sessionId: 7, epoch: 4 },
      { kind: "session_replaced", sessionId: 9, epoch: 5 },
    ]);
  });

  const job = (jobId: number, leaseEpoch = 1) => {
    return {
      ref: { jobId, leaseEpoch },
      createdMs: 0,
      attempt: 1,
      queueId: 1,
      payloadBytes: 10,
      dependents: 0,
      isTimed: false,
    };
  };
  const inFlight = (jobId: number, leaseEpoch = 1) => {
    return { publicId: `p${jobId}`, ref: { jobId, leaseEpoch }, attempt: 1, state: "running" as const };
  };

  /** A session that this replica gave jobs 1 and 2, and whose stream was lost. */
  async function opened() {
    await room.register({});
    const session = room.sessions.get(RESUME.sessionId);
    if (session === undefined) throw new Error("there is no session");
    for (const jobId of [1, 2]) session.hold(held(jobId, { bytes: 10 }));
    return session;
  }

  for (const { what, epoch, formerServerId } of [
    { what: "was elsewhere meanwhile, of which no nudge told", epoch: 3, formerServerId: "other" },
    { what: "was here meanwhile without our knowing", epoch: 3, formerServerId: "here" },
    { what: "was registered elsewhere last", epoch: 2, formerServerId: "other" },
  ]) {
    it(`holds what Postgres confirmed, and is counted, when its session ${what}`, async () => {
      const session = await opened();
      // Here 1 was done elsewhere, 2 was lost and came again, 3 to 5 were given to it elsewhere.
      const confirmed = [job(2, 2), job(3), job(4), job(5)];
      await room.register(
        { resumed: true, epoch, formerServerId, held: confirmed },
        { inFlight: [inFlight(2, 2), ...[3, 4, 5].map((jobId) => inFlight(jobId))] },
      );
      expect(room.sessions.get(session.id)).to.equal(session);
      expect([...session.held.values()].map((one) => [one.jobId, one.leaseEpoch])).to.deep.equal([
        [2, 2],
        [3, 1],
        [4, 1],
        [5, 1],
      ]);
      session.state = "active";
      const subscription = session.subscriptionTo(1);
      expect(subscription?.inFlight).to.equal(4);
      expect(subscription === undefined ? null : session.credit(subscription), "of a window of 5").to.equal(
        1,
      );
      expect(room.recounted).to.deep.equal([session.id]);
      expect(room.undelivered).to.deep.equal([1]);
    });
  }

  it("goes on with its bookkeeping when it was here all the time", async () => {
    const session = await opened();
    await room.register(
      { resumed: true, epoch: 2, formerServerId: "here", held: [job(1)] },
      { inFlight: [inFlight(1)] },
    );
    expect([...session.held.keys()], "until 2 is given back").to.deep.equal([1, 2]);
    expect([room.recounted, room.undelivered, room.nudges]).to.deep.equal([[], [2], []]);
  });
});
