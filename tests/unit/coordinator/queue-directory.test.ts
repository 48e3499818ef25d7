/** Workers that come at once ask for the same queues: the store is asked once. */
import { expect } from "chai";
import { QueueDirectory } from "../../../server/coordinator/queue-directory.js";
import type { QueueKey } from "../../../server/core/ports.js";

describe("the directory of queues", () => {
  it("asks once for what many ask for at once, each name once, and never again", async () => {
    const asked: string[][] = [];
    const resolveQueues = (keys: readonly QueueKey[]) => {
      asked.push(keys.map(({ name }) => name));
      const flags = { paused: false, limited: false, keyed: false };
      return Promise.resolve(keys.map((key) => ({ ...key, ...flags, id: key.name.length })));
    };
    const queues = new QueueDirectory({ resolveQueues, listQueueRows: () => Promise.resolve([]) });
    const names = Array.from({ length: 30 }, (_, at) => (at % 3 === 0 ? ["a", "bb"] : ["bb", "ccc"]));
    const found = await Promise.all(names.map((some) => queues.resolve("default", some)));
    expect(asked).to.deep.equal([["a", "bb", "ccc"]]);
    expect(found.map((rows) => [...rows.keys()].sort())).to.deep.equal(names);
    await queues.resolve("default", ["ccc"]);
    expect(asked).to.have.length(1);
  });
});
