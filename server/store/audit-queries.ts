/**
 * The audit statements with the rules they watch over, in the order of `core/audit-rules.ts`. A statement reads only
 * and returns the rows that break its rule; it has no limit of its own. Run by the doctor and by the tests.
 */
import { AUDIT_NAMES, AUDIT_RULES, type AuditName } from "../core/audit-rules.js";
import { sqlFile } from "./sql-file.js";

export interface AuditQuery {
  readonly name: AuditName;
  readonly rule: string;
  /** Without a limit. */
  readonly text: string;
  /** Takes `$1`: ms after which the loss of a session must have been noticed. */
  readonly takesRescueMs: boolean;
}

export function auditQueries(): readonly AuditQuery[] {
  return AUDIT_NAMES.map((name) => {
    const text = sqlFile(`audit/${name}`).trimEnd();
    return { name, rule: AUDIT_RULES[name].rule, text, takesRescueMs: text.includes("$1") };
  });
}
