/** Looking jobs up has connections of its own, and plans that are kept there. */
import { expect } from "chai";
import pg from "pg";
import { formatId } from "../../server/core/job-id.js";
import { Database } from "../../server/store/database.js";
import { LookUps } from "../../server/store/look-ups.js";
import { migrate } from "../../server/store/migrate.js";
import { eventually } from "../support/eventually.js";
import { freshDatabase, type FreshDatabase } from "../support/databases.js";
import { StoreWorld } from "../contract/store-world.js";

describe("looking jobs up", () => {
  let fresh: FreshDatabase;
  let world: StoreWorld;

  beforeEach(async () => {
    fresh = await freshDatabase();
    world = new StoreWorld(
      new Database({ connection: { url: fresh.url }, poolMax: 10, onError: () => undefined }),
    );
    await migrate(world.database.kysely);
  });

  afterEach(async () => {
    await world.database.close();
    await fresh.drop();
  });

  async function connections(): Promise<number> {
    const onlooker = new pg.Client({ connectionString: fresh.url });
    await onlooker.connect();
    const { rows } = await onlooker.query<{ count: string }>(
      "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    );
    await onlooker.end();
    return Number(rows[0]?.count);
  }

  it("waits for nobody else, and all connections together are no more than allowed", async () => {
    const [id = 0] = await world.submit([{}]);
    const [decoded = { id, createdMs: 0 }] = await world.decoded([id]);
    let end: () => void = () => undefined;
    const over = new Promise<void>((resolve) => (end = resolve));
    let held = 0;
    const hold = (lend: (use: () => Promise<void>) => Promise<void>) =>
      lend(async () => {
        held++;
        await over;
      });
    const { database } = world;
    const holding = [
      ...Array.from({ length: 5 }, () => hold((use) => database.withHot(use))),
      ...Array.from({ length: 4 }, () => hold((use) => database.generalTransaction(use))),
    ];
    try {
      await eventually(() => held === holding.length, 5_000);
      const view = await world.views.getJob("default", decoded);
      expect(view?.publicId).to.equal(formatId(id, decoded.createdMs));
      expect(await connections()).to.equal(10);
    } finally {
      end();
      await Promise.all(holding);
    }
  });

  it("gives a connection its settings, and has each statement planned there once", async () => {
    const pool = new pg.Pool({ connectionString: fresh.url, max: 1 });
    const settings = "set plan_cache_mode = force_generic_plan";
    const lookUps = new LookUps({ pool, count: 1, settings, timeoutMs: 5_000 });
    for (let round = 0; round < 8; round++) await lookUps.read("views/job_versions", [[1, 2]]);
    const { rows } = await pool.query<{ generic_plans: string; custom_plans: string }>(
      "select generic_plans, custom_plans from pg_prepared_statements where name = 'views/job_versions'",
    );
    expect(rows.map((row) => [row.generic_plans, row.custom_plans].map(Number))).to.deep.equal([[8, 0]]);
    await pool.end();
  });
});
