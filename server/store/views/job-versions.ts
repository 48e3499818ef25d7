/** Reads the versions of many jobs, so that watchers read again only those that were written. No payload is touched. */
import type { Database } from "../database.js";

export async function jobVersions(database: Database, ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await database.read<{ id: number; version: string }>("views/job_versions", [ids]);
  return new Map(rows.map((row) => [row.id, row.version]));
}
