/**
 * The files of the repository as they lie on disk, without what is installed, built or left behind by a run.
 * For the tests of this folder; paths are relative to the root, with forward slashes, sorted.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Compiled tests run from dist/tests/repo. */
export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

const LEFT_OUT = new Set([".git", "node_modules", "dist", "coverage", ".muster", "__pycache__", ".venv"]);

export function repoFiles(under = "", extension = /./): string[] {
  return walk(under)
    .filter((path) => extension.test(path))
    .sort();
}

export function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

function walk(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (LEFT_OUT.has(entry.name) || path === "bench/results") return [];
    if (entry.isDirectory()) return walk(path);
    return entry.isFile() ? [path] : [];
  });
}
