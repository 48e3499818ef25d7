/**
 * `npm run soak -- --minutes N --seed S`: rounds of chaos for N minutes, each on a fresh database with a seed that
 * follows from S, and one table at the end. Ends with 1 and names the seed as soon as a promise is broken; the same
 * seed then replays that round: MUSTER_CHAOS_SEED=S MUSTER_CHAOS_SECONDS=110 with the chaos test.
 */
import { parseArgs } from "node:util";
import { chaosRound, openChaosWorld, type RoundFigures } from "./support/chaos-round.js";
import { closeLeftovers } from "./support/leftovers.js";

const ROUND_SECONDS = 110;
const ROUND_MINUTES = 2;
const JOBS_PER_SECOND = 150;

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "60" }, seed: { type: "string" } },
});
const minutes = wholeNumber("--minutes", values.minutes);
const seed = values.seed === undefined ? Math.floor(Math.random() * 1e9) : wholeNumber("--seed", values.seed);

const startedMono = performance.now();
const rounds: RoundFigures[] = [];
const world = await openChaosWorld();
try {
  while (performance.now() - startedMono < minutes * 60_000) {
    const own = seed + rounds.length;
    const figures = await chaosRound(world, {
      seed: own,
      seconds: Math.min(ROUND_SECONDS, Math.ceil((minutes * 60) / ROUND_MINUTES)),
      jobsPerSecond: JOBS_PER_SECOND,
    });
    if (figures.failed > 0) throw new Error(`seed ${own}: ${figures.failed} jobs did not succeed`);
    rounds.push(figures);
    const { jobs, struck, rerun, unanswered } = figures;
    console.log(
      `round ${rounds.length}, seed ${own}: ${jobs} jobs, ${struck.length} faults, ${rerun} begun twice, ` +
        `not answered: ${JSON.stringify(unanswered)}`,
    );
  }
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  printTable();
  await world.close();
  await closeLeftovers();
}
process.exit();

function printTable(): void {
  const struck = rounds.flatMap((figures) => figures.struck);
  const classes = new Map<string, number>();
  for (const { fault } of struck) classes.set(fault, (classes.get(fault) ?? 0) + 1);
  const sum = (of: (figures: RoundFigures) => number): number =>
    rounds.reduce((total, figures) => total + of(figures), 0);
  const jobs = sum((figures) => figures.jobs);
  const rerun = sum((figures) => figures.rerun);
  const recoveries = rounds.flatMap((figures) => figures.recoveriesMs).sort((a, b) => a - b);
  const percentile = (share: number): string =>
    (
      (recoveries[Math.min(recoveries.length - 1, Math.floor(recoveries.length * share))] ?? 0) / 1_000
    ).toFixed(2);
  const rows: [string, string | number][] = [
    ["first seed, rounds", `${seed}, ${rounds.length}`],
    ["minutes", ((performance.now() - startedMono) / 60_000).toFixed(1)],
    ["jobs acknowledged", jobs],
    ["lost", process.exitCode === 1 ? "see the error above" : 0],
    ["cancelled on purpose", sum((figures) => figures.cancelled)],
    ["handlers begun more than once", `${rerun} = ${((rerun / Math.max(1, jobs)) * 100).toFixed(3)} %`],
    ["faults", struck.length],
    ["faults that hit work in flight", struck.filter(({ inFlight }) => inFlight > 0).length],
    ["20 results after a fault, p50, s", percentile(0.5)],
    ["20 results after a fault, p99, s", percentile(0.99)],
    [
      "longest drain after a round, s",
      (Math.max(0, ...rounds.map(({ drainMs }) => drainMs)) / 1_000).toFixed(1),
    ],
    ["audits while things were broken", sum((figures) => figures.audits)],
    ...[...classes]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, n]): [string, number] => [`  ${name}`, n]),
  ];
  for (const [name, value] of rows) console.log(`${name.padEnd(42)} ${value}`);
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  console.error(`${name}: expected a whole number, got ${JSON.stringify(text)}`);
  process.exit(2);
}
