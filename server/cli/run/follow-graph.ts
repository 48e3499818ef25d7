/**
 * Follows a graph to its end and shows how far it is: a bar that is redrawn on a terminal, a line a second
 * elsewhere. Progress goes to standard error, so that standard output holds the result alone.
 */
import type { Client, GraphView } from "../../../worker-sdk/typescript/index.js";
import { CliError, EXIT } from "../exit-codes.js";
import { doneOf, progressBar, progressLine, ProgressRate, type ProgressView } from "./progress.js";

const REDRAW_MS = 100;
const LINE_MS = 1000;
/** A terminal may say 0 or nothing. */
const COLUMNS_DEFAULT = 80;
const CLEAR_LINE = "\r\u001b[K";

export interface FollowOptions {
  /** Ends the following, not the graph. */
  readonly signal: AbortSignal;
  /** Gets every change instead of the progress display. */
  readonly onChange?: (graph: GraphView) => void;
  /** No progress at all. */
  readonly quiet?: boolean;
}

/**
 * @returns the graph when every job of it has ended
 * @throws AbortError when `signal` aborts, MusterClientError when there is no such graph
 */
export async function followGraph(
  client: Client,
  graphId: string,
  options: FollowOptions,
): Promise<GraphView> {
  using display = options.onChange === undefined && options.quiet !== true ? new ProgressDisplay() : null;
  let last: GraphView | undefined;
  for await (const graph of client.watchGraph(graphId, { signal: options.signal })) {
    last = graph;
    options.onChange?.(graph);
    display?.show(graph);
  }
  if (last === undefined)
    throw new CliError(EXIT.unexpected, `graph ${graphId}: expected its counts, got none`);
  return last;
}

class ProgressDisplay implements Disposable {
  readonly #stream = process.stderr;
  readonly #startedMonoMs = performance.now();
  readonly #rate = new ProgressRate();
  readonly #ticker: NodeJS.Timeout;
  #graph: GraphView | undefined;
  #shownMonoMs = Number.NEGATIVE_INFINITY;
  #shown = "";

  constructor() {
    this.#rate.add(this.#startedMonoMs, 0);
    // The time left changes even when the graph does not.
    this.#ticker = setInterval(() => this.#draw(), LINE_MS);
    this.#ticker.unref();
  }

  show(graph: GraphView): void {
    this.#graph = graph;
    this.#rate.add(performance.now(), doneOf(graph.counts));
    this.#draw();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#ticker);
    if (this.#stream.isTTY && this.#shown !== "") this.#stream.write("\n");
  }

  #draw(): void {
    const graph = this.#graph;
    if (graph === undefined) return;
    const monoMs = performance.now();
    const isLast = doneOf(graph.counts) >= graph.jobCount;
    if (!isLast && monoMs - this.#shownMonoMs < (this.#stream.isTTY ? REDRAW_MS : LINE_MS)) return;
    const text = this.#textOf(graph, monoMs);
    if (text === this.#shown) return;
    this.#shownMonoMs = monoMs;
    this.#shown = text;
    this.#stream.write(this.#stream.isTTY ? `${CLEAR_LINE}${text}` : `${text}\n`);
  }

  #textOf(graph: GraphView, monoMs: number): string {
    const view: ProgressView = {
      name: graph.name,
      total: graph.jobCount,
      counts: graph.counts,
      elapsedSeconds: (monoMs - this.#startedMonoMs) / 1000,
      etaSeconds: this.#rate.etaSeconds(graph.jobCount),
    };
    return this.#stream.isTTY
      ? progressBar(view, this.#stream.columns || COLUMNS_DEFAULT)
      : progressLine(view);
  }
}
