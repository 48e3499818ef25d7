/**
 * Drives one scenario: its ground, set up, warm-up rounds that do not count, rounds that do, tear down in the reverse
 * order whatever happened. No figure leaves here when a promise broke on the way.
 */
import { type Grounds, type GroundOptions, openGround } from "./grounds.js";
import type { WallName } from "./limits/walls.js";
import { mergeRounds, type Outcome } from "./report/outcome.js";
import { RunningBench, type BenchSettings } from "./running-bench.js";
import { DEFAULTS, QUICK, type Measurement, type Parameters, type Scenario } from "./scenario.js";
import { AsyncStack } from "./support/async-stack.js";
import { Client } from "../worker-sdk/typescript/index.js";
import type { ServerProcess } from "./support/server-process.js";
import { warmUp } from "./support/warm-up.js";

/** The audits read the whole history. */
const DIAGNOSIS_MS = 300_000;

export interface RunOptions extends GroundOptions, BenchSettings {
  readonly overrides: Partial<Parameters>;
  readonly serverEnv: Readonly<Record<string, string>>;
  readonly walls: Readonly<Partial<Record<WallName, number>>>;
}

/** @param grounds where servers are kept for later scenarios; undefined: each scenario has servers of its own */
export async function runScenario(
  scenario: Scenario,
  options: RunOptions,
  grounds?: Grounds,
): Promise<Outcome> {
  const parameters = parametersOf(scenario, options);
  const env = { ...scenario.env, ...options.serverEnv };
  const stack = new AsyncStack();
  try {
    const wanted = { servers: scenario.servers ?? 1, env };
    const ground = await (grounds?.get(wanted) ?? openGround(wanted, options, stack));
    const bench = new RunningBench(scenario, parameters, options, { ...ground, stack });
    const prepared = await scenario.setup(bench);
    if (prepared.teardown !== undefined) stack.defer(() => prepared.teardown?.() ?? Promise.resolve());
    if (parameters.warmUpSeconds > 0) {
      bench.say(`warming up for ${parameters.warmUpSeconds} s`);
      await warmUp(() => prepared.warmUp?.() ?? prepared.run(), parameters.warmUpSeconds);
    }
    const rounds: (readonly Measurement[])[] = [];
    for (let round = 1; round <= parameters.rounds; round++) {
      bench.say(`round ${round} of ${parameters.rounds}`);
      rounds.push(await prepared.run());
    }
    await expectSound(ground.servers);
    return {
      scenario: scenario.name,
      shows: scenario.shows,
      parameters: usedOf(scenario, parameters),
      servers: ground.servers.length,
      env,
      ...mergeRounds(rounds, options.walls),
    };
  } finally {
    await stack.unwind();
  }
}

export function parametersOf(
  scenario: Scenario,
  options: Pick<RunOptions, "isQuick" | "overrides">,
): Parameters {
  return {
    ...DEFAULTS,
    ...scenario.parameters,
    ...(options.isQuick && { ...QUICK, ...scenario.quick }),
    ...options.overrides,
  };
}

/** Those that mean something in this scenario. */
export function usedOf({ uses }: Scenario, parameters: Parameters): Partial<Parameters> {
  return Object.fromEntries(
    ["rounds" as const, "warmUpSeconds" as const, ...uses].map((name) => [name, parameters[name]]),
  );
}

/**
 * No figure is worth anything if the promises broke on the way: counters that must stay 0, and what the server's own
 * doctor finds in the data, the stores and their settings.
 * @throws Error naming the counter, or what was found
 */
async function expectSound(servers: readonly ServerProcess[]): Promise<void> {
  for (const server of servers) {
    const metrics = await server.metrics();
    for (const name of ["muster_foreign_key_violations_total", "muster_deadlocks_total"]) {
      const value = metrics.get(name) ?? 0;
      if (value !== 0) throw new Error(`${name} is ${value}, expected 0`);
    }
  }
  const [server] = servers;
  if (server === undefined) return;
  const client = new Client({ address: server.address });
  try {
    const { findings } = await client.diagnose(DIAGNOSIS_MS);
    const failed = findings.filter(({ severity }) => severity === "fail");
    if (failed.length === 0) return;
    throw new Error(
      `the doctor found: ${failed.map(({ name, summary }) => `${name}, ${summary}`).join("; ")}`,
    );
  } finally {
    client.close();
  }
}
