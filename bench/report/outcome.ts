/**
 * The rounds of a scenario as one outcome: latencies of all rounds together, figures as the median with the lowest
 * and the highest beside it. Pure. The table, the JSON and the picture are all made from this.
 */
import type { WallName } from "../limits/walls.js";
import type { Measurement, Parameters } from "../scenario.js";
import { Latencies, type LatencySummary } from "../support/latencies.js";

export interface LatencyOutcome extends LatencySummary {
  readonly name: string;
  /** The median of each round: how far rounds lie apart. */
  readonly p50ByRound: readonly number[];
  /** 101 points, at 0 %, 1 %, ... 100 %. */
  readonly curve: readonly number[];
}

export interface FigureOutcome {
  readonly name: string;
  readonly unit: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly byRound: readonly number[];
  readonly wall?: { readonly name: WallName; readonly value: number; readonly share: number };
}

export interface CpuOutcome {
  readonly name: string;
  /** Microseconds a job, by process; the median of the rounds. */
  readonly perJobUs: Readonly<Record<string, number>>;
}

export interface Outcome {
  readonly scenario: string;
  readonly shows: string;
  /** Those that the scenario uses. */
  readonly parameters: Partial<Parameters>;
  readonly servers: number;
  readonly env: Readonly<Record<string, string>>;
  readonly latencies: readonly LatencyOutcome[];
  readonly figures: readonly FigureOutcome[];
  readonly cpu: readonly CpuOutcome[];
}

export type Measured = Pick<Outcome, "latencies" | "figures" | "cpu">;

export function mergeRounds(
  rounds: readonly (readonly Measurement[])[],
  walls: Readonly<Partial<Record<WallName, number>>>,
): Measured {
  const latencies = new Map<string, Latencies[]>();
  const figures = new Map<string, Extract<Measurement, { kind: "figure" }>[]>();
  const cpu = new Map<string, Extract<Measurement, { kind: "cpu" }>[]>();
  for (const one of rounds.flat()) {
    if (one.kind === "latency") append(latencies, one.name, one.latencies);
    else if (one.kind === "figure") append(figures, one.name, one);
    else append(cpu, one.name, one);
  }
  return {
    latencies: [...latencies].map(([name, parts]) => mergeLatencies(name, parts)),
    figures: [...figures].map(([name, parts]) => mergeFigures(name, parts, walls)),
    cpu: [...cpu].map(([name, parts]) => mergeCpu(name, parts)),
  };
}

/** The middle one; of an even number the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

function append<T>(map: Map<string, T[]>, name: string, value: T): void {
  const list = map.get(name);
  if (list === undefined) map.set(name, [value]);
  else list.push(value);
}

function mergeLatencies(name: string, parts: readonly Latencies[]): LatencyOutcome {
  const all = new Latencies();
  for (const part of parts) all.addAll(part);
  return {
    name,
    ...all.summary(),
    p50ByRound: parts.map((part) => part.at(0.5)),
    curve: Array.from({ length: 101 }, (_, percent) => all.at(percent / 100)),
  };
}

function mergeFigures(
  name: string,
  parts: readonly Extract<Measurement, { kind: "figure" }>[],
  walls: Readonly<Partial<Record<WallName, number>>>,
): FigureOutcome {
  const byRound = parts.map((part) => part.value);
  const middle = median(byRound);
  const wallName = parts[0]?.wall;
  const wall = wallName === undefined ? undefined : walls[wallName];
  return {
    name,
    unit: parts[0]?.unit ?? "",
    median: middle,
    min: Math.min(...byRound),
    max: Math.max(...byRound),
    byRound,
    ...(wallName !== undefined &&
      wall !== undefined && { wall: { name: wallName, value: wall, share: middle / wall } }),
  };
}

function mergeCpu(name: string, parts: readonly Extract<Measurement, { kind: "cpu" }>[]): CpuOutcome {
  const processes = new Set(parts.flatMap((part) => [...part.perJobUs.keys()]));
  const perJobUs = [...processes].map((process) => {
    const values = parts.map((part) => part.perJobUs.get(process) ?? 0);
    return [process, median(values)] as const;
  });
  return { name, perJobUs: Object.fromEntries(perJobUs) };
}
