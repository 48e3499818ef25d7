/**
 * How a hint is written in Redis: member `<job id, 16 digits>|<type>`, score `readyUs`. The zeros make Redis order
 * equal scores by job id. Ids and microseconds stay below 2^53, which a score holds exactly. Names hold no white
 * space (core/validate.ts), so lists of members travel to the scripts as one text.
 */
import type { ReadyHint } from "../../core/ports.js";
import type { Level } from "../../core/priority.js";

const ID_DIGITS = 16;
const BAR = "|".charCodeAt(0);

export function memberOf(job: { readonly jobId: number; readonly type: string }): string {
  return `${String(job.jobId).padStart(ID_DIGITS, "0")}|${job.type}`;
}

/** `readyUs member readyUs member ...`, the form in which scripts take hints. */
export function packHints(hints: readonly ReadyHint[]): string {
  return hints.map((hint) => `${Math.round(hint.readyUs)} ${memberOf(hint)}`).join(" ");
}

/** Reads `member, score, member, score ...`. Members that we did not write are left out and counted. */
export function unpackHints(flat: readonly string[], level: Level, onForeign: () => void): ReadyHint[] {
  const hints: ReadyHint[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const member = flat[i] ?? "";
    const jobId = Number(member.slice(0, ID_DIGITS));
    const score = Number(flat[i + 1]);
    const isOurs = member.charCodeAt(ID_DIGITS) === BAR && member.length > ID_DIGITS + 1 && jobId > 0;
    if (isOurs) {
      // A score that we did not write: the job may still be ready, and Postgres knows since when.
      const readyUs = Number.isFinite(score) ? score : 0;
      hints.push({ jobId, type: member.slice(ID_DIGITS + 1), level, readyUs });
    } else {
      onForeign();
    }
  }
  return hints;
}
