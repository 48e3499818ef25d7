/** Turns of a concurrency key on a replica that looks through all keys once an hour: whatever ends a turn has to say so. */
import { expect } from "chai";
import { expectAuditClean, expectNoDatabaseErrors } from "../support/audit.js";
import { eventually } from "../support/eventually.js";
import { type Installation, openInstallation, type ServerProcess } from "../support/server-process.js";
import { startWorker, type TestWorker } from "../support/workers.js";

const QUEUE = "turns";

describe("turns of a key, without the reconciler", function () {
  this.timeout(60_000);
  let installation: Installation;
  let server: ServerProcess;
  let worker: TestWorker | undefined;

  before(async () => {
    installation = await openInstallation({ MUSTER_RECONCILE_INTERVAL_MS: "3600000" });
    server = await installation.startServer();
  });

  afterEach(async () => {
    await worker?.stop();
    worker = undefined;
  });

  after(async () => {
    await expectAuditClean(installation.database.url);
    await expectNoDatabaseErrors(installation.database);
    await installation.close();
  });

  const keyed = (concurrencyKey: string) => ({ type: "t", queue: QUEUE, concurrencyKey });

  it("are given on when the job whose turn it is is cancelled before it runs", async () => {
    const [first = "", second = ""] = (
      await server.client.submit([keyed("cancelled"), keyed("cancelled")])
    ).map(({ id }) => id);
    const hints = () => server.metric("muster_queue_depth", `queue="default/${QUEUE}"`);
    await eventually(async () => (await hints()) === 1, 10_000); // its hint, and no other's
    await server.client.cancel(first);
    worker = await startWorker(server.address, { t: () => undefined }, { queue: QUEUE });
    await eventually(async () => (await server.client.get(second)).state === "succeeded", 10_000);
    expect((await server.client.get(first)).state).to.equal("cancelled");
  });
});
