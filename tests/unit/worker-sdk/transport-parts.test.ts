/** The pure parts of the transport: backoff, lease clock, outbox, held jobs, ends of streams, vitals. */
import { status } from "@grpc/grpc-js";
import { expect } from "chai";
import fc from "fast-check";
import { backoffMs, RECONNECT } from "../../../worker-sdk/typescript/backoff.js";
import { HeldJobs } from "../../../worker-sdk/typescript/transport/held-jobs.js";
import { LeaseClock } from "../../../worker-sdk/typescript/transport/lease-clock.js";
import { Outbox } from "../../../worker-sdk/typescript/transport/outbox.js";
import { readStreamEnd } from "../../../worker-sdk/typescript/transport/stream-end.js";
import { monoMs, Vitals } from "../../../worker-sdk/typescript/transport/vitals.js";
import { richTrailers } from "./scripted-server.js";

const item = (jobId: string, leaseEpoch = 1, bytes = 10) => ({
  jobId,
  attempt: 1,
  leaseEpoch,
  entry: Buffer.alloc(bytes),
});

describe("backoffMs", () => {
  it("stays below its growing ceiling and reaches the whole range", () => {
    fc.assert(
      fc.property(
        fc.nat(2_000),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (failures, random) => {
          const ceiling = Math.min(RECONNECT.capMs, RECONNECT.baseMs * 2 ** failures);
          expect(backoffMs(failures, RECONNECT, () => random)).to.equal(Math.floor(random * ceiling));
        },
      ),
    );
  });
});

describe("LeaseClock", () => {
  it("counts from the sending of what was acknowledged: late after half of it, over at its end", () => {
    const lease = new LeaseClock();
    expect([lease.state(5), lease.msToChange(5)]).to.deep.equal(["lost", undefined]);
    lease.acknowledged(1_000, 600);
    expect([lease.state(1_299), lease.msToChange(1_299)]).to.deep.equal(["held", 1]);
    expect([lease.state(1_300), lease.msToChange(1_300)]).to.deep.equal(["suspect", 300]);
    expect(lease.state(1_600)).to.equal("lost");
    lease.acknowledged(1_500, 0);
    expect(lease.endsAtMs).to.equal(2_100);
    lease.forget();
    expect(lease.state(1_501)).to.equal("lost");
  });

  it("never ends earlier because of an older acknowledgement", () => {
    const acks = fc.array(fc.tuple(fc.nat(10_000), fc.integer({ min: 1, max: 100 })), { minLength: 1 });
    fc.assert(
      fc.property(acks, (all) => {
        const lease = new LeaseClock();
        for (const [sentAtMs, ttlMs] of all) lease.acknowledged(sentAtMs, ttlMs);
        const newest = Math.max(...all.map(([sentAtMs]) => sentAtMs));
        expect(lease.endsAtMs).to.be.greaterThan(newest);
      }),
    );
  });
});

describe("Outbox", () => {
  it("hands out what is due once, oldest first, within its limits", () => {
    const outbox = new Outbox();
    for (const id of ["a", "b", "c", "d"]) outbox.add(item(id, 1, id === "c" ? 100 : 10));
    expect(outbox.take(2, 1_000).map((each) => each.jobId)).to.deep.equal(["a", "b"]);
    expect(outbox.take(2, 50).map((each) => each.jobId)).to.deep.equal(["c"]);
    expect(outbox.take(9, 50).map((each) => each.jobId)).to.deep.equal(["d"]);
    expect([outbox.hasDue, outbox.size]).to.deep.equal([false, 4]);
  });

  it("keeps an entry until it is settled under its own lease, and sends all of them on a new stream", () => {
    const outbox = new Outbox();
    outbox.add(item("a"));
    outbox.add(item("b"));
    outbox.take(9, 999);
    expect(outbox.settle({ jobId: "a", leaseEpoch: 2 })).to.equal(false);
    expect(outbox.settle({ jobId: "a", leaseEpoch: 1 })).to.equal(true);
    outbox.makeDue([{ jobId: "a", leaseEpoch: 1 }]);
    expect(outbox.hasDue).to.equal(false);
    outbox.makeAllDue();
    expect(outbox.take(9, 999).map((each) => each.jobId)).to.deep.equal(["b"]);
  });

  it("sends no entry that a newer lease replaced, and none twice", () => {
    const outbox = new Outbox();
    outbox.add(item("a", 1));
    outbox.add(item("a", 2));
    outbox.makeDue([{ jobId: "a", leaseEpoch: 2 }]);
    expect(outbox.take(9, 999).map((each) => each.leaseEpoch)).to.deep.equal([2]);
  });

  it("sends every unsettled entry after any sequence of events", () => {
    const event = fc.record({ act: fc.constantFrom("add", "take", "settle", "later", "all"), id: fc.nat(5) });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const outbox = new Outbox();
        const kept = new Map<string, "due" | "sent">();
        for (const { act, id } of events) {
          const key = { jobId: String(id), leaseEpoch: 1 };
          if (act === "add" && !kept.has(key.jobId)) {
            outbox.add(item(key.jobId));
            kept.set(key.jobId, "due");
          } else if (act === "take") {
            const due = [...kept].filter(([, state]) => state === "due").map(([jobId]) => jobId);
            const taken = outbox.take(100, 10_000).map((each) => each.jobId);
            expect(taken.toSorted()).to.deep.equal(due.toSorted());
            for (const jobId of taken) kept.set(jobId, "sent");
          } else if (act === "settle") {
            expect(outbox.settle(key)).to.equal(kept.delete(key.jobId));
          } else if (act === "later") {
            outbox.makeDue([key]);
            if (kept.has(key.jobId)) kept.set(key.jobId, "due");
          } else if (act === "all") {
            outbox.makeAllDue();
            for (const jobId of kept.keys()) kept.set(jobId, "due");
          }
          expect(outbox.size).to.equal(kept.size);
        }
      }),
    );
  });
});

describe("HeldJobs", () => {
  it("reports what it holds, and forgets by lease only", () => {
    const held = new HeldJobs();
    held.add("a", 1, 1);
    held.add("b", 7, 2);
    held.markStarted("b");
    expect(held.mark({ jobId: "a", leaseEpoch: 2 }, "result_pending")).to.equal(false);
    expect(held.mark({ jobId: "a", leaseEpoch: 1 }, "result_pending")).to.equal(true);
    expect(held.report()).to.deep.equal([
      { ref: { jobId: "a", attempt: 1, leaseEpoch: 1 }, state: "IN_FLIGHT_STATE_RESULT_PENDING" },
      { ref: { jobId: "b", attempt: 2, leaseEpoch: 7 }, state: "IN_FLIGHT_STATE_RUNNING" },
    ]);
    expect([held.count("running"), held.count("buffered"), held.size]).to.deep.equal([1, 0, 2]);
    expect(held.remove({ jobId: "b", leaseEpoch: 6 })).to.equal(false);
    expect(held.removeUnfinished()).to.deep.equal([{ jobId: "b", leaseEpoch: 7 }]);
    expect(held.size).to.equal(1);
  });

  it("keeps the newest lease of a job, in whichever order they come", () => {
    const held = new HeldJobs();
    for (const leaseEpoch of [5, 6, 5]) held.add("a", leaseEpoch, 1);
    expect([held.has({ jobId: "a", leaseEpoch: 6 }), held.size]).to.deep.equal([true, 1]);
  });
});

describe("readStreamEnd", () => {
  const next = (code: number, reason = "") =>
    readStreamEnd({ code, details: "x", ...(reason !== "" && { metadata: richTrailers(reason) }) }).next;

  it("knows which ends are final", () => {
    expect(next(status.OK)).to.equal("done");
    expect(next(status.ABORTED, "SESSION_REPLACED")).to.equal("fatal");
    expect(next(status.ABORTED, "SESSION_EXPIRED")).to.equal("fresh");
    expect(next(status.UNIMPLEMENTED)).to.equal("fatal");
    expect(next(status.UNAUTHENTICATED)).to.equal("auth");
    for (const code of [
      status.UNAVAILABLE,
      status.INTERNAL,
      status.UNKNOWN,
      status.CANCELLED,
      status.ABORTED,
    ]) {
      expect(next(code)).to.equal("resume");
    }
    expect(next(status.DEADLINE_EXCEEDED, "HELLO_TIMEOUT")).to.equal("resume");
  });

  it("reads the reason and the advised delay", () => {
    const end = readStreamEnd({ code: 8, details: "full", metadata: richTrailers("SESSION_LIMIT", 250) });
    expect(end).to.deep.include({ code: "SESSION_LIMIT", grpcStatus: "RESOURCE_EXHAUSTED", message: "full" });
    expect(end.delayMs).to.equal(250);
  });
});

describe("Vitals", () => {
  it("shows a blocked loop from the outside, while it lasts and once afterwards", () => {
    const vitals = new Vitals();
    const stop = vitals.pulse();
    const seenElsewhere = new Vitals(vitals.memory);
    expect(seenElsewhere.takeLagMs(monoMs())).to.be.lessThan(50);
    expect(seenElsewhere.takeLagMs(monoMs() + 5_100)).to.be.within(4_900, 5_100);
    stop();
  });

  it("lets jobs start until the moment it was told", () => {
    const vitals = new Vitals();
    expect(vitals.mayStart()).to.equal(false);
    new Vitals(vitals.memory).allowStartsUntil(monoMs() + 60_000);
    expect(vitals.mayStart()).to.equal(true);
    vitals.allowStartsUntil(monoMs());
    expect(vitals.mayStart()).to.equal(false);
  });
});
