/**
 * Turns a package-lock.json (lockfileVersion 2 or 3) into a graph of jobs: one for each package at each place it
 * is installed, after the packages it depends on; the project itself comes last. Dependencies are found the way
 * Node finds them: in the package's own node_modules, then in those of the folders above it.
 *
 * npm allows circles. They are broken so: packages are visited depth first from the project, dependencies in the
 * order of their paths, and a dependency that leads back to a package still being visited is dropped.
 *
 * There is nothing to measure in a lock file, so each package gets a runtime of 5 to 200 ms that is drawn from its
 * integrity hash: the same file always gives the same graph.
 */
import { createHash } from "node:crypto";
import { badInput } from "../exit-codes.js";
import { asObject, asTextMap, isObject, type JsonObject, shownJson } from "./json-fields.js";
import { taskKey } from "./task-key.js";
import { workGraph, type WorkGraph, type WorkTask } from "./work-graph.js";

const ROOT = "";
const RUNTIME_MIN_MS = 5;
const RUNTIME_MAX_MS = 200;

interface Package {
  /** Its path in the lock file, e.g. `node_modules/a/node_modules/b`; empty for the project. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly integrity: string | null;
  /** Paths of the packages it depends on, sorted. */
  readonly dependencies: readonly string[];
}

export function isPackageLock(document: JsonObject): boolean {
  return "lockfileVersion" in document;
}

/** @throws CliError (bad input) naming the package and the field */
export function readPackageLock(document: JsonObject): WorkGraph {
  const version = document["lockfileVersion"];
  if (version !== 2 && version !== 3) throw badInput("lockfileVersion", "2 or 3", shownJson(version));
  const entries = asObject(document["packages"], "packages");
  if (!isObject(entries[ROOT]))
    throw badInput('packages[""]', "the project itself", shownJson(entries[ROOT]));
  const packages = readPackages(entries);
  const { parents, dropped } = withoutCircles(packages);
  const name =
    typeof document["name"] === "string" && document["name"] !== "" ? document["name"] : "package-lock";
  const tasks = [...packages.values()].map((one) => toTask(one, parents.get(one.path) ?? [], name));
  const notes = dropped > 0 ? [`${dropped} dependencies that closed a circle were dropped`] : [];
  return workGraph({ name, format: "package-lock", tasks, notes }, "packages", "dependencies");
}

/** By path, sorted, the project first. Links to workspaces are no packages of their own: their target is. */
function readPackages(entries: JsonObject): Map<string, Package> {
  const packages = new Map<string, Package>();
  for (const path of Object.keys(entries).sort()) {
    const entry = asObject(entries[path], `packages["${path}"]`);
    if (entry["link"] === true) continue;
    const version = typeof entry["version"] === "string" ? entry["version"] : "";
    packages.set(path, {
      path,
      name: typeof entry["name"] === "string" ? entry["name"] : nameFromPath(path),
      version,
      integrity: typeof entry["integrity"] === "string" ? entry["integrity"] : null,
      dependencies: dependenciesOf(path, entry, entries),
    });
  }
  return packages;
}

/** `node_modules/a/node_modules/@s/b` is `@s/b`; a workspace that names itself nowhere goes by its path. */
function nameFromPath(path: string): string {
  const at = path.lastIndexOf("node_modules/");
  return at < 0 ? path : path.slice(at + "node_modules/".length);
}

/** Optional and peer dependencies may be absent; an ordinary one that is absent makes the file a broken one. */
function dependenciesOf(path: string, entry: JsonObject, entries: JsonObject): string[] {
  const found = new Set<string>();
  const isOwn = !path.includes("node_modules/"); // the project or a workspace: its dev dependencies are installed
  const fields = [
    "dependencies",
    "optionalDependencies",
    "peerDependencies",
    ...(isOwn ? ["devDependencies"] : []),
  ];
  const optional = isObject(entry["optionalDependencies"]) ? entry["optionalDependencies"] : {};
  for (const field of fields) {
    if (entry[field] === undefined) continue;
    for (const name of Object.keys(asTextMap(entry[field], `packages["${path}"].${field}`))) {
      const target = resolve(path, name, entries);
      if (target !== null) {
        found.add(target);
      } else if (field === "dependencies" && !(name in optional)) {
        throw badInput(
          `packages["${path}"].dependencies.${name}`,
          "a package in this file",
          "none that it could find",
        );
      }
    }
  }
  found.delete(path);
  return [...found].sort();
}

/** Where `name` is found from the folder `from`, links followed; null when it is not installed. */
function resolve(from: string, name: string, entries: JsonObject): string | null {
  for (let folder: string | null = from; folder !== null; folder = folderAbove(folder)) {
    if (folder === "node_modules" || folder.endsWith("/node_modules")) continue;
    const path = folder === ROOT ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    const entry = entries[path];
    if (!isObject(entry)) continue;
    if (entry["link"] !== true) return path;
    const target = entry["resolved"];
    if (typeof target === "string" && isObject(entries[target])) return target;
    throw badInput(`packages["${path}"].resolved`, "the path of a package in this file", shownJson(target));
  }
  return null;
}

function folderAbove(folder: string): string | null {
  if (folder === ROOT) return null;
  const slash = folder.lastIndexOf("/");
  return slash < 0 ? ROOT : folder.slice(0, slash);
}

/**
 * Dependencies without those that close a circle. The project is visited first, then what it does not reach; at the
 * end the project also waits for whatever nobody else waits for, so that it is the last to run.
 */
function withoutCircles(packages: ReadonlyMap<string, Package>): {
  readonly parents: ReadonlyMap<string, readonly string[]>;
  readonly dropped: number;
} {
  const parents = new Map<string, string[]>();
  const done = new Set<string>();
  let dropped = 0;
  for (const start of [ROOT, ...packages.keys()]) {
    if (parents.has(start)) continue;
    parents.set(start, []);
    const visiting = [{ path: start, next: 0 }];
    for (let top = visiting.at(-1); top !== undefined; top = visiting.at(-1)) {
      const dependency = packages.get(top.path)?.dependencies[top.next++];
      if (dependency === undefined) {
        done.add(top.path);
        visiting.pop();
      } else if (parents.has(dependency) && !done.has(dependency)) {
        dropped++;
      } else {
        parents.get(top.path)?.push(dependency);
        if (!parents.has(dependency)) {
          parents.set(dependency, []);
          visiting.push({ path: dependency, next: 0 });
        }
      }
    }
  }
  // Only a package that the project did not reach can lead to it, and it would then never come last.
  for (const [path, list] of parents) if (path !== ROOT) removeFrom(list, ROOT);
  const waitedFor = new Set([...parents.values()].flat());
  for (const path of packages.keys())
    if (path !== ROOT && !waitedFor.has(path)) parents.get(ROOT)?.push(path);
  return { parents, dropped };
}

function removeFrom(list: string[], item: string): void {
  const at = list.indexOf(item);
  if (at >= 0) list.splice(at, 1);
}

function toTask(one: Package, parents: readonly string[], project: string): WorkTask {
  const name = one.path === ROOT ? project : one.name;
  const runtimeSeconds = syntheticRuntimeMs(one.integrity ?? `${name}@${one.version}`) / 1000;
  return {
    key: keyOf(one.path),
    name: one.version === "" ? name : `${name}@${one.version}`,
    parents: parents.map(keyOf),
    runtimeSeconds,
    payload: { name, version: one.version, path: one.path, runtimeSeconds },
    settings: {},
  };
}

function keyOf(path: string): string {
  return path === ROOT ? "." : taskKey(path);
}

function syntheticRuntimeMs(seed: string): number {
  const draw = createHash("sha256").update(seed).digest().readUInt32BE(0);
  return RUNTIME_MIN_MS + (draw % (RUNTIME_MAX_MS - RUNTIME_MIN_MS + 1));
}
