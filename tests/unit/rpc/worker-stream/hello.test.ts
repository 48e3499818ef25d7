/** Parts of Hello that a stream cannot show. */
import { expect } from "chai";
import { MusterError, type FieldViolation } from "../../../../server/core/errors.js";
import { commonFeatures, validateHello } from "../../../../server/rpc/worker-stream/hello.js";
import type { Hello__Output } from "../../../../proto/gen/muster/worker/v1/Hello.js";
import { publicId } from "./stream-room.js";

const INSTANCE = "0AB1C2D3-1111-4222-8333-444455556666";
const MINIMAL: Hello__Output = {
  protocolMin: 1,
  protocolMax: 1,
  instanceId: INSTANCE,
  subscriptions: [{ queue: "q" }],
  window: {},
};

function violationsOf(fields: Partial<Hello__Output>): readonly FieldViolation[] {
  try {
    validateHello({ ...MINIMAL, ...fields }, 10_000);
  } catch (error) {
    if (error instanceof MusterError) return error.details.violations ?? [];
  }
  return [];
}

describe("worker stream Hello", () => {
  it("takes the least that is allowed, paused, in the default namespace", () => {
    const { input } = validateHello(MINIMAL, 10_000);
    expect(input).to.deep.include({
      namespace: "default",
      workerId: INSTANCE.toLowerCase(),
      instanceId: INSTANCE.toLowerCase(),
      maxInFlight: 0,
      sdk: "",
      resume: null,
    });
  });

  it("puts the SDK into one line", () => {
    const sdk = { language: "typescript", version: "0.1.0", runtime: "node 20" };
    expect(validateHello({ ...MINIMAL, sdk }, 10_000).input.sdk).to.equal("typescript 0.1.0 (node 20)");
  });

  it("reads a held job in an unknown state as running", () => {
    const ref = { jobId: publicId(5), attempt: 2, leaseEpoch: 3 };
    const inFlight = [
      { ref },
      { ref: { ...ref, jobId: publicId(6) }, state: "IN_FLIGHT_STATE_BUFFERED" as const },
    ];
    expect(
      validateHello({ ...MINIMAL, inFlight }, 10_000).input.inFlight.map((job) => job.state),
    ).to.deep.equal(["running", "buffered"]);
  });

  it("keeps 50 violations of a hostile Hello", () => {
    const subscriptions = Array.from({ length: 100 }, () => ({ queue: " " }));
    expect(violationsOf({ subscriptions })).to.have.length(50);
  });

  it("refuses more than it would look at", () => {
    const fields = (list: readonly FieldViolation[]) => list.map((violation) => violation.field);
    const queues = Array.from({ length: 101 }, (_, i) => ({ queue: `q${i}` }));
    expect(fields(violationsOf({ subscriptions: queues }))).to.deep.equal(["subscriptions"]);
    const labels = Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`l${i}`, ""]));
    expect(fields(violationsOf({ labels }))).to.deep.equal(["labels"]);
    expect(fields(violationsOf({ features: Array.from({ length: 65 }, String) }))).to.deep.equal([
      "features",
    ]);
    const inFlight = Array.from({ length: 10_001 }, () => ({}));
    expect(fields(violationsOf({ inFlight }))).to.deep.equal(["in_flight"]);
  });

  it("activates the features that both sides know", () => {
    const findings = { add: () => undefined };
    expect(commonFeatures(["b", "x", "a"], ["a", "b", "c"], findings)).to.deep.equal(["a", "b"]);
    expect(commonFeatures(undefined, ["a"], findings)).to.deep.equal([]);
  });
});
