/**
 * How much of a worker's work one stream may have in hand. Above the bounds it stops reading the call, so that
 * HTTP/2 flow control stops the worker; below half of them it reads again. So a worker that floods the server
 * waits, and a store that is slow costs a bounded amount of memory. Owned by inbound.ts.
 */
import type { InboundBounds } from "./settings.js";
import type { WorkerCall } from "./writer.js";

export interface ReadGateParts {
  readonly call: WorkerCall;
  readonly bounds: InboundBounds;
  /** Acknowledgements that the worker has not read yet, so to speak: they count as results in hand. */
  readonly acksWaiting: () => number;
  readonly onPaused: () => void;
  readonly onResumed: () => void;
}

export class ReadGate {
  readonly #parts: ReadGateParts;
  #frames = 0;
  #results = 0;
  #bytes = 0;
  #isPaused = false;

  constructor(parts: ReadGateParts) {
    this.#parts = parts;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Nothing that the worker sent is still being worked on. */
  get isIdle(): boolean {
    return this.#frames === 0;
  }

  enter(results: number, bytes: number): void {
    this.#frames++;
    this.#results += results;
    this.#bytes += bytes;
  }

  leave(results: number, bytes: number): void {
    this.#frames--;
    this.#results -= results;
    this.#bytes -= bytes;
  }

  /** To be called after anything that entered. */
  pauseIfFull(): void {
    if (this.#isPaused || this.#isWithin(1)) return;
    this.#isPaused = true;
    this.#parts.call.pause();
    this.#parts.onPaused();
  }

  /** To be called after anything that left. */
  resumeIfFree(): void {
    if (!this.#isPaused || !this.#isWithin(0.5)) return;
    this.#isPaused = false;
    this.#parts.call.resume();
    this.#parts.onResumed();
  }

  #isWithin(share: number): boolean {
    const { bounds, acksWaiting } = this.#parts;
    return (
      this.#frames <= bounds.pendingFramesMax * share &&
      this.#bytes <= bounds.pendingBytesMax * share &&
      this.#results + acksWaiting() <= bounds.pendingResultsMax * share
    );
  }
}
