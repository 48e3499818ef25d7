/** Dependents by the hundred thousand that one commit releases: no list of them is ever the arguments of a call. */
import { expect } from "chai";
import { sql } from "kysely";
import { Database } from "../../server/store/database.js";
import { migrate } from "../../server/store/migrate.js";
import { freshName, StoreWorld } from "../contract/store-world.js";
import { freshDatabase, type FreshDatabase } from "../support/databases.js";

/** As arguments of one call they overflow the stack. */
const DEPENDENTS = 140_000;

describe("a very wide fan", function () {
  this.timeout(60_000);
  let fresh: FreshDatabase;
  let world: StoreWorld;

  before(async () => {
    fresh = await freshDatabase();
    const connection = { url: fresh.url };
    world = new StoreWorld(new Database({ connection, poolMax: 10, onError: () => undefined }));
    await migrate(world.database.kysely);
  });

  after(async () => {
    await world.database.close();
    await fresh.drop();
  });

  /** As four graphs of the largest size would be, if their roots ended together. */
  async function addDependents(parent: number, queueId: number): Promise<void> {
    const [first = 0] = await world.store.allocateIdBlocks(DEPENDENTS / 1_000);
    await sql`
      insert into jobs (id, queue_id, state, priority, base_priority, effective_priority, pending_parents, max_attempts,
                        inherit_priority, on_parent_failure, has_parents, created_at, type, parent_ids)
      select ${first}::bigint + g, ${queueId}, 0, 3, 3, 3, 1, 3, true, 0, true, now(), 't', array[${parent}::bigint]
        from generate_series(0, ${DEPENDENTS - 1}) g`.execute(world.database.kysely);
    await sql`
      insert into job_dependencies select ${parent}, ${first}::bigint + g from generate_series(0, ${DEPENDENTS - 1}) g`.execute(
      world.database.kysely,
    );
  }

  it("is released whole, and its seats are taken by those who are told", async () => {
    const queue = freshName("q");
    const [parent = 0] = await world.submit([{}], { queue });
    const queueId = await world.queueId(queue);
    await addDependents(parent, queueId);
    const session = await world.register();
    await world.run(session, [parent]);
    const seats = Array.from({ length: 10 }, () => ({ ...session, queueId, types: null }));
    const results = [{ ref: { jobId: parent, leaseEpoch: 1 }, output: null }];
    const finished = await world.store.finishSucceeded(results, seats);
    expect(finished.seated).to.have.length(10);
    expect(finished.unblocked).to.have.length(DEPENDENTS);
  });

  it("is no stumbling block for the verb that finishes", async () => {
    const queue = freshName("q");
    const [parent = 0] = await world.submit([{}], { queue });
    await addDependents(parent, await world.queueId(queue));
    await world.run(await world.register(), [parent]);
    const verdict = await world.report(parent, { kind: "succeeded", output: null });
    expect([verdict.disposition, verdict.unblockedCount]).to.deep.equal(["committed", DEPENDENTS]);
  });
});
