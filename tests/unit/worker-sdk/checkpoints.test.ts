import { expect } from "chai";
import { ReleaseError, type JobContext } from "../../../worker-sdk/typescript/index.js";
import { job } from "./scripted-server.js";
import { WorkerRoom } from "./worker-room.js";

describe("Worker: checkpoints", () => {
  let room: WorkerRoom;

  beforeEach(async () => {
    room = await new WorkerRoom().open();
  });

  afterEach(() => room.close());

  const ends = {
    fails: () => {
      throw new Error("half way");
    },
    "gives the job back": () => {
      throw new ReleaseError();
    },
  };
  for (const [how, end] of Object.entries(ends)) {
    it(`sends what a handler saved right before it ${how}, and before that`, async () => {
      const handlers = {
        echo: (context: JobContext) => {
          context.saveCheckpoint("row 17");
          end();
        },
      };
      const { stream } = await room.active({ handlers });
      stream.assign(job("a"));
      const saved = await stream.sees("progressBatch");
      expect(saved.items?.[0]?.checkpoint?.inline?.toString()).to.equal('"row 17"');
      const member = how === "fails" ? "resultBatch" : "releaseBatch";
      await stream.sees(member);
      const order = stream.frames.flatMap((frame) => Object.keys(frame));
      expect(order.indexOf("progressBatch")).to.be.within(0, order.indexOf(member) - 1);
    });
  }

  it("sends none of a job that is done before it could leave", async () => {
    const handlers = { echo: (context: JobContext) => context.saveCheckpoint("row 17") };
    const { stream } = await room.active({ handlers });
    stream.assign(job("a"), job("b"));
    await stream.seesResults(2);
    expect(stream.of("progressBatch")).to.deep.equal([]);
  });
});
