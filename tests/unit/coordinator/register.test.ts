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
import { RecordedStream } from "./session-room.js";

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
        giveUndelivered: (held: readonly Held[]) => this.undelivered.push(...held.map(({ jobId }) => jobId)),
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
});
