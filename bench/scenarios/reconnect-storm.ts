/**
 * Every worker loses its stream at once, because its server was killed, and comes back to the one that is started
 * in its place. From the moment it listens until the last worker is registered.
 */
import type { Measurement, Scenario } from "../scenario.js";
import { monoUs } from "../support/clock.js";
import { Herd } from "../support/herd.js";
import { latencyOf, latest } from "../support/moments.js";

const DEADLINE_MS = 120_000;
/** Workers spread their first try over this long; the SDK's full jitter does the same. */
const SPREAD_MS = 200;

export const reconnectStorm: Scenario = {
  name: "reconnect-storm",
  shows: "all workers cut off by a killed server: listening again -> registered again",
  uses: ["streams"],
  parameters: { streams: 1_000, rounds: 3, warmUpSeconds: 0 },
  async setup(bench) {
    const { streams } = bench.parameters;
    const [server] = bench.servers;
    if (server === undefined) throw new Error("no server");
    const settings = { queue: bench.queue, name: "returning", streams, window: 1 };
    const herd = await Herd.start({ address: server.address, ...settings });
    await herd.connect(DEADLINE_MS);
    herd.reconnect(SPREAD_MS);
    return {
      async run() {
        const before = herd.lost;
        const killedUs = monoUs();
        await server.stop("SIGKILL");
        await server.start();
        const listeningUs = monoUs();
        const cpu = bench.cpu();
        await herd.waitReturned(before + streams, DEADLINE_MS);
        const cost = { ...cpu.perJob(streams), name: "a worker that comes back" };
        const { welcomeUs } = await herd.collect();
        const spanMs = (latest(welcomeUs) - listeningUs) / 1_000;
        const figures: Measurement[] = [
          {
            kind: "figure",
            name: "server killed -> listening",
            value: (listeningUs - killedUs) / 1_000,
            unit: "ms",
          },
          { kind: "figure", name: `listening -> all ${streams} registered`, value: spanMs, unit: "ms" },
          {
            kind: "figure",
            name: "registered",
            value: (streams * 1_000) / spanMs,
            unit: "workers/s",
            wall: "grpc-connect",
          },
        ];
        const each = [...welcomeUs].map((us) => (us - listeningUs) / 1_000);
        return [...figures, latencyOf("listening -> each registered", each), cost];
      },
      teardown: () => herd.stop(),
    };
  },
};
