/**
 * A redis-server of the bench's own in a temporary directory, set as a production one would be: append-only file
 * synced every second, no snapshots, nothing evicted. Peers use the same one.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeWithUs } from "./guard.js";
import { freePort } from "./private-postgres.js";
import { Program } from "./program.js";

const START_MS = 15_000;
const SETTINGS = ["--appendonly", "yes", "--appendfsync", "everysec", "--maxmemory-policy", "noeviction"];

export interface PrivateRedis {
  readonly pid: number;
  readonly url: string;
  stop(): Promise<void>;
}

/** @throws Error when redis-server is not installed or does not start */
export async function startPrivateRedis(): Promise<PrivateRedis> {
  const directory = mkdtempSync(join(tmpdir(), "muster-bench-redis-"));
  removeWithUs(directory);
  const port = await freePort();
  const place = ["--port", String(port), "--bind", "127.0.0.1", "--dir", directory, "--save", ""];
  const server = new Program({
    command: "redis-server",
    args: [...place, "--daemonize", "no", ...SETTINGS],
    spawn: { detached: true },
  });
  await server.line(/Ready to accept connections/, START_MS);
  return {
    pid: server.pid,
    url: `redis://127.0.0.1:${port}/0`,
    async stop() {
      await server.stop("SIGKILL");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
