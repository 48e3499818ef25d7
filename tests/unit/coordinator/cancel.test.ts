import { expect } from "chai";
import { Aftermath } from "../../../server/coordinator/aftermath.js";
import { Cancel } from "../../../server/coordinator/cancel.js";
import { NO_LOG } from "../../../server/core/ports.js";
import { JobRoom } from "./job-room.js";

describe("Cancel", () => {
  it("decides by the state under the lock: what was listed as ready and runs by now is left alone", async () => {
    const room = new JobRoom();
    const told: number[] = [];
    const nothing = (): void => undefined;
    const cancel = new Cancel({
      store: room,
      aftermath: new Aftermath({
        store: { lowerAncestors: () => Promise.resolve([]) },
        ready: { offer: nothing, putBack: nothing, freed: nothing },
        logger: NO_LOG,
        onScheduled: nothing,
        onChanged: nothing,
      }),
      onOrders: (sessionIds) => told.push(...sessionIds),
      onSettled: nothing,
    });
    room.running(1, 70, { state: "ready", sessionId: null });
    room.running(2, 71);
    const waiting = await cancel.cancelJobs([1, 2], "why", 1_000, new Set(["ready" as const]));
    expect(waiting).to.deep.equal({ cancelled: 1, requested: 0, alreadyTerminal: 0 });
    expect(room.jobs.get(2)).to.include({ state: "running", cancelRequested: false });
    expect(told).to.deep.equal([]);
    const both = await cancel.cancelJobs([1, 2], "why", 1_000);
    expect(both).to.deep.equal({ cancelled: 0, requested: 1, alreadyTerminal: 1 });
    expect(told).to.deep.equal([71]);
  });
});
