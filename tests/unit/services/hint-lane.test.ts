/** Hints go to the ready queue at once while somebody waits for them, and together while nobody does. */
import { expect } from "chai";
import { eventually } from "../../support/eventually.js";
import { liveSession, readyJob } from "../coordinator/session-room.js";
import { DispatcherRoom, KEY } from "./dispatcher-room.js";

describe("hints on their way to the ready queue", () => {
  let room: DispatcherRoom;

  beforeEach(async () => {
    room = await new DispatcherRoom().start();
  });

  afterEach(() => room.dispatcher.stop());

  /** The answer to a first put says whether others wait. */
  async function afterPut(isAwaited: boolean): Promise<void> {
    room.queue.isAwaited = isAwaited;
    room.offer(readyJob(1));
    await eventually(async () => (await depth()) === 1, 1_000);
    expect(room.queue.puts).to.equal(1);
  }

  async function depth(): Promise<number> {
    const { high, medium, low } = await room.queue.depth(KEY);
    return high + medium + low;
  }

  it("go together where nobody waits", async () => {
    await afterPut(false);
    for (const id of [2, 3, 4]) room.offer(readyJob(id));
    await Promise.resolve();
    expect([room.queue.puts, await depth()]).to.deep.equal([1, 1]);
    await eventually(async () => (await depth()) === 4, 1_000);
    expect(room.queue.puts).to.equal(2);
  });

  it("go at once while another replica waits, and one by one", async () => {
    await afterPut(true);
    for (const id of [2, 3]) room.offer(readyJob(id));
    await Promise.resolve();
    expect([room.queue.puts, await depth()]).to.deep.equal([3, 3]);
  });

  it("go at once when there are many", async () => {
    await afterPut(false);
    room.offer(...Array.from({ length: 500 }, (_, at) => readyJob(at + 2)));
    await Promise.resolve();
    expect([room.queue.puts, await depth()]).to.deep.equal([2, 501]);
  });

  it("are put before a session that comes is given what is less urgent", async () => {
    await afterPut(false);
    room.offer(readyJob(2, { effectivePriority: 9 }));
    const { session, stream } = liveSession({ maxInFlight: 1 });
    room.dispatcher.sessionChanged(session);
    await eventually(() => stream.assigned.length === 1, 1_000);
    expect(stream.assignedIds).to.deep.equal([2]);
    expect(await depth()).to.equal(1);
  });

  it("are not kept for company after a put that failed", async () => {
    await afterPut(false);
    room.queue.up = false;
    room.offer(readyJob(2));
    await eventually(() => room.queue.puts === 2, 1_000);
    room.queue.up = true;
    room.offer(readyJob(3));
    await Promise.resolve();
    expect([room.queue.puts, await depth()]).to.deep.equal([3, 2]);
  });

  it("are put when the replica stops", async () => {
    await afterPut(false);
    room.offer(readyJob(2));
    room.dispatcher.stop();
    await Promise.resolve();
    expect([room.queue.puts, await depth()]).to.deep.equal([2, 2]);
  });
});
