/** What a replica remembers of the room in a queue: when it asks, when it waits, whom it tells. */
import { expect } from "chai";
import { QueueDirectory } from "../../../server/coordinator/queue-directory.js";
import type { QueueRoom } from "../../../server/core/limit-store.js";
import { NO_METRICS } from "../../../server/core/metrics.js";
import type { Nudge } from "../../../server/core/ports.js";
import { QueueRooms } from "../../../server/services/queue-rooms.js";
import { eventually } from "../../support/eventually.js";

const QUEUE = 7;

describe("the room of a limited queue", () => {
  let rooms: QueueRooms;
  let monoMs: number;
  let asked: number;
  let says: QueueRoom | null;
  let woken: number;
  let sent: Nudge[];

  beforeEach(async () => {
    [monoMs, asked, woken, sent] = [1_000, 0, 0, []];
    says = { room: 2, waitMs: null };
    const rows = () =>
      Promise.resolve([
        { id: QUEUE, namespace: "default", name: "q", paused: false, limited: true, keyed: false },
        { id: 8, namespace: "default", name: "free", paused: false, limited: false, keyed: true },
      ]);
    const queues = new QueueDirectory({ resolveQueues: rows, listQueueRows: rows });
    await queues.refresh();
    rooms = new QueueRooms({
      limitStore: {
        queueRoom: () => {
          asked++;
          return says === null ? Promise.reject(new Error("away")) : Promise.resolve(says);
        },
      },
      queues,
      clock: { nowMs: () => 0, monoMs: () => monoMs },
      nudges: { send: (nudge) => sent.push(nudge) },
      metrics: NO_METRICS,
      random01: () => 0,
    });
    rooms.start(() => woken++);
  });

  afterEach(() => rooms.stop());

  it("binds queues with limits of their own only", () => {
    expect(rooms.isBound(QUEUE)).to.equal(true);
    expect(rooms.isBound(8)).to.equal(false);
  });

  it("asks once, and then goes by what claims tell", async () => {
    expect(await rooms.ask(QUEUE)).to.equal(2);
    rooms.told(QUEUE, { room: 1, waitMs: null });
    expect(await rooms.ask(QUEUE)).to.equal(1);
    expect(asked).to.equal(1);
  });

  it("does not ask while all places are taken, until one is free here or elsewhere", async () => {
    rooms.told(QUEUE, { room: 0, waitMs: null });
    monoMs += 800;
    expect(await rooms.ask(QUEUE)).to.equal(0);
    expect(asked).to.equal(0);
    rooms.freedElsewhere(QUEUE);
    expect(woken).to.equal(1);
    expect(await rooms.ask(QUEUE)).to.equal(2);
    expect(sent).to.deep.equal([]);
  });

  it("asks again by itself when nobody tells of a free place", async () => {
    rooms.told(QUEUE, { room: 0, waitMs: null });
    monoMs += 1_000;
    expect(await rooms.ask(QUEUE)).to.equal(2);
  });

  it("waits for the next token even when places become free, and is woken by it", async () => {
    rooms.told(QUEUE, { room: 0, waitMs: 30 });
    rooms.freed(QUEUE);
    expect(woken).to.equal(0);
    expect(await rooms.ask(QUEUE)).to.equal(0);
    expect(asked).to.equal(0);
    await eventually(() => woken === 1, 5_000);
    monoMs += 31;
    expect(await rooms.ask(QUEUE)).to.equal(2);
  });

  it("tells the others of free places at once, and then of many with one word", async () => {
    for (let ended = 0; ended < 100; ended++) rooms.freed(QUEUE);
    expect(sent).to.deep.equal([{ kind: "places_freed", queue: { namespace: "default", name: "q" } }]);
    await eventually(() => sent.length === 2, 5_000);
  });

  it("gives nothing out while Postgres is away, and asks again a second later", async () => {
    says = null;
    expect(await rooms.ask(QUEUE)).to.equal(0);
    says = { room: null, waitMs: null };
    expect(await rooms.ask(QUEUE)).to.equal(0);
    monoMs += 1_000;
    expect(await rooms.ask(QUEUE)).to.equal(Number.POSITIVE_INFINITY);
    expect(asked).to.equal(2);
  });
});
