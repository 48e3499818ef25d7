/**
 * The bench: `npm run bench -- SCENARIO...`. Starts Postgres and Redis once, runs what was asked for one after the
 * other, prints a table for each as it ends and writes one JSON with pictures beside it. Exits 1 when anything
 * failed; what was measured before is written all the same.
 */
import { LIMITS, SCENARIOS } from "./catalog.js";
import { runPeers } from "./compare/run-peers.js";
import { type GroundOptions, Grounds } from "./grounds.js";
import { readWalls, saveWalls } from "./limits/walls.js";
import { type BenchOptions, optionOf, readOptions, USAGE } from "./options.js";
import { describeMachine, machineName } from "./report/machine.js";
import { profileText } from "./report/profile.js";
import type { Outcome } from "./report/outcome.js";
import { defaultPath, saveOutcomes } from "./report/save.js";
import { outcomeText } from "./report/table.js";
import { parametersOf, runScenario, usedOf } from "./run-scenario.js";
import type { Scenario } from "./scenario.js";
import { openStores } from "./support/stores.js";

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const [first] = options.names;
  if (first === undefined) console.log(USAGE);
  else if (first === "list") list(options);
  else if (first === "profile") for (const path of options.names.slice(1)) console.log(profileText(path));
  else if (first === "peers") await runPeers(options.names.slice(1), options);
  else await runAll(chosen(options.names), options);
}

function list(options: BenchOptions): void {
  for (const scenario of [...SCENARIOS, ...LIMITS]) {
    const parameters = Object.entries(usedOf(scenario, parametersOf(scenario, options)));
    console.log(`${scenario.name}\n  ${scenario.shows}`);
    console.log(`  ${parameters.map(([name, value]) => `--${optionOf(name)} ${value}`).join(" ")}`);
  }
}

/** @throws Error naming what is not known */
function chosen(names: readonly string[]): Scenario[] {
  return names.flatMap((name) => {
    if (name === "all") return SCENARIOS;
    if (name === "limits") return LIMITS;
    const found = [...SCENARIOS, ...LIMITS].find((scenario) => scenario.name === name);
    if (found === undefined) throw new Error(`${name}: expected a scenario, see: npm run bench -- list`);
    return [found];
  });
}

async function runAll(scenarios: readonly Scenario[], options: BenchOptions): Promise<void> {
  const startedAt = new Date().toISOString();
  const machine = describeMachine();
  const stores = await openStores(options);
  const outcomes: Outcome[] = [];
  const grounds = options.isQuick ? new Grounds({ ...options, stores }) : undefined;
  try {
    for (const scenario of scenarios) {
      const outcome = await runOne(scenario, { ...options, stores }, grounds);
      if (outcome !== undefined) outcomes.push(outcome);
    }
  } finally {
    await grounds?.close();
    await stores.stop();
  }
  const what = options.names.join("+").slice(0, 60);
  const command = `npm run bench -- ${process.argv.slice(2).join(" ")}`;
  const run = { startedAt, command, machine, stores: stores.settings, transport: options.transport };
  const path = options.json ?? defaultPath(startedAt, what);
  for (const written of saveOutcomes(path, run, outcomes)) console.error(`wrote ${written}`);
}

/** Undefined when it failed: the others are run all the same. */
async function runOne(
  scenario: Scenario,
  options: BenchOptions & GroundOptions,
  grounds: Grounds | undefined,
): Promise<Outcome | undefined> {
  const machine = machineName(describeMachine());
  const walls = readWalls(machine)?.values ?? {};
  try {
    const outcome = await runScenario(scenario, { ...options, walls }, grounds);
    console.log(`${outcomeText(outcome)}\n`);
    if (!options.isQuick) saveWalls(machine, outcome.figures);
    return outcome;
  } catch (error) {
    process.exitCode = 1;
    console.error(`${scenario.name}: failed:`, error);
    return undefined;
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
