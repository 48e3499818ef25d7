/** The gate before a client's calls: how many pass, who is next, and what becomes of those that wait in vain. */
import { expect } from "chai";
import { GRPC_FRONT_DEFAULTS } from "../../../server/rpc/front.js";
import { CallGate, CALLS_MAX, WATCHES_MAX } from "../../../worker-sdk/typescript/client/call-gate.js";
import { MusterClientError } from "../../../worker-sdk/typescript/index.js";

describe("CallGate", () => {
  let gate: CallGate;
  let leaves: (() => void)[];

  beforeEach(async () => {
    gate = new CallGate(CALLS_MAX);
    leaves = await Promise.all(Array.from({ length: CALLS_MAX }, () => gate.enter(inMs(10_000), undefined)));
  });

  function inMs(ms: number): number {
    return performance.now() + ms;
  }

  async function failureOf(entering: Promise<unknown>): Promise<unknown> {
    return entering.then(
      () => "it entered",
      (error: unknown) => error,
    );
  }

  it("stays below the streams that a server allows on one connection", () => {
    const { streamsPerConnectionMax } = GRPC_FRONT_DEFAULTS;
    expect(CALLS_MAX + WATCHES_MAX).to.be.below(streamsPerConnectionMax * 0.97);
  });

  it("lets those that wait in one by one, in their order", async () => {
    const entered: number[] = [];
    const waiting = [1, 2, 3].map(async (n) => {
      const leave = await gate.enter(inMs(10_000), undefined);
      entered.push(n);
      leave();
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(entered).to.deep.equal([]);
    leaves[0]?.();
    await Promise.all(waiting);
    expect(entered).to.deep.equal([1, 2, 3]);
  });

  it("gives up at the deadline, says that nothing was sent, and leaves the place to the next", async () => {
    const late = await failureOf(gate.enter(inMs(20), undefined));
    expect(late).to.be.instanceOf(MusterClientError).and.to.include({ nothingWritten: true });
    const next = gate.enter(inMs(10_000), undefined);
    leaves[0]?.();
    (await next)();
  });

  it("lets in at last who has no deadline", async () => {
    const entering = gate.enter(null, undefined);
    leaves[0]?.();
    (await entering)();
  });

  it("gives up when it is told to", async () => {
    const abort = new AbortController();
    const waiting = failureOf(gate.enter(inMs(10_000), abort.signal));
    abort.abort(new Error("never mind"));
    expect(String(await waiting)).to.equal("Error: never mind");
    expect(String(await failureOf(gate.enter(inMs(10_000), abort.signal)))).to.equal("Error: never mind");
  });

  it("waits on when the deadline is longer than any timer", async () => {
    const entering = [Infinity, 2 ** 40].map((ms) => gate.enter(inMs(ms), undefined));
    const soon = failureOf(gate.enter(inMs(20), undefined));
    expect(await soon).to.be.instanceOf(MusterClientError);
    leaves[0]?.();
    leaves[1]?.();
    await Promise.all(entering);
  });
});
