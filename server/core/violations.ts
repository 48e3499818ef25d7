/**
 * Collects what is wrong with a submission, so that one answer names all of it. Keeps the first violations and
 * counts the rest: a hostile batch must not cost memory. Decides which error code the whole has.
 */
import { invalid, VIOLATIONS_MAX, type FieldViolation, type MusterError } from "./errors.js";
import { shown } from "./validate.js";

export type ViolationCode = "INVALID_REQUEST" | "INVALID_JOB" | "CYCLE" | "PAYLOAD_TOO_LARGE";

/** From the one that outweighs the others: trying with a smaller payload does not help a job that is wrong. */
const WEIGHT: readonly ViolationCode[] = ["INVALID_JOB", "INVALID_REQUEST", "CYCLE", "PAYLOAD_TOO_LARGE"];

export class Violations {
  readonly #kept: FieldViolation[] = [];
  readonly #codes = new Set<ViolationCode>();
  #total = 0;

  /** `got` as it should be read: quote texts with `shown`. */
  add(code: ViolationCode, field: string, expected: string, got: string): void {
    this.#total++;
    this.#codes.add(code);
    if (this.#kept.length < VIOLATIONS_MAX) this.#kept.push({ field, expected, got });
  }

  /** For the checks that return what they expected, or null: adds the violation and says whether it was fine. */
  check(code: ViolationCode, field: string, expected: string | null, got: string): boolean {
    if (expected !== null) this.add(code, field, expected, shown(got));
    return expected === null;
  }

  /** Null when nothing was added. */
  toError(): MusterError | null {
    const code = WEIGHT.find((candidate) => this.#codes.has(candidate));
    return code === undefined ? null : invalid(code, this.#kept, this.#total);
  }
}
