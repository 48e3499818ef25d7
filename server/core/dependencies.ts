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
  const names = new Names(jobs.length, indexKeys(jobs, violations), violations);
  const siblings: (readonly number[])[] = [];
  const earlier: (readonly number[])[] = [];
  for (const [index, job] of jobs.entries()) {
    const entries = job.dependsOn ?? [];
    const tooMany = entries.length > dependenciesMax;
    if (tooMany) {
      const expected = `at most ${dependenciesMax} entries`;
      violations.add("INVALID_JOB", `jobs[${index}].depends_on`, expected, `${entries.length}`);
    }
    const parents = entries.length === 0 || tooMany ? NO_PARENTS : names.parentsOf(index, entries);
    siblings.push(parents.siblings);
    earlier.push(parents.earlier);
  }
  return { siblings, earlier, earlierParents: names.earlierParents() };
}

interface Parents {
  readonly siblings: readonly number[];
  readonly earlier: readonly number[];
}

const NO_PARENTS: Parents = { siblings: [], earlier: [] };

/** What the names in one submission stand for. Remembers the earlier jobs that were named. */
class Names {
  readonly #indexOfKey: ReadonlyMap<string, number>;
  readonly #violations: Violations;
  /** For each job the job that named it last: drops doubles without a set for every job. */
  readonly #lastNamedBy: Int32Array;
  readonly #earlier = new Map<string, EarlierDraft>();

  constructor(jobCount: number, indexOfKey: ReadonlyMap<string, number>, violations: Violations) {
    this.#indexOfKey = indexOfKey;
    this.#lastNamedBy = new Int32Array(jobCount).fill(-1);
    this.#violations = violations;
  }

  earlierParents(): EarlierParent[] {
    return [...this.#earlier.values()];
  }

  parentsOf(index: number, entries: readonly string[]): Parents {
    const siblings: number[] = [];
    const earlier = new Set<number>();
    for (const [at, entry] of entries.entries()) {
      const sibling = this.#indexOfKey.get(entry);
      if (sibling === index) {
        const field = `jobs[${index}].depends_on[${at}]`;
        this.#violations.add("CYCLE", field, "another job than itself", shown(entry));
      } else if (sibling !== undefined) {
        if (this.#lastNamedBy[sibling] !== index) siblings.push(sibling);
        this.#lastNamedBy[sibling] = index;
      } else {
        const id = this.#earlierId(index, at, entry);
        if (id !== null) earlier.add(id);
      }
    }
    return { siblings, earlier: [...earlier] };
  }

  /** Null after adding a violation. */
  #earlierId(index: number, at: number, entry: string): number | null {
    const name = entry.toLowerCase();
    const field = `jobs[${index}].depends_on[${at}]`;
    const known = this.#earlier.get(name);
    if (known !== undefined) {
      known.fields.push(field);
      if (known.dependents.at(-1) !== index) known.dependents.push(index);
      return known.id;
    }
    const decoded = parseId(entry);
    if (decoded === null) {
      this.#violations.add("INVALID_JOB", field, "a key of this submission or a job id", shown(entry));
      return null;
    }
    this.#earlier.set(name, { ...decoded, publicId: entry, fields: [field], dependents: [index] });
    return decoded.id;
  }
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
