/** How the findings of `muster doctor` are shown to people: what is wrong first, then what repairs it. Pure. */
import { tableText } from "./output.js";

export interface Doctored {
  readonly serverId: string;
  readonly at: Date | undefined;
  readonly tookMs: number;
  readonly worst: string;
  readonly findings: readonly {
    readonly name: string;
    readonly severity: string;
    readonly summary: string;
    readonly repair: string;
    readonly rows: readonly string[];
  }[];
}

const HEAD = ["SEVERITY", "FINDING", "WHAT"];
const WORST_FIRST = ["fail", "warn", "unknown", "ok"];

export function diagnosisText({ findings }: Doctored, all: boolean): string {
  const sorted = findings.toSorted(
    (a, b) => WORST_FIRST.indexOf(a.severity) - WORST_FIRST.indexOf(b.severity),
  );
  const wrong = sorted.filter((finding) => finding.severity !== "ok");
  const shown = all ? sorted : wrong;
  const parts: string[] = [];
  if (shown.length > 0) {
    parts.push(
      tableText(
        HEAD,
        shown.map(({ severity, name, summary }) => [severity, name, summary]),
      ),
    );
  }
  for (const { name, repair, rows } of wrong) {
    parts.push([`${name}: ${repair}`, ...rows.map((row) => `  ${row}`)].join("\n"));
  }
  const counts = ["fail", "warn", "ok"].map(
    (severity) => `${findings.filter((finding) => finding.severity === severity).length} ${severity}`,
  );
  return [...parts, counts.join(", ")].join("\n\n");
}
