/** The part of the store's suite about what jobs carry from one to the next, and about finding those that are ready. */
import { expect } from "chai";
import { bytes, failure, freshName, NOT_AGED, OUTPUT_BYTES_MAX, type StoreWorld } from "./store-world.js";

export function storeReadySuite(current: () => StoreWorld): void {
  outputsSuite(current);
  readySuite(current);
}

function outputsSuite(current: () => StoreWorld): void {
  it("hands parents' outputs to the child in the order of depends_on, and leaves out what is too much", async () => {
    const world = current();
    const parents = await world.submit([{ key: "a" }, { key: "b" }, { key: "c" }, { key: "d" }]);
    const [a = 0, b = 0, c = 0, d = 0] = parents;
    const child = await world.child([c, a, b, d], { onParentFailure: "run" });
    const session = await world.register();
    await world.run(session, parents);
    const half = bytes("h".repeat(OUTPUT_BYTES_MAX * 0.6));
    await world.store.finishSucceeded([
      { ref: { jobId: c, leaseEpoch: 1 }, output: half },
      { ref: { jobId: a, leaseEpoch: 1 }, output: half },
      { ref: { jobId: b, leaseEpoch: 1 }, output: null },
    ]);
    await world.cancel.cancelJob(d, "no", 0);
    await world.giveBack([d], "released");
    const { assignments } = await world.claim(session, [child]);
    expect(assignments[0]?.parentsTruncated).to.equal(true);
    const seen = assignments[0]?.parents.map(({ key, output, succeeded }) => [key, output, succeeded]);
    expect(seen).to.deep.equal([
      ["c", half, true],
      ["a", null, true],
      ["b", null, true],
      ["d", null, false],
    ]);
  });

  it("hands outputs over whole that just fit", async () => {
    const world = current();
    const [parent = 0, child = 0] = await world.submit([{}, { siblingParents: [0] }]);
    const session = await world.register();
    await world.run(session, [parent]);
    const output = bytes("x".repeat(OUTPUT_BYTES_MAX));
    await world.store.finishSucceeded([{ ref: { jobId: parent, leaseEpoch: 1 }, output }]);
    const { assignments } = await world.claim(session, [child]);
    expect(assignments[0]?.parents[0]?.output).to.deep.equal(output);
    expect(assignments[0]?.parentsTruncated).to.equal(false);
  });

  it("keeps the last progress and checkpoint, hands the checkpoint to the next attempt, ignores old leases", async () => {
    const world = current();
    const [id = 0] = await world.submit([{ backoff: { kind: "fixed", baseMs: 0, capMs: 0, jitter: 0 } }]);
    const session = await world.register();
    await world.run(session, [id]);
    const ref = { jobId: id, leaseEpoch: 1 };
    await world.store.recordProgress([
      { ref, started: true, fraction: 0.2, note: "a", checkpoint: bytes("one") },
      { ref, started: false, fraction: 0.4, note: "b", checkpoint: null },
      {
        ref: { jobId: id, leaseEpoch: 9 },
        started: true,
        fraction: 1,
        note: "old",
        checkpoint: bytes("old"),
      },
    ]);
    await world.store.recordProgress([{ ref, started: false, fraction: 0.5, note: "c", checkpoint: null }]);
    expect((await world.executions(id))[0]?.started_at).to.not.equal(null);
    const view = await world.views.getJob("default", (await world.decoded([id]))[0] ?? { id, createdMs: 0 });
    expect(view).to.include({ progress: 0.5, progressNote: "c" });
    await world.giveBack([id], "lost");
    const { assignments } = await world.claim(session, [id]);
    expect(assignments[0]?.checkpoint).to.deep.equal(bytes("one"));
    expect(assignments[0]).to.include({ attempt: 1, leaseEpoch: 2 });
  });

  it("hands the checkpoint on whatever ended the attempt: given back, failed for good and retried", async () => {
    const world = current();
    const [id = 0] = await world.submit([{ maxAttempts: 1 }]);
    const session = await world.register();
    const checkpoint = bytes("so far");
    await world.run(session, [id]);
    const ref = { jobId: id, leaseEpoch: 1 };
    await world.store.recordProgress([{ ref, started: true, fraction: 0.2, note: "", checkpoint }]);
    await world.giveBack([id], "released");
    expect((await world.claim(session, [id])).assignments[0]).to.deep.include({ attempt: 1, checkpoint });
    await world.report(id, failure(), 2);
    const [decoded = { id, createdMs: 0 }] = await world.decoded([id]);
    const dead = await world.views.getJob("default", decoded);
    expect(dead).to.deep.include({ state: "dead" });
    expect(dead?.checkpoint?.payload).to.deep.equal(checkpoint);
    await world.retry.retryJob(id);
    expect((await world.claim(session, [id])).assignments[0]).to.deep.include({ attempt: 1, checkpoint });
  });
}

function readySuite(current: () => StoreWorld): void {
  it("puts a job with slack that much later in the order, wherever its place is read, and keeps its ready_at", async () => {
    const world = current();
    const queue = freshName("q");
    const [late = 0, early = 0, retried = 0] = await world.submit(
      [
        { slackMs: 5_000 },
        {},
        { slackMs: 7_000, backoff: { kind: "fixed", baseMs: 0, capMs: 0, jitter: 0 } },
      ],
      { queue },
    );
    const session = await world.register({ subscriptions: [{ queue, jobTypes: [], maxInFlight: 0 }] });
    await world.run(session, [retried]);
    await world.report(retried, failure());
    const promoted = await world.store.promoteDue(1_000);
    const queueId = await world.queueId(queue);
    const readyUs = ((await world.row(late)).ready_at?.getTime() ?? 0) * 1_000;
    const peeked = await world.store.peekReady(queueId, null, 10);
    expect(peeked.map(({ id }) => id)).to.deep.equal([early, late, retried]);
    const placeOf = (jobs: typeof peeked) => jobs.find(({ id }) => id === retried)?.readyUs ?? 0;
    expect(placeOf(promoted) - readyUs, "as a scheduled one").to.be.within(7_000_000, 7_001_000);
    for (const found of [peeked, await world.store.readyPage(queueId, 0, 10)]) {
      const places = new Map(found.map((job) => [job.id, (job.readyUs ?? 0) - readyUs]));
      expect(places.get(late)).to.be.within(5_000_000, 5_001_000);
      expect(places.get(early)).to.be.within(0, 1_000);
      expect(places.get(retried)).to.be.within(7_000_000, 7_001_000);
    }
    const facts = { namespace: "default", queue, type: "resize", ...NOT_AGED };
    for (const [jobId, ahead] of [
      [early, 0],
      [late, 1],
      [retried, 2],
    ] as const)
      expect((await world.views.dispatchFacts({ ...facts, jobId })).ahead).to.equal(ahead);
    const { assignments } = await world.claim(session, [late, early, retried]);
    const told = new Map(assignments.map(({ jobId, slackMs }) => [jobId, slackMs]));
    expect([late, early, retried].map((id) => told.get(id))).to.deep.equal([5_000, 0, 7_000]);
  });

  it("pages through the ready jobs of one queue in id order", async () => {
    const world = current();
    const queue = freshName("q");
    const ids = await world.submit([{}, {}, { siblingParents: [0] }, {}], { queue });
    await world.submit([{}], { queue: freshName("q") });
    const [first = 0, second = 0, , fourth = 0] = ids;
    const queueId = await world.queueId(queue);
    const page = await world.store.readyPage(queueId, 0, 2);
    expect(page.map((job) => job.id)).to.deep.equal([first, second]);
    expect(page[0]).to.include({ queueId, state: "ready", type: "resize", runAtMs: null });
    expect(page[0]?.readyUs).to.be.a("number");
    expect((await world.store.readyPage(queueId, second, 2)).map((job) => job.id)).to.deep.equal([fourth]);
    expect(await world.store.readyPage(queueId, fourth, 2)).to.deep.equal([]);
  });

  it("peeks at the most urgent ready jobs, by level and then by age, of the types asked for", async () => {
    const world = current();
    const queue = freshName("q");
    const ids = await world.submit(
      [{ priority: 1 }, { priority: 2, type: "b" }, { priority: 9 }, { priority: 4 }, { priority: 3 }],
      { queue },
    );
    const queueId = await world.queueId(queue);
    const at = (positions: number[]): number[] => positions.map((position) => ids[position] ?? 0);
    const peek = async (types: string[] | null, limit: number): Promise<number[]> =>
      (await world.store.peekReady(queueId, types, limit)).map((job) => job.id);
    expect(await peek(null, 10)).to.deep.equal(at([2, 3, 1, 4, 0]));
    expect(await peek(null, 2)).to.deep.equal(at([2, 3]));
    expect(await peek(["b"], 10)).to.deep.equal(at([1]));
    expect(await peek([], 10)).to.deep.equal([]);
  });

  it("promotes what is due, once, and knows when to look next", async () => {
    const world = current();
    const nowMs = await world.store.databaseNowMs();
    const [due = 0, far = 0] = await world.submit([
      { runAtMs: nowMs + 60_000 },
      { runAtMs: nowMs + 3_600_000 },
    ]);
    expect(await world.states([due, far])).to.deep.equal(["scheduled", "scheduled"]);
    const next = await world.store.nextDueMs();
    expect(next).to.be.at.most(nowMs + 60_000);
    await world.database.kysely
      .updateTable("jobs")
      .set({ run_at: new Date(nowMs - 1) })
      .where("id", "=", due)
      .execute();
    const promoted = (await world.store.promoteDue(1_000)).filter((job) => job.id === due || job.id === far);
    expect(promoted.map(({ id, state, runAtMs }) => [id, state, runAtMs])).to.deep.equal([
      [due, "ready", null],
    ]);
    expect((await world.store.promoteDue(1_000)).some((job) => job.id === due)).to.equal(false);
    expect(await world.row(due)).to.include({ state: "ready", run_at: null });
  });

  it("promotes no more than asked for", async () => {
    const world = current();
    const ids = await world.submit(Array.from({ length: 5 }, () => ({ runAtMs: Date.now() + 60_000 })));
    await world.database.kysely
      .updateTable("jobs")
      .set({ run_at: new Date(1_000) })
      .where("id", "in", ids)
      .execute();
    expect(await world.store.promoteDue(2)).to.have.length(2);
    expect(await world.store.promoteDue(2)).to.have.length(2);
    await world.store.promoteDue(1_000);
    expect(new Set(await world.states(ids))).to.deep.equal(new Set(["ready"]));
  });
}
