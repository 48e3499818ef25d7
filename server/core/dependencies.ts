/**
 * What the `depends_on` entries of a submission mean: first a key of the same submission, else the public id of a
 * job submitted earlier, else a violation. Doubles are dropped silently. Also finds keys and idempotency keys that
 * are used twice. Called by submission.ts.
 */
import { parseId, type DecodedId } from "./job-id.js";
import type { JobInput } from "./operations.js";
import { shown } from "./validate.js";
import type { Violations } from "./violations.js";

/** A job submitted earlier that others here depend on. Whether it exists is for the store to say. */
export interface EarlierParent extends DecodedId {
  /** As it was first written. */
  readonly publicId: string;
  /** Where it is named, as field paths. For the violation when it does not exist. */
  readonly fields: readonly string[];
  /** Indexes in the input of the jobs that depend on it, each once. */
  readonly dependents: readonly number[];
}

export interface Dependencies {
  /** For each job of the input the indexes of its parents in the input, each once. */
  readonly siblings: readonly (readonly number[])[];
  /** For each job of the input the internal ids of its earlier parents, each once. */
  readonly earlier: readonly (readonly number[])[];
  /** Distinct; in the order in which they are first named. */
  readonly earlierParents: readonly EarlierParent[];
}

const NONE: readonly number[] = [];

interface EarlierDraft extends DecodedId {
  readonly publicId: string;
  readonly fields: string[];
  readonly dependents: number[];
}

/** @param dependenciesMax most entries of one job */
export function resolveDependencies(
  jobs: readonly JobInput[],
  dependenciesMax: number,
  violations: Violations,
): Dependencies {
  const indexOfKey = indexKeys(jobs, violations);
  const lastNamedBy = new Int32Array(jobs.length).fill(-1);
  const drafts = new Map<string, EarlierDraft>();
  const siblings: (readonly number[])[] = [];
  const earlier: (readonly number[])[] = [];
  for (const [index, job] of jobs.entries()) {
    const entries = job.dependsOn ?? [];
    const own = { siblings: [] as number[], earlier: new Set<number>() };
    if (entries.length > dependenciesMax) {
      const expected = `at most ${dependenciesMax} entries`;
      violations.add("INVALID_JOB", `jobs[${index}].depends_on`, expected, `${entries.length}`);
    } else {
      for (const [at, entry] of entries.entries()) {
        const parent = indexOfKey.get(entry);
        if (parent === undefined) {
          const field = `jobs[${index}].depends_on[${at}]`;
          const id = nameEarlier(drafts, entry, field, index, violations);
          if (id !== null) own.earlier.add(id);
        } else if (parent === index) {
          violations.add(
            "CYCLE",
            `jobs[${index}].depends_on[${at}]`,
            "another job than itself",
            shown(entry),
          );
        } else if (lastNamedBy[parent] !== index) {
          lastNamedBy[parent] = index;
          own.siblings.push(parent);
        }
      }
    }
    siblings.push(own.siblings.length === 0 ? NONE : own.siblings);
    earlier.push(own.earlier.size === 0 ? NONE : [...own.earlier]);
  }
  return { siblings, earlier, earlierParents: [...drafts.values()] };
}

/** @returns the internal id, or null after adding a violation */
function nameEarlier(
  drafts: Map<string, EarlierDraft>,
  entry: string,
  field: string,
  index: number,
  violations: Violations,
): number | null {
  const name = entry.toLowerCase();
  const known = drafts.get(name);
  if (known !== undefined) {
    known.fields.push(field);
    if (known.dependents.at(-1) !== index) known.dependents.push(index);
    return known.id;
  }
  const decoded = parseId(entry);
  if (decoded === null) {
    violations.add("INVALID_JOB", field, "a key of this submission or a job id", shown(entry));
    return null;
  }
  drafts.set(name, { ...decoded, publicId: entry, fields: [field], dependents: [index] });
  return decoded.id;
}

function indexKeys(jobs: readonly JobInput[], violations: Violations): Map<string, number> {
  const indexOfKey = new Map<string, number>();
  const indexOfIdempotencyKey = new Map<string, number>();
  const unique = (
    seen: Map<string, number>,
    value: string | undefined,
    field: string,
    index: number,
  ): void => {
    if (value === undefined) return;
    const first = seen.get(value);
    if (first === undefined) seen.set(value, index);
    else {
      const got = `${shown(value)}, as in jobs[${first}]`;
      violations.add("INVALID_JOB", `jobs[${index}].${field}`, "a value used once in this submission", got);
    }
  };
  for (const [index, job] of jobs.entries()) {
    unique(indexOfKey, job.key, "key", index);
    unique(indexOfIdempotencyKey, job.idempotencyKey, "idempotency_key", index);
  }
  return indexOfKey;
}
