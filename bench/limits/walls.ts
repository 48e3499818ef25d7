/**
 * The limits of the components on this machine, as `npm run bench -- limits` measured them, by name. A scenario
 * names the wall that bounds its figure and the report prints the share of it that was reached. Walls measured on
 * another machine are not used.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** What each wall is. A figure of `limits` with one of these names becomes the wall. */
export const WALLS = {
  "postgres-cycle": "insert, claim and complete of whole batches on two connections",
  "postgres-drain": "claim and complete of what is already there, on two connections",
  "postgres-insert-500": "inserts in batches, on one connection",
  "postgres-insert-1": "inserts of one job, one commit each, on one connection",
  "postgres-insert-1x32": "inserts of one job on 32 connections",
  "grpc-connect": "connections that were opened and had their first echo",
} as const;

export type WallName = keyof typeof WALLS;

export interface Walls {
  /** Processor and number of them. */
  readonly machine: string;
  readonly measuredAt: string;
  /** A second. */
  readonly values: Readonly<Partial<Record<WallName, number>>>;
}

const FILE = fileURLToPath(new URL("../../../bench/results/walls.json", import.meta.url));

/** Undefined when none were measured on this machine. */
export function readWalls(machine: string): Walls | undefined {
  if (!existsSync(FILE)) return undefined;
  const walls = JSON.parse(readFileSync(FILE, "utf8")) as Walls;
  return walls.machine === machine ? walls : undefined;
}

/** Adds what these figures say to the walls that are known. */
export function saveWalls(
  machine: string,
  figures: readonly { readonly name: string; readonly median: number }[],
): void {
  const found = figures.filter(({ name }) => name in WALLS).map(({ name, median }) => [name, median]);
  if (found.length === 0) return;
  const values = { ...readWalls(machine)?.values, ...Object.fromEntries(found) };
  const walls: Walls = { machine, measuredAt: new Date().toISOString(), values };
  mkdirSync(dirname(FILE), { recursive: true });
  writeFileSync(FILE, `${JSON.stringify(walls, undefined, 2)}\n`);
}
