/** A worker that loads before it connects. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "chai";
import { Worker } from "../../../worker-sdk/typescript/index.js";
import { job } from "./scripted-server.js";
import { WorkerRoom } from "./worker-room.js";

const SDK = new URL("../../../worker-sdk/typescript/index.js", import.meta.url).href;

describe("Worker: prepare", () => {
  let room: WorkerRoom;

  beforeEach(async () => {
    room = await new WorkerRoom().open();
  });

  afterEach(() => room.close());

  function idleWorker(transport: "thread" | "inline"): Worker {
    return new Worker({ address: room.server.address, handlers: { echo: () => undefined }, transport });
  }

  for (const transport of ["thread", "inline"] as const) {
    it(`connects when it runs and not before, on the ${transport} transport`, async () => {
      const worker = idleWorker(transport);
      const states: string[] = [];
      let isRunning = false;
      const seen = room.server.next().then((stream) => {
        states.push(isRunning ? "after run" : "before run");
        return stream;
      });
      await worker.prepare();
      await worker.prepare();
      expect(worker.state).to.equal("idle");
      isRunning = true;
      const ended = worker.run();
      const stream = await seen;
      expect(states).to.deep.equal(["after run"]);
      await stream.welcome();
      stream.assign(job("j1"));
      await stream.seesResults(1);
      room.server.dismiss();
      await ended.catch(() => undefined);
    });

    it(`stopped before it ran, it never connects, on the ${transport} transport`, async () => {
      const worker = idleWorker(transport);
      await worker.prepare();
      await worker.stop();
      await worker.run();
      await worker.prepare();
      expect(worker.state).to.equal("closed");
    });
  }

  it("keeps no process alive once it is there", async () => {
    for (const wait of ["await", "void"]) {
      const program = `
        import { Worker } from ${JSON.stringify(SDK)};
        const worker = new Worker({ address: "127.0.0.1:1", handlers: { a: () => undefined } });
        ${wait} worker.prepare();
        console.log("prepared");`;
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ["--input-type=module", "--eval", program],
        { timeout: 15_000 },
      );
      expect(stdout).to.equal("prepared\n");
    }
  });
});
