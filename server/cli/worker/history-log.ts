/**
 * A worker's own account of what happened, as JSON lines: session (the server confirmed one) and, for each job, recv
 * (the assignment came), start and end (of the handler), ack (the server settled the result). Checked against the
 * database afterwards by whoever doubts.
 * Each line is one write to a file opened for appending, so several workers may share it and a killed one leaves
 * no half line of another.
 */
import { closeSync, openSync, writeSync } from "node:fs";

export type HistoryEvent = SessionEvent | JobEvent;

interface SessionEvent {
  readonly event: "session";
  readonly sessionId: string;
  readonly resumed: boolean;
}

interface JobEvent {
  readonly event: "recv" | "start" | "end" | "ack";
  readonly jobId: string;
  readonly attempt: number;
  readonly leaseEpoch: number;
  /** Of `end`: succeeded, failed or aborted. Of `ack`: what the server said, e.g. committed or stale. */
  readonly outcome?: string;
  /** Of `recv`: of the payload's bytes, in hexadecimal; of nothing when there is no payload. */
  readonly payloadSha256?: string;
  /** Of `ack`: a failure that gets another attempt. */
  readonly willRetry?: boolean;
}

export class HistoryLog implements Disposable {
  readonly #file: number;
  readonly #workerId: string;

  /** @throws Error when the file cannot be opened */
  constructor(path: string, workerId: string) {
    this.#file = openSync(path, "a");
    this.#workerId = workerId;
  }

  write(event: HistoryEvent): void {
    const line = {
      atMs: performance.timeOrigin + performance.now(),
      workerId: this.#workerId,
      pid: process.pid,
      ...event,
    };
    writeSync(this.#file, `${JSON.stringify(line)}\n`);
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}
