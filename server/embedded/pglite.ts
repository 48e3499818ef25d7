/**
 * Postgres in this process: PGlite on disk, spoken to by the ordinary driver through a pool of one connection.
 * For one process on one machine. Commits survive a crash of the process, not a loss of power: PGlite does not
 * flush to the disk.
 */
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { createPgConfig } from "@electric-sql/pglite/node-postgres";
import type { PoolConfig } from "pg";
import { lockDataDirectory } from "./data-lock.js";

export interface EmbeddedPostgres {
  /** For a pool of one connection. */
  readonly config: PoolConfig;
  close(): Promise<void>;
}

/** Opens, or creates, the database in `<directory>/postgres`. Takes about 3 s the first time. */
export async function openEmbeddedPostgres(directory: string): Promise<EmbeddedPostgres> {
  const unlock = lockDataDirectory(directory);
  try {
    const pglite = await PGlite.create(join(directory, "postgres"));
    return {
      config: Object.assign({}, createPgConfig(pglite), { max: 1 }),
      async close() {
        await pglite.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}
