/**
 * The limits of the components on this machine, as `npm run bench -- limits` measured them, by name. A scenario
 * names the wall that bounds its figure and the report prints the share of it that was reached. Walls measured on
 * another machine are not used.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

export type WallName =
  /** Insert, claim and complete of whole batches on two connections: jobs/s. */
  | "postgres-cycle"
  /** Claim and complete of what is already there: jobs/s. */
  | "postgres-drain"
  /** Inserts in batches of 500: jobs/s. */
  | "postgres-insert-500"
  /** Inserts of one job, one commit each, on one connection: jobs/s. */
  | "postgres-insert-1"
  /** Inserts of one job on many connections at once: jobs/s. */
  | "postgres-insert-1x32"
  /** Connections that were opened and had their first echo: a second. */
  | "grpc-connect";

export interface Walls {
  /** Processor and number of them. */
  readonly machine: string;
  readonly measuredAt: string;
  readonly values: Readonly<Partial<Record<WallName, number>>>;
}

const FILE = fileURLToPath(new URL("../../../bench/results/walls.json", import.meta.url));

/** Undefined when none were measured on this machine. */
export function readWalls(machine: string): Walls | undefined {
  if (!existsSync(FILE)) return undefined;
  const walls = JSON.parse(readFileSync(FILE, "utf8")) as Walls;
  return walls.machine === machine ? walls : undefined;
}

export function saveWalls(walls: Walls): void {
  mkdirSync(dirname(FILE), { recursive: true });
  writeFileSync(FILE, `${JSON.stringify(walls, undefined, 2)}\n`);
}
