/** What the doctor found, as the client hands it out. Pure reading of the contract's messages. */
import type { DiagnoseResponse__Output } from "../../../proto/gen/muster/admin/v1/DiagnoseResponse.js";
import { fromDuration, fromTimestamp } from "../times.js";

export type Severity = "ok" | "warn" | "fail" | "unknown";

export interface FindingView {
  /** A stable word; see docs/runbooks/doctor.md. */
  readonly name: string;
  readonly severity: Severity;
  readonly summary: string;
  /** Empty when nothing is wrong. */
  readonly repair: string;
  /** What it stands on, the first ones. */
  readonly rows: readonly string[];
}

export interface DiagnosisView {
  /** Who looked. */
  readonly serverId: string;
  readonly at: Date | undefined;
  readonly tookMs: number;
  readonly worst: Severity;
  /** Every check, those in order too. */
  readonly findings: readonly FindingView[];
}

export function toDiagnosisView(response: DiagnoseResponse__Output): DiagnosisView {
  return {
    serverId: response.serverId ?? "",
    at: fromTimestamp(response.at),
    tookMs: fromDuration(response.took),
    worst: severityOf(response.worst),
    findings: (response.findings ?? []).map((finding) => ({
      name: finding.name ?? "",
      severity: severityOf(finding.severity),
      summary: finding.summary ?? "",
      repair: finding.repair ?? "",
      rows: finding.rows ?? [],
    })),
  };
}

function severityOf(wire: string | number | undefined): Severity {
  const word = String(wire ?? "")
    .replace("SEVERITY_", "")
    .toLowerCase();
  return word === "ok" || word === "warn" || word === "fail" ? word : "unknown";
}
