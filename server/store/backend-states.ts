/** Asks Postgres what backends do, for the watch over statements that have no answer. */
import pg from "pg";
import type { BackendState } from "./silence-watch.js";
import { sqlFile } from "./sql-file.js";

const LOOK_TIMEOUT_MS = 3_000;

/** Asked on a connection of its own: of those that are open, some may be dead. */
export async function backendStates(
  connection: pg.ClientConfig,
  pids: readonly number[],
): Promise<readonly BackendState[]> {
  const client = new pg.Client({
    ...connection,
    connectionTimeoutMillis: LOOK_TIMEOUT_MS,
    query_timeout: LOOK_TIMEOUT_MS,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ pid: number; is_idle: boolean; since: string }>(
      sqlFile("backend_states"),
      [pids],
    );
    return rows.map((row) => ({ pid: row.pid, isIdle: row.is_idle, since: row.since }));
  } finally {
    void client.end().catch(() => undefined);
  }
}
