/**
 * Reads the graphs that the bench runs: a recorded workflow in WfFormat 1.5, or a package-lock.json, whose packages
 * wait for the packages they need. Only what a measurement needs: keys, parents, runtimes. The command line has the
 * careful readers; what is malformed fails here with whatever JavaScript says.
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";

export interface BenchGraph {
  readonly name: string;
  /** Parents before children. */
  readonly tasks: readonly BenchTask[];
}

export interface BenchTask {
  readonly key: string;
  /** Positions in `tasks`, each before the task's own. */
  readonly parents: readonly number[];
  readonly runtimeMs: number;
}

interface WfFormat {
  readonly workflow: {
    readonly specification: {
      readonly tasks: readonly { readonly id: string; readonly parents?: readonly string[] }[];
    };
    readonly execution?: {
      readonly tasks: readonly { readonly id: string; readonly runtimeInSeconds?: number }[];
    };
  };
}

interface PackageLock {
  readonly packages: Readonly<Record<string, { readonly dependencies?: Readonly<Record<string, string>> }>>;
}

/** What a package is said to take; a lock file records no times. */
const PACKAGE_MS = 50;

export function readBenchGraph(path: string): BenchGraph {
  const document = JSON.parse(readFileSync(path, "utf8")) as WfFormat | PackageLock;
  const entries = "workflow" in document ? workflowEntries(document) : packageEntries(document);
  return { name: basename(path, ".json"), tasks: inOrder(entries) };
}

/** Length in ms of the longest way through the graph. */
export function criticalPathMs(graph: BenchGraph): number {
  const ends: number[] = [];
  for (const { parents, runtimeMs } of graph.tasks) {
    ends.push(runtimeMs + Math.max(0, ...parents.map((parent) => ends[parent] ?? 0)));
  }
  return Math.max(0, ...ends);
}

type Entries = Map<string, { readonly parents: readonly string[]; readonly runtimeMs: number }>;

function workflowEntries({ workflow }: WfFormat): Entries {
  const recorded = workflow.execution?.tasks ?? [];
  const runtimes = new Map(recorded.map((task) => [task.id, (task.runtimeInSeconds ?? 0) * 1_000]));
  return new Map(
    workflow.specification.tasks.map(({ id, parents = [] }) => {
      return [id, { parents, runtimeMs: runtimes.get(id) ?? 0 }];
    }),
  );
}

/** A dependency lies in the package's own node_modules or in those of a folder above. */
function packageEntries({ packages }: PackageLock): Entries {
  const find = (from: string, name: string): string[] => {
    for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
      const path = folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
      if (path in packages) return [path];
      if (folder === "") return [];
    }
  };
  return new Map(
    Object.entries(packages)
      .filter(([path]) => path !== "")
      .map(([path, { dependencies = {} }]) => {
        const parents = Object.keys(dependencies).flatMap((name) => find(path, name));
        return [path, { parents: [...new Set(parents)], runtimeMs: PACKAGE_MS }];
      }),
  );
}

/** Depth first; an edge that would close a circle is dropped, as npm allows circles. */
function inOrder(entries: Entries): BenchTask[] {
  const positions = new Map<string, number>();
  const visiting = new Set<string>();
  const tasks: BenchTask[] = [];
  const visit = (key: string): void => {
    const entry = entries.get(key);
    if (entry === undefined || positions.has(key) || visiting.has(key)) return;
    visiting.add(key);
    for (const parent of entry.parents) visit(parent);
    visiting.delete(key);
    const parents = entry.parents.map((parent) => positions.get(parent)).filter((at) => at !== undefined);
    positions.set(key, tasks.length);
    tasks.push({ key: String(tasks.length), parents, runtimeMs: entry.runtimeMs });
  };
  for (const key of entries.keys()) visit(key);
  return tasks;
}
