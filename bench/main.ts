/**
 * The bench: `npm run bench -- SCENARIO...`. Starts Postgres and Redis once, runs what was asked for one after the
 * other, prints a table for each as it ends and writes one JSON with pictures beside it. Exits 1 when anything
 * failed; what was measured before is written all the same.
 */
import { SCENARIOS } from "./catalog.js";
import { Grounds } from "./grounds.js";
import { readWalls } from "./limits/walls.js";
import { type BenchOptions, optionOf, readOptions, USAGE } from "./options.js";
import { describeMachine, machineName } from "./report/machine.js";
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
  else await runAll(chosen(options.names), options);
}

function list(options: BenchOptions): void {
  for (const scenario of SCENARIOS) {
    const parameters = Object.entries(usedOf(scenario, parametersOf(scenario, options)));
    console.log(`${scenario.name}\n  ${scenario.shows}`);
    console.log(`  ${parameters.map(([name, value]) => `--${optionOf(name)} ${value}`).join(" ")}`);
  }
}

/** @throws Error naming what is not known */
function chosen(names: readonly string[]): readonly Scenario[] {
  if (names.includes("all")) return SCENARIOS;
  return names.map((name) => {
    const found = SCENARIOS.find((scenario) => scenario.name === name);
    if (found === undefined) throw new Error(`${name}: expected a scenario, see: npm run bench -- list`);
    return found;
  });
}

async function runAll(scenarios: readonly Scenario[], options: BenchOptions): Promise<void> {
  const startedAt = new Date().toISOString();
  const machine = describeMachine();
  const walls = readWalls(machineName(machine));
  if (walls === undefined)
    console.error("no walls measured on this machine: npm run bench -- limits tells each figure's share");
  const stores = await openStores(options);
  const outcomes: Outcome[] = [];
  const settings = { ...options, stores, walls: walls?.values ?? {} };
  const grounds = options.isQuick ? new Grounds(settings) : undefined;
  try {
    for (const scenario of scenarios) {
      try {
        const outcome = await runScenario(scenario, settings, grounds);
        outcomes.push(outcome);
        console.log(`${outcomeText(outcome)}\n`);
      } catch (error) {
        process.exitCode = 1;
        console.error(`${scenario.name}: failed:`, error);
      }
    }
  } finally {
    await grounds?.close();
    await stores.stop();
  }
  const path =
    options.json ??
    defaultPath(
      startedAt,
      scenarios
        .map(({ name }) => name)
        .join("+")
        .slice(0, 60),
    );
  const command = `npm run bench -- ${process.argv.slice(2).join(" ")}`;
  const run = { startedAt, command, machine, stores: stores.settings, transport: options.transport };
  for (const written of saveOutcomes(path, run, outcomes)) console.error(`wrote ${written}`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
