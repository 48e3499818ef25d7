/** The part of the store's suite about submissions whose idempotency keys are taken in the statement that writes them. */
import { expect } from "chai";
import type { NewJob } from "../../server/core/job.js";
import { codeOf } from "./store-refusal.js";
import { freshName, type StoreWorld } from "./store-world.js";
import { submitKeyed } from "./keyed-submission.js";

export function storeKeyedSuite(current: () => StoreWorld): void {
  describe("submissions with keys in one statement", () => {
    atOnceSuite(current);
    againSuite(current);
  });
}

const keyed = (job: Partial<NewJob> = {}) => ({ idempotencyKey: freshName("key"), ...job });
/** Two jobs, the second one behind the first. */
const pair = () => [keyed(), keyed({ siblingParents: [0] })];

async function exist(world: StoreWorld, ids: readonly number[]): Promise<number[]> {
  const rows = await world.database.kysely
    .selectFrom("jobs")
    .select("id")
    .where("id", "in", [...ids])
    .execute();
  return rows.map(({ id }) => id).toSorted((a, b) => a - b);
}

async function count(world: StoreWorld, text: string, values: unknown[]): Promise<number> {
  const { rows } = await world.database.withHot((client) =>
    client.query<{ n: number }>(`select count(*)::int as n from ${text}`, values),
  );
  return rows[0]?.n ?? 0;
}

function atOnceSuite(current: () => StoreWorld): void {
  it("writes what has free keys, gives jobs to sessions in the same commit, and the keys are taken", async () => {
    const world = current();
    const session = await world.register();
    const graph = { graph: "g", graphKey: freshName("key") };
    const jobs = pair();
    const { inserted, prepared } = await submitKeyed(
      world,
      [{ jobs: [keyed()] }, { jobs, options: graph }],
      session,
    );
    const [one, two] = prepared;
    expect(inserted).to.deep.equal({ taken: new Set([one?.ids[0], two?.ids[0]]), lost: new Set() });
    expect(await world.row(one?.ids[0] ?? 0)).to.include({
      state: "running",
      session_id: session.sessionId,
    });
    const again = await world.submitLinked(jobs, graph);
    expect(again.existed).to.equal(true);
    expect(again.jobs.map(({ id }) => id)).to.deep.equal(two?.ids);
  });

  it("writes nothing of a submission whose keys are taken, and the others beside it", async () => {
    const world = current();
    const jobs = pair().map((job) => ({ ...job, startTimeoutMs: 60_000 }));
    const graph = { graph: "g", graphKey: freshName("key") };
    const before = await world.submitLinked(jobs, graph);
    const { inserted, prepared } = await submitKeyed(world, [
      { jobs: [keyed({ startTimeoutMs: 60_000 })] },
      { jobs, options: graph },
      { jobs: pair() },
    ]);
    const [first, lost, last] = prepared;
    expect(inserted?.lost).to.deep.equal(new Set([1]));
    const all = prepared.flatMap(({ ids }) => ids);
    expect(await exist(world, all)).to.deep.equal([...(first?.ids ?? []), ...(last?.ids ?? [])]);
    expect(await count(world, "graphs where id = $1", [lost?.graphId])).to.equal(0);
    expect(await count(world, "job_dependencies where child_id = any ($1)", [lost?.ids])).to.equal(0);
    expect(await count(world, "job_dependencies where child_id = any ($1)", [last?.ids])).to.equal(1);
    expect(await count(world, "deadlines where id = any ($1)", [all])).to.equal(1);
    expect((await world.submitLinked(jobs, graph)).graph).to.deep.equal(before.graph);
  });

  it("of one key twice in one statement the first is written", async () => {
    const world = current();
    const jobs = [keyed()];
    const { inserted, prepared } = await submitKeyed(world, [{ jobs }, { jobs }]);
    expect(inserted?.lost).to.deep.equal(new Set([1]));
    expect(
      await exist(
        world,
        prepared.flatMap(({ ids }) => ids),
      ),
    ).to.deep.equal(prepared[0]?.ids);
  });

  it("of whose keys one is taken, its other keys stay free", async () => {
    const world = current();
    const [taken = keyed(), free = keyed()] = pair();
    await world.submitLinked([taken]);
    const { inserted, prepared } = await submitKeyed(world, [{ jobs: [keyed()] }, { jobs: [taken, free] }]);
    expect(inserted?.lost).to.deep.equal(new Set([1]));
    expect(
      await exist(
        world,
        prepared.flatMap(({ ids }) => ids),
      ),
    ).to.deep.equal(prepared[0]?.ids);
    expect((await world.submitLinked([{ ...free, siblingParents: [] }])).jobs[0]?.existed).to.equal(false);
  });

  it("the same key in another namespace, and of a graph, is another key", async () => {
    const world = current();
    const key = freshName("key");
    const jobs = [{ idempotencyKey: key }];
    await world.submitLinked(jobs);
    const { inserted } = await submitKeyed(world, [
      { jobs, options: { namespace: freshName("ns") } },
      { jobs: [{}], options: { graph: "g", graphKey: key } },
    ]);
    expect(inserted?.lost).to.deep.equal(new Set());
  });
}

function againSuite(current: () => StoreWorld): void {
  it("what was written is answered as new under its ids, and nothing is there twice", async () => {
    const world = current();
    const { prepared } = await submitKeyed(world, [{ jobs: pair(), options: { graph: "g" } }]);
    const [{ linked, ids, graphId } = { linked: missing(), ids: [], graphId: 0 }] = prepared;
    const again = await world.store.submitLinked(linked);
    expect(again.existed).to.equal(false);
    expect(again.jobs.map(({ id, existed }) => [id, existed])).to.deep.equal(ids.map((id) => [id, false]));
    expect(again.graph?.id).to.equal(graphId);
    const keys = linked.jobs.map(({ idempotencyKey }) => idempotencyKey);
    expect(await count(world, "jobs where idempotency_key = any ($1)", [keys])).to.equal(2);
  });

  it("what was not written is written under its ids", async () => {
    const world = current();
    const submission = await world.linked([keyed(), {}]);
    const { ids, createdMs } = await world.prepare([{}, {}]);
    const numbered = { createdMs, graphId: null, ids };
    const answer = await world.store.submitLinked({ ...submission, numbered });
    expect(answer.jobs.map(({ id }) => id)).to.deep.equal(ids);
    expect(await exist(world, ids)).to.deep.equal(ids);
  });

  it("keys that belong to somebody else: nothing was written, so new ids are taken beside theirs", async () => {
    const world = current();
    const [taken = keyed(), free = keyed()] = pair();
    const { ids, createdMs } = await world.prepare([{}, {}]);
    const before = await world.submitLinked([taken]);
    const submission = await world.linked([taken, free]);
    const answer = await world.store.submitLinked({
      ...submission,
      numbered: { createdMs, graphId: null, ids },
    });
    expect(answer.jobs[0]).to.deep.equal({ ...before.jobs[0], existed: true });
    expect(answer.jobs[1]?.id).to.be.above(before.jobs[0]?.id ?? 0);
    expect(await exist(world, ids)).to.deep.equal([]);
    const other = await world.linked([{ ...taken, type: "other" }]);
    expect(
      await codeOf(() =>
        world.store.submitLinked({ ...other, numbered: { createdMs, graphId: null, ids: ids.slice(0, 1) } }),
      ),
    ).to.equal("JOB_CONFLICT");
  });
}

function missing(): never {
  throw new Error("nothing was prepared");
}
