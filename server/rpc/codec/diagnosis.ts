/** What the doctor found, as the admin service shows it. Encodes only. */
import type { DiagnoseResponse } from "../../../proto/gen/muster/admin/v1/DiagnoseResponse.js";
import type { Severity as WireSeverity } from "../../../proto/gen/muster/admin/v1/Severity.js";
import type { Severity } from "../../core/findings.js";
import type { Diagnosis } from "../../core/operations.js";
import { encodeDuration, encodeTimestamp } from "./time.js";

const SEVERITY = {
  ok: "SEVERITY_OK",
  warn: "SEVERITY_WARN",
  fail: "SEVERITY_FAIL",
} as const satisfies Record<Severity, WireSeverity>;

export function encodeDiagnosis({ serverId, at, tookMs, worst, findings }: Diagnosis): DiagnoseResponse {
  return {
    serverId,
    at: encodeTimestamp(at),
    took: encodeDuration(tookMs),
    worst: SEVERITY[worst],
    findings: findings.map(({ name, severity, summary, repair, rows }) => ({
      name,
      severity: SEVERITY[severity],
      summary,
      repair,
      rows: [...rows],
    })),
  } satisfies DiagnoseResponse;
}
