import { expect } from "chai";
import { LiveSessions } from "../../../server/coordinator/live-sessions.js";
import { Progress } from "../../../server/coordinator/progress.js";
import { SessionHandles } from "../../../server/coordinator/session-handle.js";
import { NO_LOG } from "../../../server/core/ports.js";
import { liveSession } from "./session-room.js";

describe("SessionHandles", () => {
  it("ends no attempt before what it saved for the next one is written", async () => {
    const done: string[] = [];
    const ends: (() => void)[] = [];
    const recordProgress = (): Promise<void> =>
      new Promise((resolve) => {
        ends.push(() => {
          done.push("checkpoint");
          resolve();
        });
      });
    const handles = new SessionHandles({
      progress: new Progress({ store: { recordProgress }, logger: NO_LOG }),
      finish: { finish: () => Promise.resolve(done.push("result")).then(() => []) },
      giveBack: { giveBack: () => Promise.resolve(void done.push("release")) },
      sessions: new LiveSessions(),
      grace: { end: () => undefined },
    } as never);
    const { session, stream } = liveSession();
    const handle = handles.handle(session, stream);
    const checkpoint = { contentType: "text/plain", body: Buffer.from("so far"), uri: null };
    const ref = { jobId: 1, leaseEpoch: 1 };
    const error = { errorType: "Error", message: "", stackTrace: "" };
    const outcome = {
      kind: "failed",
      error,
      nonRetryable: false,
      retryAfterMs: null,
      timedOut: false,
    } as const;
    for (const end of [
      () => handle.results([{ ref, outcome, startedAtMs: null }]),
      () => handle.release([{ ref, reason: "shutting_down", delayMs: 0 }]),
    ]) {
      handle.progress([{ ref, started: false, fraction: 0, note: "", checkpoint }]);
      const ended = end();
      await new Promise((resolve) => setImmediate(resolve));
      ends.pop()?.();
      await ended;
    }
    expect(done).to.deep.equal(["checkpoint", "result", "checkpoint", "release"]);
  });
});
