/** How dead letters, their groups and redrives are shown: as rows of a table and as one line. Pure. */
import type { DeadLetterGroup, DeadLetterView, RedriveView } from "../../worker-sdk/typescript/index.js";
import { ageText } from "./views.js";

const MESSAGE_LENGTH = 60;

export const LETTER_HEAD = [
  "ID",
  "TYPE",
  "QUEUE",
  "REASON",
  "ATTEMPTS",
  "DIED",
  "FINGERPRINT",
  "TOOK DOWN",
  "ERROR",
];

export function letterRow(letter: DeadLetterView, nowMs: number): string[] {
  return [
    letter.jobId,
    letter.type,
    letter.queue,
    letter.reason,
    String(letter.attempts),
    ageText(letter.diedAt, nowMs),
    letter.fingerprint,
    letter.lostWorkers.join(","),
    errorText(letter),
  ];
}

export const GROUP_HEAD = ["FINGERPRINT", "COUNT", "FIRST", "LAST", "TYPES", "SAMPLE", "ERROR"];

export function groupRow(group: DeadLetterGroup, nowMs: number): string[] {
  return [
    group.fingerprint,
    String(group.count),
    ageText(group.firstDiedAt, nowMs),
    ageText(group.lastDiedAt, nowMs),
    group.types.join(","),
    group.sampleJobId,
    errorText(group),
  ];
}

export const REDRIVE_HEAD = [
  "ID",
  "STATE",
  "RETRIED",
  "OF",
  "REFUSED",
  "CANARIES",
  "RATE",
  "STARTED",
  "REASON",
];

export function redriveRow(redrive: RedriveView, nowMs: number): string[] {
  return [
    redrive.id,
    redrive.state,
    String(redrive.retried),
    String(redrive.total),
    String(redrive.refused),
    `${redrive.canariesSucceeded}/${redrive.canaryJobIds.length}`,
    `${redrive.perSecond}/s`,
    ageText(redrive.createdAt, nowMs),
    redrive.stateReason,
  ];
}

export function redriveText(redrive: RedriveView): string {
  const why = redrive.stateReason === "" ? "" : ` (${redrive.stateReason})`;
  const canaries = `${redrive.canariesSucceeded} of ${redrive.canaryJobIds.length} canaries succeeded`;
  const refused = redrive.refused === 0 ? "" : `, ${redrive.refused} refused`;
  return `redrive ${redrive.id}: ${redrive.state}${why}, ${canaries}, ${redrive.retried} of ${redrive.total} retried${refused}`;
}

function errorText({ errorType, message }: { readonly errorType: string; readonly message: string }): string {
  const text = message === "" ? errorType : `${errorType}: ${message}`;
  return text.length > MESSAGE_LENGTH ? `${text.slice(0, MESSAGE_LENGTH)}...` : text;
}
