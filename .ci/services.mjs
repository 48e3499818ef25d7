// Sees to it that the tests find Postgres and Redis: programs that are installed, else installed now with apt, else
// containers of docker-compose.yml on free ports, else one message that says what to install. The tests start
// private servers themselves; this file starts something only in the case of containers, and stops it again.
import { execFileSync } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";

const PROJECT = `muster-test-${process.pid}`;
/** What tests/support/binaries.js exits with when everything else is there. */
const LIBFAKETIME_ALONE = 2;
const NOTHING_TO_STOP = async () => {};

// `problem` is null when the tests can run.
export async function provideServices(root, run) {
  const find = () => run(process.execPath, [join(root, "dist", "tests", "support", "binaries.js")]);
  const install = (...what) => run("bash", [join(root, "tests", "support", "install-services.sh"), ...what]);
  const before = (await find()).code;
  if (before === 0) return { problem: null, stop: NOTHING_TO_STOP };

  if (before === LIBFAKETIME_ALONE) {
    // Without it only the tests of clocks fail, and say so.
    console.log("== installing libfaketime");
    await install("libfaketime");
    return { problem: null, stop: NOTHING_TO_STOP };
  }
  console.log("== installing Postgres, Redis and libfaketime");
  await install();
  if ([0, LIBFAKETIME_ALONE].includes((await find()).code)) return { problem: null, stop: NOTHING_TO_STOP };

  if (hasCompose()) {
    console.log(
      "== starting Postgres and Redis in containers; tests that kill servers will fail without programs",
    );
    const compose = ["compose", "--project-name", PROJECT, "--file", join(root, "docker-compose.yml")];
    const [postgresPort, redisPort] = [await freePort(), await freePort()];
    const env = { MUSTER_POSTGRES_PORT: String(postgresPort), MUSTER_REDIS_PORT: String(redisPort) };
    const stop = async () => void (await run("docker", [...compose, "down", "--volumes"], { env }));
    const { code } = await run("docker", [...compose, "up", "--detach", "--wait", "postgres", "redis"], {
      env,
    });
    if (code === 0) {
      process.env.MUSTER_TEST_DATABASE_URL = `postgres://muster:muster@127.0.0.1:${postgresPort}/muster`;
      process.env.MUSTER_TEST_REDIS_URL = `redis://127.0.0.1:${redisPort}/0`;
      return { problem: null, stop };
    }
    await stop();
  }
  return { problem: HOW_TO, stop: NOTHING_TO_STOP };
}

const HOW_TO = `The tests need Postgres 15 or later and Redis 7 or later. Any of these will do:
  - install the programs initdb, postgres and redis-server (Debian, Ubuntu: apt-get install postgresql redis-server)
  - install Docker with Compose
  - set MUSTER_TEST_DATABASE_URL (a superuser) and MUSTER_TEST_REDIS_URL to servers that hold nothing of value`;

function hasCompose() {
  try {
    execFileSync("docker", ["compose", "version"], { stdio: "ignore" });
    execFileSync("docker", ["info"], { stdio: "ignore", timeout: 10_000 });
    return true;
  } catch {
    return false; // not installed, or its engine does not run
  }
}

function freePort() {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen({ port: 0, host: "127.0.0.1" }, () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}
