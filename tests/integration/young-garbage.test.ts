/** Objects of a server die young, whatever V8 makes of its first ones. */
import { expect } from "chai";
import { fileURLToPath } from "node:url";
import { startCli } from "../support/cli.js";
import { freshDatabase } from "../support/databases.js";
import { freshKeyPrefix } from "../support/key-prefix.js";
import { testRedis } from "../support/services.js";
import { spawnNode } from "../support/spawn-node.js";

const PROBE = new URL("../support/old-space-probe.js", import.meta.url);
const SAID = /^old space grew by (\d+) MiB$/;

describe("garbage", function () {
  this.timeout(60_000);

  it("of a server stays out of the old space, where node alone would put it", async () => {
    const alone = await spawnNode(fileURLToPath(PROBE), ["alone"], {
      readyLine: SAID,
      readyDeadlineMs: 30_000,
    });
    await alone.ended;
    const nodeMib = Number(alone.ready?.[1]);

    const [database, redis] = await Promise.all([freshDatabase(), testRedis()]);
    const server = await startCli(["serve", "--port", "0"], /^listening on/, {
      nodeArgs: ["--import", PROBE.href],
      env: {
        DATABASE_URL: database.url,
        REDIS_URL: redis.url,
        MUSTER_REDIS_KEY_PREFIX: freshKeyPrefix(),
        MUSTER_METRICS_PORT: "0",
      },
    });
    try {
      process.kill(server.pid, "SIGUSR2");
      const serverMib = Number((await server.line(SAID, 30_000))[1]);
      expect(nodeMib, "MiB of node alone").to.be.above(100);
      expect(serverMib, "MiB of the server").to.be.below(nodeMib / 3);
    } finally {
      await server.kill("SIGTERM");
      await database.drop();
    }
  });
});
