/**
 * Collects what is wrong with one decoded request, field by field, so that a caller learns of everything at
 * once. Decoders take a `Fields`, note violations on it and go on with a stand-in value; the service calls
 * `check()` before it uses any of it. Never throws on its own; knows nothing of gRPC. Absent, empty and zero are
 * one thing on the wire, so every reader says what absent means.
 */
import { invalid, type FieldViolation, type MusterError } from "../../core/errors.js";
import { parseId } from "../../core/job-id.js";
import { DEFAULT_NAMESPACE, expectName, expectNamespace, shown } from "../../core/validate.js";

/** No more are kept; the rest of a request is likely wrong in the same way. */
const VIOLATIONS_MAX = 50;

/** Longest free text of a request, in characters. */
const TEXT_MAX = 1_000;

export class Fields {
  private readonly violations: FieldViolation[] = [];

  bad(field: string, expected: string, got: string): void {
    if (this.violations.length < VIOLATIONS_MAX) this.violations.push({ field, expected, got });
  }

  /** What was collected, as an error; null when all is well. */
  error(code: "INVALID_REQUEST" | "INVALID_JOB"): MusterError | null {
    return this.violations.length === 0 ? null : invalid(code, this.violations);
  }

  /** @throws MusterError with every violation */
  check(code: "INVALID_REQUEST" | "INVALID_JOB" = "INVALID_REQUEST"): void {
    const error = this.error(code);
    if (error !== null) throw error;
  }

  /** Empty means `default`. */
  namespace(value: string | undefined): string {
    if (value === undefined || value === "") return DEFAULT_NAMESPACE;
    const expected = expectNamespace(value);
    if (expected !== null) this.bad("namespace", expected, shown(value));
    return value;
  }

  /** A name that must be there. */
  name(field: string, value: string | undefined): string {
    const given = value ?? "";
    const expected = expectName(given);
    if (expected !== null) this.bad(field, expected, shown(given));
    return given;
  }

  /** A name that may be absent. */
  optionalName(field: string, value: string | undefined): string | null {
    return value === undefined || value === "" ? null : this.name(field, value);
  }

  /** A job or graph id in the form Muster gives out, in lower case. Whether it exists is not decided here. */
  publicId(field: string, value: string | undefined): string {
    const given = value ?? "";
    if (parseId(given) === null) this.bad(field, "an id that Muster gave out", shown(given));
    return given.toLowerCase();
  }

  optionalPublicId(field: string, value: string | undefined): string | null {
    return value === undefined || value === "" ? null : this.publicId(field, value);
  }

  /** Free text up to 1,000 characters, without NUL, which Postgres does not store. */
  text(field: string, value: string | undefined): string {
    const given = value ?? "";
    if (given.length > TEXT_MAX)
      this.bad(field, `up to ${TEXT_MAX} characters`, `${given.length} characters`);
    else this.noNul(field, given);
    return given;
  }

  /** Notes text with NUL characters, which Postgres does not store. */
  noNul(field: string, value: string): void {
    if (value.includes("\0")) this.bad(field, "text without NUL characters", shown(value));
  }

  /** 1..1000; absent and 0 mean 100. */
  pageSize(value: number | undefined): number {
    if (value === undefined || value === 0) return 100;
    if (!Number.isSafeInteger(value) || value < 1 || value > 1_000)
      this.bad("page_size", "1 to 1000", String(value));
    return value;
  }

  /** Opaque here; null for the first page. */
  pageToken(value: string | undefined): string | null {
    const token = this.text("page_token", value);
    return token === "" ? null : token;
  }

  /** @returns the map as an own-property record, whatever its keys are called; null when absent or empty */
  textMap(field: string, value: Readonly<Record<string, string>> | undefined): Record<string, string> | null {
    const entries = Object.entries(value ?? {});
    if (entries.length === 0) return null;
    for (const [key, text] of entries) {
      this.noNul(`${field} key`, key);
      this.noNul(`${field}[${key.slice(0, 60)}]`, text);
    }
    return Object.fromEntries(entries);
  }
}
