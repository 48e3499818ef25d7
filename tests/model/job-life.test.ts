import { expect } from "chai";
import fc from "fast-check";
import { Database } from "../../server/store/database.js";
import { migrate } from "../../server/store/migrate.js";
import { freshDatabase, type FreshDatabase } from "../support/databases.js";
import { lifeCycleCommands } from "./commands.js";
import { ReferenceModel } from "./reference-model.js";
import { StoreDriver } from "./store-driver.js";

const LOSSES_MAX = 3;
const RUNS = 40;
const STEPS_MAX = 40;

describe("the life of dependent jobs on Postgres", function () {
  this.timeout(120_000);

  let fresh: FreshDatabase;
  let database: Database;
  let runs = 0;

  before(async () => {
    fresh = await freshDatabase();
    database = new Database({ connection: { url: fresh.url }, poolMax: 5, onError: () => undefined });
    await migrate(database.kysely);
  });

  after(async () => {
    await database.close();
    await fresh.drop();
  });

  it("is what the reference model says after every step, without one SQL error", async () => {
    await fc.assert(
      fc.asyncProperty(lifeCycleCommands(STEPS_MAX), async (commands) => {
        const real = await StoreDriver.open(database, `run-${++runs}`, LOSSES_MAX);
        await fc.asyncModelRun(() => ({ model: new ReferenceModel(LOSSES_MAX), real }), commands);
      }),
      { numRuns: RUNS },
    );
    expect(fresh.sqlstates()).to.deep.equal({});
  });
});
