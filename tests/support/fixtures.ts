/**
 * Root hooks of every mocha run. After each top-level suite: nothing it opened is still open. After the run: the
 * servers are stopped, and a process that does not end by itself because of open handles is a failure. A rejection
 * that nobody handles fails the test it happens in: mocha swallows it, and it would end a server.
 */
import { closeLeftovers } from "./leftovers.js";
import { stopServices } from "./services.js";

const LINGER_MS = 10_000;

process.on("unhandledRejection", (reason) => {
  throw reason instanceof Error ? reason : new Error(`rejected, and nobody heard it: ${String(reason)}`);
});

async function nothingIsLeft(): Promise<void> {
  const left = (await closeLeftovers()).filter((name) => !/^database \S+$/.test(name)); // an idle database is no leak
  if (left.length > 0) throw new Error(`left open at the end of the suite: ${left.join("; ")}`);
}

export const mochaHooks = {
  beforeAll(this: Mocha.Context): void {
    for (const suite of this.test?.parent?.suites ?? []) suite.afterAll("leaves nothing open", nothingIsLeft);
  },
};

export async function mochaGlobalTeardown(): Promise<void> {
  await closeLeftovers();
  await stopServices();
  setTimeout(() => {
    console.error(
      `the tests ended, but open handles keep the process alive: ${process.getActiveResourcesInfo().join(", ")}`,
    );
    process.on("exit", () => (process.exitCode = 1)); // after mocha's own handler, which sets the code of the tests
    process.exit();
  }, LINGER_MS).unref();
}
