import { expect } from "chai";
import { LiveSessions } from "../../../server/coordinator/live-sessions.js";
import type { LiveSession } from "../../../server/coordinator/live-session.js";
import { NO_LOG, type Nudge } from "../../../server/core/ports.js";
import { OrderRunner } from "../../../server/services/order-runner.js";
import { liveSession } from "../coordinator/session-room.js";

describe("the order runner", () => {
  let sessions: LiveSessions;
  let replaced: LiveSession[];
  let hear: (nudge: Nudge) => void;
  let runner: OrderRunner;

  beforeEach(() => {
    sessions = new LiveSessions();
    replaced = [];
    runner = new OrderRunner({
      store: { ordersFor: () => Promise.resolve([]), deleteOrders: () => Promise.resolve() },
      sessions,
      nudges: {
        send: () => undefined,
        onNudge: (listener) => {
          hear = listener;
          return () => undefined;
        },
      },
      logger: NO_LOG,
      intervalMs: 1_000_000,
      monoMs: () => performance.now(),
      onChanged: () => undefined,
      onReplaced: (session) => replaced.push(session),
    });
    runner.start();
  });

  afterEach(() => runner.stop());

  it("leaves a session to the replica that has it under a higher epoch, and takes no late word for it", () => {
    const { session } = liveSession({ id: 7 });
    session.epoch = 3;
    sessions.add(session);
    for (const epoch of [1, 2, 3]) hear({ kind: "session_replaced", sessionId: 7, epoch });
    hear({ kind: "session_replaced", sessionId: 8, epoch: 9 });
    expect(replaced).to.deep.equal([]);
    hear({ kind: "session_replaced", sessionId: 7, epoch: 4 });
    expect(replaced).to.deep.equal([session]);
  });
});
