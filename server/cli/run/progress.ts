/**
 * How far a graph is and when it will be done. `ProgressRate` learns the completion rate from what it is shown, the
 * two functions render one line of it: a bar for a terminal, plain words for everything else. Pure; time comes in
 * as an argument (a monotonic clock in ms), and follow-graph.ts writes the lines.
 */
import type { Counts } from "./report.js";

const WINDOW_MS = 10_000;
const BAR_WIDTH_MIN = 10;
const BAR_WIDTH_MAX = 40;

interface Sample {
  readonly monoMs: number;
  readonly done: number;
}

/** Completions a second over the last ten seconds. Old samples are forgotten, so it follows the graph's phases. */
export class ProgressRate {
  readonly #samples: Sample[] = [];

  add(monoMs: number, done: number): void {
    this.#samples.push({ monoMs, done });
    // One sample older than the window stays, so that the window is always covered.
    while (this.#samples.length > 2 && (this.#samples[1]?.monoMs ?? 0) <= monoMs - WINDOW_MS)
      this.#samples.shift();
  }

  /** Null until something has been completed in the window. */
  etaSeconds(total: number): number | null {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined) return null;
    if (last.done >= total) return 0;
    const doneInWindow = last.done - first.done;
    const windowMs = last.monoMs - first.monoMs;
    if (doneInWindow <= 0 || windowMs <= 0) return null;
    return ((total - last.done) * windowMs) / doneInWindow / 1000;
  }
}

export interface ProgressView {
  readonly name: string;
  readonly total: number;
  readonly counts: Counts;
  readonly elapsedSeconds: number;
  readonly etaSeconds: number | null;
}

export function doneOf(counts: Counts): number {
  return counts.succeeded + counts.dead + counts.cancelled;
}

/** `[=====>    ]  52 % 905/1738  32 running  ETA 0:42`, never wider than `columns`. */
export function progressBar(view: ProgressView, columns: number): string {
  const done = doneOf(view.counts);
  const share = view.total === 0 ? 1 : done / view.total;
  const tail = ` ${percent(share).padStart(5)} ${done}/${view.total}${statesTail(view.counts)}  ${timeTail(view)}`;
  const width = Math.min(BAR_WIDTH_MAX, columns - tail.length - 3);
  if (width < BAR_WIDTH_MIN) return tail.trimStart().slice(0, Math.max(0, columns - 1));
  const filled = Math.floor(share * width);
  const head = filled < width ? ">" : "";
  return `[${"=".repeat(filled)}${head}${" ".repeat(width - filled - head.length)}]${tail}`;
}

/** The same in words: `montage: 905 of 1738 done (52 %), 32 running, ETA 0:42`. */
export function progressLine(view: ProgressView): string {
  const done = doneOf(view.counts);
  const share = view.total === 0 ? 1 : done / view.total;
  const states = statesTail(view.counts).trim().replaceAll("  ", ", ");
  const rest = [states, timeTail(view)].filter((part) => part !== "").join(", ");
  return `${view.name}: ${done} of ${view.total} done (${percent(share)}), ${rest}`;
}

/** 62 is 1:02, 3662 is 1:01:02. */
export function clockText(totalSeconds: number): string {
  const whole = Math.ceil(totalSeconds);
  const parts = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, "0"))).join(":");
}

/** Rounded down: 100 % means that everything is done. */
function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}

function statesTail(counts: Counts): string {
  const open = (["running", "ready", "scheduled", "dead", "cancelled"] as const).filter(
    (state) => counts[state] > 0,
  );
  return open.map((state) => `  ${counts[state]} ${state}`).join("");
}

function timeTail(view: ProgressView): string {
  if (doneOf(view.counts) >= view.total) return `in ${clockText(view.elapsedSeconds)}`;
  return view.etaSeconds === null ? `ETA unknown` : `ETA ${clockText(view.etaSeconds)}`;
}
