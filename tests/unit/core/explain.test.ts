import { expect } from "chai";
import { explain } from "../../../server/core/explain.js";
import type { DispatchFacts, ExplainedJob, ExplainFacts } from "../../../server/core/explain-facts.js";
import { BLOCKER_REASONS, type Blocker, type BlockerDetail } from "../../../server/core/explanation.js";
import { formatId } from "../../../server/core/job-id.js";
import { durationText, estimateWait } from "../../../server/core/wait-estimate.js";

const NOW_MS = 1_700_000_000_000;
const at = (agoMs: number): Date => new Date(NOW_MS - agoMs);

function jobWith(id: number, over: Partial<ExplainedJob> = {}): ExplainedJob {
  return {
    id,
    publicId: formatId(id, NOW_MS),
    key: null,
    type: "t",
    queueId: 1,
    queue: "q",
    state: "ready",
    stateReason: null,
    pendingParents: 0,
    parentIds: [],
    attempt: 0,
    maxAttempts: 3,
    losses: 0,
    cancelRequested: false,
    createdAt: at(60_000),
    readyAt: at(50_000),
    runAt: null,
    assignedAt: null,
    startedAt: null,
    lastEndedAt: null,
    finishedAt: null,
    executionTimeoutMs: null,
    error: null,
    worker: null,
    progress: 0,
    progressNote: "",
    progressAt: null,
    ...over,
  };
}

const SERVED: DispatchFacts = {
  queueId: 1,
  type: "t",
  pausedAt: null,
  online: 2,
  suspect: 0,
  draining: 0,
  slots: 4,
  slotsFree: 4,
  subscribed: [],
  ahead: 0,
  isAheadExact: true,
};

function factsOf(job: ExplainedJob, over: Partial<ExplainFacts> = {}): ExplainFacts {
  return {
    now: new Date(NOW_MS),
    job,
    above: [],
    isCut: false,
    dispatch: [SERVED],
    holds: [],
    service: null,
    isReadyQueueUp: true,
    storeMs: 1,
    reconcileIntervalMs: 5_000,
    ...over,
  };
}

const blockersOf = (facts: ExplainFacts): readonly Blocker[] => explain(facts, "default").blockers;
const reasonsOf = (facts: ExplainFacts): string[] => blockersOf(facts).map(({ reason }) => reason);

function detailOf<Kind extends BlockerDetail["kind"]>(blocker: Blocker | undefined, kind: Kind) {
  const detail = blocker?.detail;
  if (detail?.kind !== kind) throw new Error(`expected a detail of kind ${kind}, got ${detail?.kind}`);
  return detail as Extract<BlockerDetail, { kind: Kind }>;
}

describe("explain, of a ready job", () => {
  const ready = jobWith(10);

  it("says that nothing holds it when a slot is free and nobody is ahead", () => {
    const [only] = blockersOf(factsOf(ready));
    expect(only).to.include({ reason: "dispatch_due", until: null });
    expect(only?.since).to.deep.equal(at(50_000));
    expect(only?.summary).to.contain("within 5.0 s at the latest");
  });

  it("tells a paused queue first, then who is missing or busy, then what slows the server down", () => {
    const paused = { ...SERVED, pausedAt: at(9_000) };
    expect(reasonsOf(factsOf(ready, { dispatch: [{ ...paused, online: 0 }] }))).to.deep.equal([
      "queue_paused",
      "no_subscriber",
    ]);
    const facts = factsOf(ready, {
      dispatch: [{ ...paused, slotsFree: 0 }],
      isReadyQueueUp: false,
      storeMs: 2_500,
    });
    const blockers = blockersOf(facts);
    const order = ["queue_paused", "slots_busy", "ready_queue_away", "store_slow"];
    expect(blockers.map(({ reason }) => reason)).to.deep.equal(order);
    expect(blockers[0]?.since).to.deep.equal(at(9_000));
    expect(blockers[0]?.resolution).to.equal("`muster resume q`");
    expect(blockers[3]?.summary).to.contain("2.5 s");
  });

  it("tells the limits that hold it before busy slots, with the next start of a rate", () => {
    const places = { bound: 2, running: 2, ahead: 3, nextStartAt: null };
    const hold = { kind: "key" as const, ...places, key: "tenant-1", periodMs: null };
    const next = { bound: 5, running: 0, ahead: 0, nextStartAt: at(-700) };
    const rate = { kind: "rate" as const, ...next, key: null, periodMs: 60_000 };
    const facts = factsOf(ready, { holds: [hold, rate], dispatch: [{ ...SERVED, slotsFree: 0 }] });
    expect(reasonsOf(facts)).to.deep.equal(["limit", "limit", "slots_busy"]);
    const [key, starts] = blockersOf(facts);
    expect(key?.summary).to.equal(
      "its concurrency key tenant-1 is full: 2 of 2 places taken, 3 jobs of the key before it",
    );
    expect(detailOf(key, "limit").hold).to.equal(hold);
    expect(starts?.until).to.deep.equal(at(-700));
    expect(starts?.summary).to.match(/: 5 starts in (1 min|60 s)/);
    expect(detailOf(starts, "limit").hold).to.equal(rate);
  });

  it("says what the connected workers take instead", () => {
    const subscribed = [{ queue: "other", jobTypes: ["a", "b"], sessions: 3 }];
    const [only] = blockersOf(
      factsOf(ready, { dispatch: [{ ...SERVED, online: 0, draining: 1, subscribed }] }),
    );
    expect(only?.summary).to.equal(
      "no connected worker takes type t from queue q (1 draining); connected workers take a, b from other (3 sessions)",
    );
    expect(detailOf(only, "subscribers")).to.deep.include({ draining: 1, subscribed });
  });

  it("gives its place and, from what executions took, when its turn may come", () => {
    const service = { samples: 200, medianMs: 2_000, p90Ms: 5_000 };
    const dispatch = [{ ...SERVED, slotsFree: 0, ahead: 6 }];
    const [only] = blockersOf(factsOf(ready, { dispatch, service }));
    expect(only?.summary).to.equal(
      "4 of 4 slots of 2 workers that take it are busy; position 7, in about 3.5 s",
    );
    expect(only?.until).to.deep.equal(new Date(NOW_MS + 3_500));
    const { position, estimate } = detailOf(only, "slots");
    expect(position).to.equal(7);
    expect(estimate).to.deep.include({ typicalMs: 3_500, lateMs: 10_000, samples: 200 });
    expect(estimate?.basis).to.equal(
      "position 7 / 4 slots x median 2.0 s (90 % within 5.0 s) of 200 recent executions of this type",
    );
  });

  it("guesses nothing without a history, and says when more may be ahead", () => {
    const dispatch = [{ ...SERVED, slotsFree: 1, ahead: 6, isAheadExact: false }];
    const [only] = blockersOf(factsOf(ready, { dispatch }));
    expect(only?.until).to.equal(null);
    expect(detailOf(only, "slots").estimate).to.equal(null);
    expect(only?.summary).to.equal("3 of 4 slots of 2 workers that take it are busy; position at least 7");
  });
});

describe("explain, of a job that waits for a time", () => {
  it("says for which attempt, after which error, and when", () => {
    const error = { errorType: "Timeout", message: "too slow" };
    const job = jobWith(10, {
      state: "scheduled",
      stateReason: "retry",
      attempt: 1,
      error,
      runAt: at(-4_000),
      lastEndedAt: at(1_000),
    });
    const [first, second] = blockersOf(factsOf(job, { dispatch: [{ ...SERVED, online: 0 }] }));
    expect(first?.summary).to.equal("waits for attempt 2 of 3 after Timeout: too slow, due in 4.0 s");
    expect(first).to.deep.include({ reason: "scheduled", since: at(1_000), until: at(-4_000) });
    expect(second?.reason).to.equal("no_subscriber");
  });

  it("tells a submission for later from a release with a delay", () => {
    const job = jobWith(10, { state: "scheduled", runAt: at(-90_000) });
    const whyOf = (each: ExplainedJob) => detailOf(blockersOf(factsOf(each))[0], "schedule").why;
    expect(whyOf(job)).to.equal("run_at");
    expect(whyOf({ ...job, stateReason: "released", lastEndedAt: at(1) })).to.equal("release");
  });
});

describe("explain, of a blocked job", () => {
  const running = jobWith(1, {
    key: "load",
    state: "running",
    assignedAt: at(30_000),
    progress: 0.5,
    worker: { workerId: "w1", state: "online", leaseExpiresAt: at(-10_000) },
  });
  const waiting = jobWith(2, { type: "rare", queueId: 2, queue: "p" });
  const between = jobWith(3, { key: "clean", state: "blocked", pendingParents: 2, parentIds: [1, 2] });
  const job = jobWith(9, { state: "blocked", pendingParents: 2, parentIds: [1, 3] });
  const unserved: DispatchFacts = { ...SERVED, queueId: 2, type: "rare", online: 0 };

  it("follows each parent to the worst root above it and tells the worst parent first", () => {
    const facts = factsOf(job, { above: [between, waiting, running], dispatch: [SERVED, unserved] });
    const blockers = blockersOf(facts);
    expect(blockers.map(({ reason }) => reason)).to.deep.equal(["parent", "parent"]);
    const { chain, isCut, pendingParents } = detailOf(blockers[0], "parent");
    expect(chain.map((step) => step.publicId)).to.deep.equal([between.publicId, waiting.publicId]);
    expect(chain.map((step) => step.reason)).to.deep.equal(["parent", "no_subscriber"]);
    expect({ isCut, pendingParents }).to.deep.equal({ isCut: false, pendingParents: 2 });
    expect(blockers[0]?.summary).to.contain(`parent clean (${between.publicId}) is blocked, by rare`);
    expect(blockers[0]?.resolution).to.contain("start a worker that subscribes to queue p");
    expect(blockers[1]?.summary).to.equal(
      `parent load (${running.publicId}): runs on worker w1 for 30 s, 50 % done`,
    );
    expect(detailOf(blockers[1], "parent").chain[0]).to.include({ workerId: "w1", reason: "running" });
  });

  it("says that the walk was cut instead of naming a wrong root", () => {
    const open = jobWith(3, { state: "blocked", pendingParents: 5 });
    const [only] = blockersOf(factsOf({ ...job, parentIds: [3] }, { above: [open], isCut: true }));
    expect(detailOf(only, "parent").isCut).to.equal(true);
    expect(only?.summary).to.contain("waits for 5 of its parents");
    expect(only?.resolution).to.equal(`\`muster explain ${open.publicId}\``);
  });

  it("tells at most ten parents, the latest that wait for a time first, and how many more there are", () => {
    const above = Array.from({ length: 30 }, (_, n) =>
      jobWith(n + 1, { state: "scheduled", runAt: at(-1_000 * (n + 1)) }),
    );
    const wide = jobWith(99, { state: "blocked", pendingParents: 40, parentIds: above.map(({ id }) => id) });
    const explanation = explain(factsOf(wide, { above }), "default");
    expect(explanation.blockers).to.have.length(10);
    expect(explanation.blockers[0]?.until).to.deep.equal(at(-30_000));
    expect(explanation.moreParents).to.equal(30);
  });

  it("tells what else it will wait for: its time, a paused queue", () => {
    const later = { ...job, runAt: at(-60_000) };
    const facts = factsOf(later, { above: [running], dispatch: [{ ...SERVED, pausedAt: at(1) }] });
    expect(reasonsOf(facts)).to.deep.equal(["parent", "scheduled", "queue_paused"]);
  });

  it("points at the doctor when its counter says that parents are open, and none is", () => {
    const [only] = blockersOf(factsOf({ ...job, parentIds: [] }));
    expect(only?.resolution).to.contain("muster doctor");
  });

  it("takes a chain of a thousand jobs in one pass", () => {
    const chain = Array.from({ length: 1_000 }, (_, n) =>
      jobWith(n + 1, n === 0 ? running : { state: "blocked", pendingParents: 1, parentIds: [n] }),
    );
    const last = jobWith(2_000, { state: "blocked", pendingParents: 1, parentIds: [1_000] });
    const [only] = blockersOf(factsOf(last, { above: chain }));
    const { chain: told, leftOut } = detailOf(only, "parent");
    expect([told.length, leftOut]).to.deep.equal([50, 950]);
    expect([told[0]?.publicId, told.at(-1)?.publicId]).to.deep.equal([
      chain.at(-1)?.publicId,
      running.publicId,
    ]);
    expect(only?.summary).to.contain("998 jobs further up by load");
  });
});

describe("explain, of a job that runs or has ended", () => {
  it("names the worker, the deadline and a lost stream", () => {
    const job = jobWith(10, {
      state: "running",
      assignedAt: at(5_000),
      startedAt: at(4_000),
      executionTimeoutMs: 10_000,
      cancelRequested: true,
      worker: { workerId: "w", state: "suspect", leaseExpiresAt: at(-20_000) },
    });
    const [only] = blockersOf(factsOf(job, { dispatch: [] }));
    expect(only).to.deep.include({ reason: "running", since: at(5_000), until: at(-6_000) });
    expect(only?.summary).to.equal("runs on worker w, whose stream is lost, for 5.0 s; it was told to stop");
    expect(only?.resolution).to.contain("lease");
    expect(detailOf(only, "running").leaseExpiresAt).to.deep.equal(at(-20_000));
  });

  it("says why it ended, and what runs it again", () => {
    const dead = jobWith(10, { state: "dead", attempt: 3, finishedAt: at(1) });
    const error = { errorType: "Boom", message: "no" };
    const said = (over: Partial<ExplainedJob>) => blockersOf(factsOf({ ...dead, ...over }))[0]?.summary;
    expect(said({ stateReason: "exhausted", error })).to.equal("dead: all 3 attempts failed: Boom: no");
    expect(said({ stateReason: "non_retryable", error })).to.contain("useless: Boom: no");
    expect(said({ stateReason: "poison", losses: 3 })).to.equal(
      "dead: it was running on 3 workers that died",
    );
    expect(said({ stateReason: "some_timeout" })).to.equal("dead (some_timeout)");
    expect(said({ state: "cancelled", stateReason: "by hand" })).to.equal("cancelled (by hand)");
    expect(said({ state: "succeeded" })).to.equal("it succeeded");
    const [only] = blockersOf(factsOf({ ...dead, stateReason: "exhausted" }));
    expect(only?.resolution).to.contain(`muster retry ${dead.publicId}`);
  });

  it("leads from a job that a parent ended to the parent that failed first", () => {
    const error = { errorType: "Boom", message: "no" };
    const first = jobWith(1, {
      key: "load",
      state: "dead",
      stateReason: "non_retryable",
      error,
      finishedAt: at(100),
    });
    const second = jobWith(2, { state: "dead", stateReason: "non_retryable", finishedAt: at(50) });
    const middle = jobWith(3, {
      state: "cancelled",
      stateReason: "parent_failed",
      finishedAt: at(99),
      parentIds: [1, 2],
    });
    const job = jobWith(4, {
      state: "cancelled",
      stateReason: "parent_cancelled",
      finishedAt: at(98),
      parentIds: [3],
    });
    const [only] = blockersOf(factsOf(job, { above: [first, second, middle] }));
    const { chain } = detailOf(only, "ended");
    expect(chain.map((step) => step.publicId)).to.deep.equal([middle.publicId, first.publicId]);
    expect(only?.summary).to.equal(
      `cancelled because of its parent t (${middle.publicId}), which ended because of load (${first.publicId}): ` +
        "dead: its worker said that trying again is useless: Boom: no",
    );
    expect(only?.resolution).to.contain(`muster retry ${first.publicId}\` first`);
  });
});

describe("a wait estimate", () => {
  it("is none without slots or history", () => {
    expect(estimateWait(1, 0, { samples: 5, medianMs: 1, p90Ms: 1 })).to.equal(null);
    expect(estimateWait(1, 1, { samples: 0, medianMs: 1, p90Ms: 1 })).to.equal(null);
    expect(estimateWait(1, 1, null)).to.equal(null);
  });

  it("grows with the position and shrinks with the slots", () => {
    const service = { samples: 5, medianMs: 1_000, p90Ms: 3_000 };
    const typical = (position: number, slots: number) => estimateWait(position, slots, service)?.typicalMs;
    expect([typical(1, 1), typical(10, 1), typical(10, 5)]).to.deep.equal([1_000, 10_000, 2_000]);
    expect(estimateWait(6, 5, service)?.lateMs).to.equal(6_000);
  });

  it("writes durations in one unit", () => {
    const texts = [340, 2_500, 65_000, 600_000, 36_000_000, 864_000_000].map(durationText);
    expect(texts).to.deep.equal(["340 ms", "2.5 s", "65 s", "10 min", "10 h", "10 d"]);
  });
});

describe("the reasons", () => {
  it("are words", () => {
    for (const reason of Object.keys(BLOCKER_REASONS)) expect(reason).to.match(/^[a-z_]+$/);
  });
});
