/**
 * What Postgres can do on this machine with statements shaped as Muster's: single commits, batches, and the whole
 * life of a job on two connections. Nothing else runs meanwhile, so these are upper bounds for any coordinator that
 * keeps the same promises.
 */
import type { Bench, FigureMeasurement, Measurement, Scenario } from "../scenario.js";
import { monoUs } from "../support/clock.js";
import { latencyOf } from "../support/moments.js";
import { PostgresLane } from "./postgres-lane.js";
import type { WallName } from "./walls.js";

const SINGLES = 32;
const LANES = 2;
const STEPS = ["insert", "claim", "complete"] as const;

type Step = (typeof STEPS)[number];

/** Ids below `nextId` are taken. */
interface Ids {
  nextId: number;
}

export const limitPostgres: Scenario = {
  name: "limit-postgres",
  shows:
    "Postgres with statements of Muster's shape and nothing else: commits of one job, batches, whole lives",
  uses: ["jobs", "batch", "payloadBytes"],
  parameters: { jobs: 20_000 },
  servers: 0,
  async setup(bench) {
    const { payloadBytes } = bench.parameters;
    await PostgresLane.createTables(bench.databaseUrl);
    const lanes: PostgresLane[] = [];
    for (let at = 0; at < SINGLES; at++) lanes.push(await PostgresLane.open(bench.databaseUrl, payloadBytes));
    const ids: Ids = { nextId: 1 };
    return {
      run: () => measure(bench, lanes, ids),
      async teardown() {
        for (const lane of lanes) await lane.close();
      },
    };
  },
};

async function measure(bench: Bench, lanes: readonly PostgresLane[], ids: Ids): Promise<Measurement[]> {
  const { jobs, batch } = bench.parameters;
  const few = Math.ceil(jobs / 10);
  const pair = lanes.slice(0, LANES);
  const one = lanes.slice(0, 1);
  const life = (lane: PostgresLane, part: number[]) => inTurn(lane, part, STEPS);
  const insert = (lane: PostgresLane, part: number[]) => lane.insert(part);
  const measured: Measurement[] = [
    await spread("postgres-insert-1", one, take(ids, few), 1, insert),
    await spread("postgres-insert-1x32", lanes, take(ids, few), 1, insert),
  ];
  const backlog = take(ids, jobs);
  measured.push(await spread("postgres-insert-500", one, backlog, batch, insert));
  measured.push(
    await spread("postgres-drain", pair, backlog, batch, (lane, part) =>
      inTurn(lane, part, ["claim", "complete"]),
    ),
  );
  measured.push(await spread("postgres-cycle", pair, take(ids, jobs), batch, life));
  for (const size of [1, 50, 500]) measured.push(...(await steps(lanes[0], ids, size, few)));
  return measured;
}

function take(ids: Ids, count: number): number[] {
  const first = ids.nextId;
  ids.nextId += count;
  return Array.from({ length: count }, (_, at) => first + at);
}

async function inTurn(lane: PostgresLane, part: number[], names: readonly Step[]): Promise<void> {
  for (const name of names) await lane[name](part);
}

/** Hands out pieces of `ids` to whichever lane is free. */
async function spread(
  wall: WallName,
  lanes: readonly PostgresLane[],
  ids: readonly number[],
  size: number,
  work: (lane: PostgresLane, part: number[]) => Promise<void>,
): Promise<FigureMeasurement> {
  let next = 0;
  const startUs = monoUs();
  await Promise.all(
    lanes.map(async (lane) => {
      while (next < ids.length) {
        const part = ids.slice(next, next + size);
        next += size;
        await work(lane, part);
      }
    }),
  );
  const value = ids.length / ((monoUs() - startUs) / 1e6);
  return { kind: "figure", name: wall, value, unit: "jobs/s" };
}

/** How long each statement takes, on one connection. */
async function steps(
  lane: PostgresLane | undefined,
  ids: Ids,
  size: number,
  jobs: number,
): Promise<Measurement[]> {
  const times: Record<Step, number[]> = { insert: [], claim: [], complete: [] };
  for (let done = 0; done < Math.max(size * 10, jobs / 4); done += size) {
    const part = take(ids, size);
    for (const name of STEPS) {
      const startUs = monoUs();
      await lane?.[name](part);
      times[name].push((monoUs() - startUs) / 1_000);
    }
  }
  return STEPS.map((name) => latencyOf(`${name} of ${size}`, times[name]));
}
