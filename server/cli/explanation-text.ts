/** How the answer of `muster explain` is shown to people: a table of blockers, and what each stands on. Pure. */
import type { BlockerView, ExplanationView } from "../../worker-sdk/typescript/index.js";
import { fieldsText, tableText } from "./output.js";
import { ageText } from "./views.js";

const HEAD = ["#", "BLOCKER", "SINCE", "UNTIL", "WHY"];
const CHAIN_HEAD = ["JOB", "NAME", "STATE", "WORKER", "SINCE", "WHY"];

export function explanationText(explanation: ExplanationView, nowMs: number): string {
  const { jobId, key, type, queue, state, blockers, moreParents } = explanation;
  const rows = blockers.map((blocker, at) => [
    String(at + 1),
    blocker.reason,
    ageText(blocker.since, nowMs),
    blocker.until?.toISOString() ?? "",
    blocker.summary,
  ]);
  const parts = [
    fieldsText([
      ["job", jobId],
      ["key", key],
      ["type", type],
      ["queue", queue],
      ["state", state],
    ]),
    tableText(HEAD, rows),
  ];
  if (moreParents > 0) parts.push(`and ${moreParents} more open parents, none of them worse`);
  for (const [at, blocker] of blockers.entries()) parts.push(...detailText(at + 1, blocker, nowMs));
  parts.push(
    tableText(
      ["#", "WHAT RESOLVES IT"],
      blockers.map((blocker, at) => [String(at + 1), blocker.resolution]),
    ),
  );
  return parts.join("\n\n");
}

function detailText(number: number, { detail }: BlockerView, nowMs: number): string[] {
  if (detail?.kind === "slots" && detail.estimate !== undefined) {
    const { basis, lateMs } = detail.estimate;
    return [`${number}: ${basis}; late: ${Math.round(lateMs / 100) / 10} s`];
  }
  if ((detail?.kind !== "parent" && detail?.kind !== "ended") || detail.chain.length < 2) return [];
  const { chain, leftOut } = detail;
  const rows = chain.map((step) => [
    step.jobId,
    step.key === "" ? step.type : step.key,
    step.state,
    step.workerId,
    ageText(step.since, nowMs),
    step.summary,
  ]);
  const cut = detail.kind === "parent" && detail.cut ? ", which goes on above what was read" : "";
  const middle = leftOut > 0 ? `, without ${leftOut} in the middle` : "";
  return [`${number}: the chain to its root${middle}${cut}\n${tableText(CHAIN_HEAD, rows)}`];
}
