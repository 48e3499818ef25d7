/**
 * Shows something again and again until the person has seen enough (`--watch`): redrawn in place on a terminal,
 * printed anew when it has changed elsewhere. Used by the lists, which have no stream of their own.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { onInterrupt } from "./interrupt.js";
import { printJsonLine, printLine } from "./output.js";

const CLEAR_SCREEN = "\u001b[H\u001b[2J";

export interface Shown {
  /** Made only when it is printed. */
  readonly text: () => string;
  readonly json: unknown;
}

export interface WatchOptions {
  readonly json: boolean;
  readonly intervalMs: number;
}

/** Ends without an error when interrupted. */
export async function watchText(look: () => Promise<Shown>, options: WatchOptions): Promise<void> {
  using interrupt = onInterrupt();
  const redraws = process.stdout.isTTY && !options.json;
  let before: string | undefined;
  while (!interrupt.signal.aborted) {
    const shown = await look();
    const mark = JSON.stringify(shown.json);
    if (redraws) printLine(`${CLEAR_SCREEN}${shown.text()}`);
    else if (mark !== before) printChange(shown, options.json, before === undefined);
    before = mark;
    await sleep(options.intervalMs, undefined, { signal: interrupt.signal }).catch(() => undefined);
  }
}

function printChange(shown: Shown, json: boolean, isFirst: boolean): void {
  if (json) return printJsonLine(shown.json);
  printLine(isFirst ? shown.text() : `\n${shown.text()}`);
}
