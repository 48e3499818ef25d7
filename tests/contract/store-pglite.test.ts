/** The store over PGlite, as embedded mode opens it, keeps the contract. */
import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedPostgres, type EmbeddedPostgres } from "../../server/embedded/pglite.js";
import { Database } from "../../server/store/database.js";
import { migrate } from "../../server/store/migrate.js";
import { storeDeadlinesSuite } from "./store-deadlines.suite.js";
import { storeLoneSuite } from "./store-lone.suite.js";
import { storeRetentionSuite } from "./store-retention.suite.js";
import { storeLimitsSuite } from "./store-limits.suite.js";
import { storeSchedulesSuite } from "./store-schedules.suite.js";
import { storeSuite } from "./store.suite.js";
import { StoreWorld } from "./store-world.js";

describe("PGlite", function () {
  this.timeout(60_000);
  const directory = mkdtempSync(join(tmpdir(), "muster-pglite-"));
  let embedded: EmbeddedPostgres;
  let world: StoreWorld;

  async function open(): Promise<readonly string[]> {
    embedded = await openEmbeddedPostgres(directory);
    const database = new Database({
      connection: { config: embedded.config },
      poolMax: 1,
      onError: () => undefined,
    });
    world = new StoreWorld(database);
    return migrate(database.kysely);
  }

  async function close(): Promise<void> {
    await world.database.close();
    await embedded.close();
  }

  before(async () => {
    expect(await open()).to.include("0001_spine");
  });

  after(async () => {
    await close();
    rmSync(directory, { recursive: true, force: true });
  });

  storeSuite("PGlite", () => world);
  describe("deadlines", () => storeDeadlinesSuite(() => world));
  storeLoneSuite(() => world);
  storeSchedulesSuite(() => world);
  storeRetentionSuite(() => world);
  storeLimitsSuite(() => world);

  it("keeps its data when it is closed and opened again", async () => {
    const ids = await world.submit([{}, { siblingParents: [0] }]);
    await close();
    expect(await open(), "migrations that ran again").to.deep.equal([]);
    expect(await world.states(ids)).to.deep.equal(["ready", "blocked"]);
    await world.run(await world.register(), ids.slice(0, 1));
    await world.succeed(ids.slice(0, 1));
    expect(await world.states(ids)).to.deep.equal(["succeeded", "ready"]);
  });
});
