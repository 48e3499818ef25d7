/**
 * A TCP port on loopback that was free a moment ago, of those that the kernel gives to nobody who does not ask for
 * them: a server that is started again on its port must not find it taken by somebody's outgoing connection. Two
 * processes may still ask for the same one at once; whoever uses it must cope with losing that race.
 */
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Below the range for outgoing connections, which begins at 32768 on Linux. */
const FIRST = 12_000;
const LAST = 32_000;
const TRIES_MAX = 50;
/** Given out by this process, whose servers may not listen yet. */
const given = new Set<number>();

export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const port = randomInt(FIRST, LAST);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
  throw new Error(`none of ${TRIES_MAX} ports between ${FIRST} and ${LAST} is free`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.unref();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1" }, () => server.close(() => resolve(true)));
  });
}
