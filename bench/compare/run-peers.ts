/** Puts the comparison together from the command line's options: stores, contenders, sizes. */
import type { BenchOptions } from "../options.js";
import { describeMachine } from "../report/machine.js";
import { openStores } from "../support/stores.js";
import { compare } from "./compare.js";
import { musterContender } from "./muster-contender.js";
import { peerContenders } from "./peer-contenders.js";
import type { Sizes } from "./rounds.js";

/** Seconds of each system: with fewer, the start of its workers and the compiling of its code are most of a drain. */
const FULL: Sizes = {
  jobs: 60_000,
  batch: 500,
  inFlight: 50,
  singles: 3_000,
  pushes: 600,
  rate: 50,
  payloadBytes: 200,
  warmUpSeconds: 5,
};
const QUICK: Sizes = { ...FULL, jobs: 200, singles: 20, pushes: 20, warmUpSeconds: 0 };

/** @param names of contenders; empty: all */
export async function runPeers(names: readonly string[], options: BenchOptions): Promise<void> {
  const { isQuick, overrides, transport, serverEnv } = options;
  const startedAt = new Date().toISOString();
  const muster = musterContender({
    workers: overrides.workers ?? (isQuick ? 1 : 4),
    slots: overrides.slots ?? 128,
    transport,
    env: serverEnv,
  });
  const all = [muster, ...(await peerContenders())];
  const contenders = all.filter(({ name }) => names.length === 0 || names.includes(name));
  const known = all.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`${unknown.join(", ")}: expected some of ${known.join(", ")}`);
  const sizes = {
    ...(isQuick ? QUICK : FULL),
    ...(overrides.jobs !== undefined && { jobs: overrides.jobs }),
    ...(overrides.warmUpSeconds !== undefined && { warmUpSeconds: overrides.warmUpSeconds }),
  };
  const stores = await openStores(options);
  try {
    const run = {
      startedAt,
      command: `npm run bench -- ${process.argv.slice(2).join(" ")}`,
      machine: describeMachine(),
      stores: stores.settings,
      transport,
    };
    const repetitions = overrides.rounds ?? (isQuick ? 1 : 3);
    const paths = await compare({ contenders, stores, sizes, repetitions, run, json: options.json });
    for (const path of paths) console.error(`wrote ${path}`);
  } finally {
    await stores.stop();
  }
}
