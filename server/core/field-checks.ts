/**
 * Checks of single values that more than one part of a submission has: maps, numbers, durations, idempotency keys.
 * Each adds what is wrong to the violations and returns the value in the form in which it is kept. Called by
 * job-fields.ts and submission.ts only.
 */
import { expectStorable, storableBytes } from "./storable-text.js";
import { shown } from "./validate.js";
import type { Violations } from "./violations.js";

export type FieldCode = "INVALID_JOB" | "INVALID_REQUEST";

/** Both ends belong to it. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

export function whole(value: number, path: string, { min, max }: Bounds, violations: Violations): number {
  if (!Number.isInteger(value) || value < min || value > max) {
    violations.add("INVALID_JOB", path, `a whole number from ${min} to ${max}`, `${value}`);
  }
  return value;
}

/** A length of time in ms; parts of a millisecond count as a whole one. */
export function duration(
  valueMs: number,
  path: string,
  { min, max }: Bounds,
  violations: Violations,
  code: FieldCode = "INVALID_JOB",
): number {
  if (!(valueMs >= min && valueMs <= max)) {
    violations.add(code, path, `${min} ms to ${max} ms`, `${valueMs} ms`);
  }
  return Math.ceil(valueMs);
}

export function checkIdempotencyKey(
  key: string | null,
  { code, path, charactersMax }: { code: FieldCode; path: string; charactersMax: number },
  violations: Violations,
): void {
  if (key === null) return;
  const fits = key.length >= 1 && key.length <= charactersMax && storableBytes(key) !== null;
  const expected = `1 to ${charactersMax} characters without NUL and lone surrogates`;
  violations.check(code, path, fits ? null : expected, key);
}

export interface MapRule {
  readonly code: FieldCode;
  readonly path: string;
  readonly countMax: number;
  /** Of each name, and of each value. */
  readonly bytesMax: number;
}

/** Null when there is nothing to keep. Every violation's path names the entry. */
export function checkMap(
  map: Readonly<Record<string, string>> | null,
  { code, path, countMax, bytesMax }: MapRule,
  violations: Violations,
): Readonly<Record<string, string>> | null {
  const entries = map === null ? [] : Object.entries(map);
  if (entries.length === 0) return null;
  if (entries.length > countMax) {
    violations.add(code, path, `at most ${countMax} entries`, `${entries.length}`);
    return map;
  }
  for (const [name, value] of entries) {
    const wrongName = name === "" ? "not empty" : expectStorable(name, bytesMax);
    const expectedName = wrongName === null ? null : `every name ${wrongName}`;
    if (!violations.check(code, path, expectedName, name)) continue;
    violations.check(code, `${path}[${shown(name)}]`, expectStorable(value, bytesMax), value);
  }
  return map;
}
