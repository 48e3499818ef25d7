/** Packing of assignments into frames, without a stream. */
import { expect } from "chai";
import { services } from "../../../../proto/load.js";
import {
  type AssignmentFrame,
  AssignmentQueue,
} from "../../../../server/rpc/worker-stream/assignment-queue.js";
import { HeldJobs } from "../../../../server/rpc/worker-stream/held.js";
import { StreamLog } from "../../../../server/rpc/worker-stream/stream-log.js";
import { assignment, LIMITS, publicId, TestLog } from "./stream-room.js";

const { responseSerialize } = services().worker.WorkerService.service.Connect;

describe("worker stream assignment queue", () => {
  function setUp() {
    const log = new TestLog();
    const held = new HeldJobs();
    const queue = new AssignmentQueue({
      limits: LIMITS,
      log: new StreamLog(log, "peer"),
      held,
      queueName: () => "q",
    });
    return { queue, log, held };
  }

  const idsOf = ({ frame }: AssignmentFrame) =>
    (frame.assignmentBatch?.assignments ?? []).map(({ ref }) => ref?.jobId);

  it("holds what it packed", () => {
    const { queue, held } = setUp();
    queue.add([assignment(1), assignment(2)]);
    expect(idsOf(queue.takeFrame())).to.deep.equal([publicId(1), publicId(2)]);
    expect(held.holds(publicId(1), 1)).to.equal(true);
    expect(held.holds(publicId(2), 1)).to.equal(true);
    expect(queue.isEmpty).to.equal(true);
  });

  it("drops even the parents' ids when those alone break the frame limit", () => {
    const { queue } = setUp();
    const parents = Array.from({ length: 10_000 }, (_, i) => ({
      publicId: publicId(i + 2),
      key: "k".repeat(100),
      output: null,
      succeeded: true,
    }));
    queue.add([assignment(1, { parents })]);
    const { frame } = queue.takeFrame();
    expect(responseSerialize(frame).length).to.be.lessThan(LIMITS.maxFrameBytes);
    const [job] = frame.assignmentBatch?.assignments ?? [];
    expect(job?.parents).to.equal(undefined);
    expect(job?.parentsTruncated).to.equal(true);
  });

  it("sends what is too large without parents too rather than never, and says so", () => {
    const { queue, log } = setUp();
    const payload = { contentType: "t", body: Buffer.alloc(LIMITS.maxFrameBytes), uri: null };
    queue.add([assignment(1), assignment(2, { payload }), assignment(3)]);
    const sizes = [queue.takeFrame(), queue.takeFrame(), queue.takeFrame()].map(
      (frame) => idsOf(frame).length,
    );
    expect(sizes).to.deep.equal([1, 1, 1]);
    expect(log.events()).to.deep.equal(["stream.assignment_oversize"]);
  });

  it("forgets a job that was revoked before it was packed", () => {
    const { queue, held } = setUp();
    queue.add([assignment(1), assignment(2)]);
    expect(queue.remove(publicId(1))).to.equal(true);
    expect(queue.remove(publicId(9))).to.equal(false);
    expect(idsOf(queue.takeFrame())).to.deep.equal([publicId(2)]);
    expect(held.size).to.equal(1);
  });
});
