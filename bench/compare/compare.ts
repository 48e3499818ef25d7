/**
 * `npm run bench -- peers`: every contender in turn, again and again, on the same Postgres and Redis, so that what
 * the machine does meanwhile hits all of them. Prints figures with their spread and how Muster compares, repetition
 * by repetition: the ratio of two medians would hide that.
 */
import { defaultPath, type NamedPicture, type RunRecord, saveAll } from "../report/save.js";
import { barPicture } from "../report/picture.js";
import { median } from "../report/outcome.js";
import { number, textTable } from "../report/table.js";
import type { Stores } from "../support/stores.js";
import { warmUp } from "../support/warm-up.js";
import type { Contender } from "./contender.js";
import {
  drainRound,
  inFlightRound,
  liveRound,
  oneByOneRound,
  pushRound,
  type OpenRound,
  type Sizes,
  type Taken,
} from "./rounds.js";

export interface CompareOptions {
  readonly contenders: readonly Contender[];
  readonly stores: Stores;
  readonly sizes: Sizes;
  readonly repetitions: number;
  readonly run: RunRecord;
  readonly json: string | undefined;
}

interface Comparison {
  readonly figure: string;
  readonly unit: Taken["unit"];
  readonly byContender: Readonly<Record<string, readonly number[]>>;
}

const US = "muster";

/** @returns paths of what was written */
export async function compare(options: CompareOptions): Promise<string[]> {
  const { contenders, stores, sizes, repetitions, run } = options;
  const comparisons = new Map<string, { unit: Taken["unit"]; values: Map<string, number[]> }>();
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    for (const contender of contenders) {
      console.error(`peers: repetition ${repetition} of ${repetitions}: ${contender.name}`);
      for (const { figure, value, unit } of await takeTurns(contender, stores, sizes)) {
        const comparison = comparisons.get(figure) ?? { unit, values: new Map<string, number[]>() };
        comparisons.set(figure, comparison);
        const values = comparison.values.get(contender.name) ?? [];
        comparison.values.set(contender.name, [...values, value]);
      }
    }
  }
  const results = [...comparisons].map(([figure, { unit, values }]): Comparison => {
    return { figure, unit, byContender: Object.fromEntries(values) };
  });
  console.log(results.map(comparisonText).join("\n\n"));
  console.log(`\n${guaranteesText(contenders)}`);
  const described = contenders.map(({ name, setting, guarantees }) => ({ name, setting, guarantees }));
  const document = { ...run, sizes, repetitions, contenders: described, comparisons: results };
  return saveAll(options.json ?? defaultPath(run.startedAt, "peers"), document, results.map(pictureOf));
}

/**
 * Each round in a place of its own, after others that do not count, for the same time whoever it is: a server that has
 * just been started runs cold code, as a peer does in the bench's own process in the first repetition. Workers are
 * those of the warm-up, but for the drain, whose workers have just started. A contender that fails says so and leaves a
 * gap.
 */
async function takeTurns(contender: Contender, stores: Stores, sizes: Sizes): Promise<Taken[]> {
  const scaled = { ...sizes, jobs: Math.ceil(sizes.jobs * contender.share) };
  const rounds: readonly OpenRound[] = [
    liveRound,
    drainRound,
    oneByOneRound,
    inFlightRound(contender.name === US),
    pushRound,
  ];
  const taken: Taken[] = [];
  for (const open of rounds) {
    const turn = await contender.open(stores);
    try {
      const round = await open(turn, scaled);
      try {
        await warmUp(() => round.warmUp?.() ?? round.run(), scaled.warmUpSeconds);
        taken.push(...(await round.run()));
      } finally {
        await round.close();
      }
    } catch (error) {
      process.exitCode = 1;
      console.error(`peers: ${contender.name} failed:`, error);
    } finally {
      await turn.close();
    }
  }
  return taken;
}

function comparisonText({ figure, unit, byContender }: Comparison): string {
  const ours = byContender[US] ?? [];
  const rows = Object.entries(byContender).map(([name, values]) => {
    const ratios = ours.map((value, at) => value / (values[at] ?? Number.NaN));
    const spread = `${number(Math.min(...ratios))} - ${number(Math.max(...ratios))}`;
    return [
      name,
      number(median(values)),
      `${number(Math.min(...values))} - ${number(Math.max(...values))}`,
      name === US ? "" : number(median(ratios)),
      name === US ? "" : spread,
    ];
  });
  const better = unit === "ms" ? "below 1 muster is ahead" : "above 1 muster is ahead";
  const head = [`${figure} (${unit})`, "median", "lowest - highest", `muster / it (${better})`, "its spread"];
  return textTable(head, rows);
}

function guaranteesText(contenders: readonly Contender[]): string {
  const rows = contenders.map(({ name, guarantees, setting }) => [
    name,
    guarantees.durable,
    guarantees.history,
    guarantees.dependencies,
    guarantees.protocol,
    setting,
  ]);
  return textTable(["", "durable when answered", "history", "dependencies", "protocol", "set up"], rows);
}

function pictureOf({ figure, unit, byContender }: Comparison): NamedPicture {
  const bars = Object.entries(byContender).map(([label, values]) => {
    return { label, value: median(values), low: Math.min(...values), high: Math.max(...values), unit };
  });
  return { name: figure, svg: barPicture(`${figure}, ${unit}`, bars) };
}
