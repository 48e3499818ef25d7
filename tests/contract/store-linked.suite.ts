/** The part of the store's suite about submissions with earlier parents and idempotency keys. */
import { expect } from "chai";
import { NEW_JOB } from "../support/new-job.js";
import { storeKeyedSuite } from "./store-keyed.suite.js";
import { codeOf } from "./store-refusal.js";
import { bytes, failure, freshName, type StoreWorld } from "./store-world.js";

export function storeLinkedSuite(current: () => StoreWorld): void {
  describe("linked submissions", () => {
    parentsSuite(current);
    jobKeySuite(current);
    graphKeySuite(current);
  });
  storeKeyedSuite(current);
}

function parentsSuite(current: () => StoreWorld): void {
  it("waits for the parents that are open and counts only those", async () => {
    const world = current();
    const [done = 0, open = 0] = await world.submit([{}, {}]);
    await world.run(await world.register(), [done]);
    await world.succeed([done]);
    const submitted = await world.submitLinked([
      { earlierParents: [done, open] },
      { siblingParents: [0], earlierParents: [done] },
      { earlierParents: [done], payload: bytes("x") },
    ]);
    const ids = submitted.jobs.map((job) => job.id);
    const rows = await Promise.all(ids.map((id) => world.row(id)));
    expect(rows.map((row) => [row.state, row.pending_parents])).to.deep.equal([
      ["blocked", 1],
      ["blocked", 1],
      ["ready", 0],
    ]);
    expect(rows[1]?.parent_ids).to.have.members([done, ids[0]]);
    expect(submitted.changed.map((job) => [job.id, job.state])).to.deep.equal([[ids[2], "ready"]]);
    expect(ids.every((id) => id > open)).to.equal(true);
    expect(submitted).to.include({ existed: false, graph: null });
  });

  it("ends at once behind a parent that failed, by the job's policy, and runs on with policy run", async () => {
    const world = current();
    const [dead = 0, cancelled = 0] = await world.submit([{}, {}]);
    await world.run(await world.register(), [dead]);
    await world.report(dead, failure({ nonRetryable: true }));
    await world.cancel.cancelJob(cancelled, "no", 0);
    const { jobs, changed } = await world.submitLinked([
      { earlierParents: [dead], onParentFailure: "cancel" },
      { earlierParents: [cancelled], onParentFailure: "fail" },
      { earlierParents: [dead, cancelled], onParentFailure: "run" },
      { siblingParents: [0], onParentFailure: "fail" },
    ]);
    const rows = await Promise.all(jobs.map((job) => world.row(job.id)));
    expect(rows.map((row) => [row.state, row.state_reason, row.finished_at === null])).to.deep.equal([
      ["cancelled", "parent_failed", false],
      ["dead", "parent_cancelled", false],
      ["ready", null, true],
      ["dead", "parent_cancelled", false],
    ]);
    expect(changed.filter((job) => job.state === "ready").map((job) => job.id)).to.deep.equal([jobs[2]?.id]);
  });

  it("refuses parents that do not exist, are of another namespace or were made at another time", async () => {
    const world = current();
    const [id = 0] = await world.submit([{}], { namespace: freshName("ns") });
    const [own = 0] = await world.submit([{}]);
    const [foreign, ours] = [(await world.decoded([id]))[0], (await world.decoded([own]))[0]];
    const queueId = await world.queueId("default");
    const before = await world.database.kysely
      .selectFrom("jobs")
      .select(({ fn }) => fn.countAll<number>().as("n"))
      .executeTakeFirstOrThrow();
    const job = (parentId: number) => ({ ...NEW_JOB, earlierParents: [parentId] });
    for (const parent of [
      { id: 2 ** 50, createdMs: 1 },
      foreign ?? { id: 0, createdMs: 0 },
      { id: own, createdMs: (ours?.createdMs ?? 0) + 1 },
    ]) {
      const code = await codeOf(() =>
        world.store.submitLinked({
          namespace: "default",
          jobs: [job(parent.id)],
          queueIds: [queueId],
          jobHashes: [null],
          earlierParents: [parent],
          graph: null,
        }),
      );
      expect(code).to.equal("PARENT_MISSING");
    }
    const after = await world.database.kysely
      .selectFrom("jobs")
      .select(({ fn }) => fn.countAll<number>().as("n"))
      .executeTakeFirstOrThrow();
    expect(after).to.deep.equal(before);
  });
}

function jobKeySuite(current: () => StoreWorld): void {
  it("gives the first job of a key to whoever submits the same again, and refuses another body", async () => {
    const world = current();
    const idempotencyKey = freshName("key");
    const first = await world.submitLinked([{ idempotencyKey }]);
    const again = await world.submitLinked([{ idempotencyKey }]);
    expect(again.jobs).to.deep.equal([{ ...first.jobs[0], existed: true }]);
    expect(again.changed).to.deep.equal([]);
    expect(await codeOf(() => world.submitLinked([{ idempotencyKey }], { body: "other" }))).to.equal(
      "JOB_CONFLICT",
    );
    const elsewhere = await world.submitLinked([{ idempotencyKey }], { namespace: freshName("ns") });
    expect(elsewhere.jobs[0]?.existed).to.equal(false);
    expect((await world.row(first.jobs[0]?.id ?? 0)).idempotency_key).to.equal(idempotencyKey);
  });

  it("writes the new jobs of a submission beside those that existed, and depends on the existing rows", async () => {
    const world = current();
    const idempotencyKey = freshName("key");
    const first = await world.submitLinked([{ idempotencyKey }]);
    const parent = first.jobs[0]?.id ?? 0;
    const mixed = await world.submitLinked([{ idempotencyKey }, { siblingParents: [0] }, {}]);
    expect(mixed.jobs.map((job) => job.existed)).to.deep.equal([true, false, false]);
    expect(mixed.jobs[0]?.id).to.equal(parent);
    const child = mixed.jobs[1]?.id ?? 0;
    expect(await world.row(child)).to.deep.include({
      state: "blocked",
      pending_parents: 1,
      parent_ids: [parent],
    });
    await world.run(await world.register(), [parent]);
    await world.succeed([parent]);
    expect(await world.states([child])).to.deep.equal(["ready"]);
  });

  it("rolls a submission back as a whole when one key is in conflict", async () => {
    const world = current();
    const [taken, fresh] = [freshName("key"), freshName("key")];
    await world.submitLinked([{ idempotencyKey: taken }]);
    const both = () =>
      world.submitLinked([{ idempotencyKey: fresh }, { idempotencyKey: taken, type: "other" }]);
    expect(await codeOf(both)).to.equal("JOB_CONFLICT");
    expect((await world.submitLinked([{ idempotencyKey: fresh }])).jobs[0]?.existed).to.equal(false);
  });
}

function graphKeySuite(current: () => StoreWorld): void {
  it("gives the first graph of a key to whoever submits the same again", async () => {
    const world = current();
    const options = { graph: "g", graphKey: freshName("key") };
    const jobs = [{ key: "a" }, { key: "b", siblingParents: [0] }];
    const first = await world.submitLinked(jobs, options);
    const again = await world.submitLinked(jobs, options);
    expect(again.existed).to.equal(true);
    expect(again.graph).to.deep.equal(first.graph);
    expect(again.jobs).to.deep.equal(first.jobs.map((job) => ({ ...job, existed: true })));
    expect(await codeOf(() => world.submitLinked(jobs, { ...options, body: "x" }))).to.equal("JOB_CONFLICT");
    const head = await world.views.findGraph("default", first.graph ?? { id: 0, createdMs: 0 });
    expect(head).to.include({ jobCount: 2, name: "g" });
    expect(await world.views.graphJobIds(head ?? missing())).to.deep.equal(first.jobs.map((job) => job.id));
  });

  it("answers for each job of a repeated graph, also those that existed before it", async () => {
    const world = current();
    const idempotencyKey = freshName("key");
    const other = await world.submitLinked([{}, { idempotencyKey }]);
    const options = { graph: "g", graphKey: freshName("key") };
    const jobs = [{ key: "a" }, { key: "b", idempotencyKey }, { key: "c", siblingParents: [0, 1] }];
    const first = await world.submitLinked(jobs, options);
    expect(first.jobs[1]).to.deep.equal({ ...other.jobs[1], existed: true });
    const again = await world.submitLinked(jobs, options);
    expect(again.jobs).to.deep.equal(first.jobs.map((job) => ({ ...job, existed: true })));
  });
}

function missing(): never {
  throw new Error("the graph was not found");
}
