import { expect } from "chai";
import { Progress } from "../../../server/coordinator/progress.js";
import { NO_LOG } from "../../../server/core/ports.js";
import type { ProgressItem } from "../../../server/core/sessions.js";

const item = (jobId: number, checkpoint: string | null): ProgressItem => ({
  ref: { jobId, leaseEpoch: 1 },
  started: false,
  fraction: 0,
  note: "",
  checkpoint:
    checkpoint === null ? null : { contentType: "text/plain", body: Buffer.from(checkpoint), uri: null },
});

describe("Progress", () => {
  /** Writes wait until they are let go. */
  function slowStore() {
    const writes: { readonly items: readonly ProgressItem[]; readonly end: (error?: Error) => void }[] = [];
    const recordProgress = (items: readonly ProgressItem[]): Promise<void> =>
      new Promise((resolve, reject) => {
        writes.push({ items, end: (error) => (error === undefined ? resolve() : reject(error)) });
      });
    return { writes, progress: new Progress({ store: { recordProgress }, logger: NO_LOG }) };
  }
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it("makes whoever ends an attempt wait for its checkpoint, the last one, and for no other", async () => {
    const { writes, progress } = slowStore();
    progress.report([item(1, "a"), item(2, null)]);
    await turn();
    progress.report([item(1, "b")]);
    expect(progress.checkpointsWritten([{ jobId: 2, leaseEpoch: 1 }])).to.equal(null);
    let written = false;
    const waiting = progress.checkpointsWritten([{ jobId: 1, leaseEpoch: 1 }])?.then(() => (written = true));
    writes[0]?.end();
    await turn();
    await turn();
    expect([writes.length, written]).to.deep.equal([2, false]);
    writes[1]?.end();
    await waiting;
    expect(written).to.equal(true);
    await turn();
    expect(progress.checkpointsWritten([{ jobId: 1, leaseEpoch: 1 }])).to.equal(null);
  });

  it("keeps nobody waiting for a checkpoint that is lost", async () => {
    const { writes, progress } = slowStore();
    progress.report([item(1, "a")]);
    await turn();
    const waiting = progress.checkpointsWritten([{ jobId: 1, leaseEpoch: 1 }]);
    writes[0]?.end(new Error("the store is away"));
    await waiting;
    await turn();
    expect(progress.checkpointsWritten([{ jobId: 1, leaseEpoch: 1 }])).to.equal(null);
  });
});
