/** Writes a run: one JSON with everything, and one picture for each comparison beside it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Machine } from "./machine.js";
import type { Outcome } from "./outcome.js";
import { barPicture, curvePicture } from "./picture.js";

const RESULTS = fileURLToPath(new URL("../../../bench/results/", import.meta.url));

export interface RunRecord {
  readonly startedAt: string;
  /** As it was typed. */
  readonly command: string;
  readonly machine: Machine;
  readonly stores: Readonly<Record<string, string>>;
  readonly transport: string;
}

/** A file of its own for every run. */
export function defaultPath(startedAt: string, what: string): string {
  return join(RESULTS, `${startedAt.replace(/[:.]/g, "-")}-${what}.json`);
}

/** @returns paths of what was written, the JSON first */
export function saveOutcomes(path: string, run: RunRecord, outcomes: readonly Outcome[]): string[] {
  const pictures = outcomes.flatMap(picturesOf);
  return saveAll(path, { ...run, outcomes }, pictures);
}

export interface NamedPicture {
  readonly name: string;
  readonly svg: string;
}

export function saveAll(path: string, document: object, pictures: readonly NamedPicture[]): string[] {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(document, undefined, 2)}\n`);
  const stem = join(dirname(path), basename(path, ".json"));
  const paths = pictures.map(({ name, svg }) => {
    const picture = `${stem}.${name.replace(/[^a-z0-9]+/gi, "-").toLowerCase()}.svg`;
    writeFileSync(picture, svg);
    return picture;
  });
  return [path, ...paths];
}

function picturesOf(outcome: Outcome): NamedPicture[] {
  const { scenario, latencies, figures } = outcome;
  const pictures: NamedPicture[] = [];
  if (latencies.length > 0) {
    const curves = latencies.map(({ name, curve }) => ({ label: name, points: curve }));
    pictures.push({
      name: `${scenario}-latency`,
      svg: curvePicture(`${scenario}: latency of each job`, curves),
    });
  }
  for (const unit of new Set(figures.map((figure) => figure.unit))) {
    const bars = figures
      .filter((figure) => figure.unit === unit)
      .map(({ name, median, min, max }) => ({ label: name, value: median, low: min, high: max, unit }));
    if (bars.length > 1)
      pictures.push({ name: `${scenario}-${unit}`, svg: barPicture(`${scenario}, ${unit}`, bars) });
  }
  return pictures;
}
