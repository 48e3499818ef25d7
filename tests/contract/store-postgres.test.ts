/** The store over Postgres keeps the contract. */
import { expect } from "chai";
import { Database } from "../../server/store/database.js";
import { migrate } from "../../server/store/migrate.js";
import { freshDatabase, type FreshDatabase } from "../support/databases.js";
import { storeDeadlinesSuite } from "./store-deadlines.suite.js";
import { storeLoneSuite } from "./store-lone.suite.js";
import { storeRetentionSuite } from "./store-retention.suite.js";
import { storeSchedulesSuite } from "./store-schedules.suite.js";
import { storeLimitsSuite } from "./store-limits.suite.js";
import { storeSuite } from "./store.suite.js";
import { StoreWorld } from "./store-world.js";

describe("Postgres", function () {
  let fresh: FreshDatabase;
  let world: StoreWorld;

  before(async () => {
    fresh = await freshDatabase();
    const database = new Database({ connection: { url: fresh.url }, poolMax: 8, onError: () => undefined });
    await migrate(database.kysely);
    world = new StoreWorld(database);
  });

  after(async () => {
    await world.database.close();
    const sqlstates = fresh.sqlstates();
    await fresh.drop();
    expect(sqlstates, "errors in the log of Postgres").to.deep.equal({});
  });

  storeSuite("Postgres", () => world);
  describe("deadlines", () => storeDeadlinesSuite(() => world));
  storeLoneSuite(() => world);
  storeSchedulesSuite(() => world);
  storeRetentionSuite(() => world);
  storeLimitsSuite(() => world);
});
