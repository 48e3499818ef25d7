/**
 * Finds the graph files that tests read: the repository's own fixtures, and, where a machine has them, the recorded
 * workflows in WfFormat (MUSTER_WFINSTANCES, or shared/data/wfinstances beside the repository).
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url)); // from dist/tests/support

export function graphFixture(name: string): string {
  return join(REPOSITORY, "tests/fixtures/graphs", name);
}

/** The project's own lock file. */
export const OWN_LOCK_FILE = join(REPOSITORY, "package-lock.json");

/** Paths of the recorded workflows, sorted; null on a machine that has none. */
export function recordedWorkflows(): readonly string[] | null {
  const folder = process.env["MUSTER_WFINSTANCES"] ?? join(REPOSITORY, "../shared/data/wfinstances");
  if (!existsSync(folder)) return null;
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return files.length === 0 ? null : files.sort().map((name) => join(folder, name));
}
