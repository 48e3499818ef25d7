/**
 * Workers that are connected and have nothing to do: what each costs the server in memory, and all of them in
 * heartbeats, which is what the server uses beyond what it used without them. `--streams` sets how many; a tenth of that
 * has come and gone before. Memory is the growth of the resident set, read after every stream has sent heartbeats; by then
 * what registering them left to be compiled and swept up is done.
 */
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Bench, Scenario } from "../scenario.js";
import { processorUs, residentBytes } from "../support/cpu.js";
import { Herd } from "../support/herd.js";

const DEADLINE_MS = 300_000;
const PER_HERD = 2_500;
/** Six heartbeats of each stream: by then the code for them has been compiled, as in a server that is up for long. */
const SETTLING_MS = 30_000;

export const idleWorkers: Scenario = {
  name: "idle-workers",
  shows: "connected workers without work: server memory for each, processor time and connections for all",
  uses: ["streams", "seconds"],
  parameters: { streams: 1_000, seconds: 15, rounds: 1, warmUpSeconds: 0 },
  async setup(bench) {
    const { streams, seconds } = bench.parameters;
    const [server] = bench.servers;
    if (server === undefined) throw new Error("no server");
    return {
      async run() {
        const watched = [{ name: "server", pids: [server.pid], withChildren: false }];
        /** % of a core over so many seconds. */
        const used = async (): Promise<number> => {
          const beforeUs = processorUs(watched).get("server") ?? 0;
          await sleep(seconds * 1_000);
          return ((processorUs(watched).get("server") ?? 0) - beforeUs) / seconds / 10_000;
        };
        const alone = await used();
        await warmUp(bench, server.address, streams);
        const beforeBytes = residentBytes(server.pid);
        const herds: Herd[] = [];
        try {
          for (let from = 0; from < streams; from += PER_HERD) {
            const settings = { name: `idle-${from}`, streams: Math.min(PER_HERD, streams - from), window: 1 };
            const herd = await Herd.start({ address: server.address, queue: bench.queue, ...settings });
            herds.push(herd);
            await herd.connect(DEADLINE_MS);
          }
          await sleep(bench.isQuick ? 0 : SETTLING_MS);
          const withWorkers = await used();
          const grownBytes = residentBytes(server.pid) - beforeBytes;
          const lost = herds.reduce((sum, herd) => sum + herd.lost, 0);
          if (lost > 0) throw new Error(`${lost} idle streams were lost`);
          return [
            { kind: "figure", name: "memory of each", value: grownBytes / streams / 1_024, unit: "KB" },
            { kind: "figure", name: "server in all", value: residentBytes(server.pid) / 2 ** 20, unit: "MB" },
            { kind: "figure", name: "server without workers", value: alone, unit: "% of a core" },
            {
              kind: "figure",
              name: "heartbeats",
              value: Math.max(0, withWorkers - alone),
              unit: "% of a core",
            },
            {
              kind: "figure",
              name: "Postgres connections",
              value: await connectionsOf(bench),
              unit: "connections",
            },
          ];
        } finally {
          await Promise.all(herds.map((herd) => herd.stop()));
        }
      },
    };
  },
};

/** What the server's first workers leave behind is code and room to breathe: not the memory of each. */
async function warmUp(bench: Bench, address: string, streams: number): Promise<void> {
  const some = { name: "first", streams: Math.ceil(streams / 10), window: 1 };
  const herd = await Herd.start({ address, queue: bench.queue, ...some });
  try {
    await herd.connect(DEADLINE_MS);
  } finally {
    await herd.stop();
  }
}

async function connectionsOf(bench: Bench): Promise<number> {
  const client = new pg.Client({ connectionString: bench.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: string }>(
      "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    );
    return Number(rows[0]?.count);
  } finally {
    await client.end();
  }
}
