/**
 * When writers flush: the first item of a loop turn goes out at the end of the current callback, everything that
 * follows in the same turn is collected until the poll phase is over. So a quiet stream adds no delay and a busy
 * one sends large frames, without timers. One instance serves all streams of a process.
 */
export interface Flushable {
  /** Owned by FlushTurn. */
  flushState: FlushState;
  flush(): void;
}

export type FlushState = "idle" | "this_callback" | "flushed" | "this_turn";

export class FlushTurn {
  #turn: Flushable[] = [];

  /** Something is waiting in `writer`; calling it again before the flush does nothing. */
  request(writer: Flushable): void {
    if (writer.flushState === "idle") {
      writer.flushState = "this_callback";
      process.nextTick(this.#early, writer);
    } else if (writer.flushState === "flushed") {
      writer.flushState = "this_turn";
    }
  }

  readonly #early = (writer: Flushable): void => {
    writer.flushState = "flushed";
    if (this.#turn.push(writer) === 1) setImmediate(this.#late);
    writer.flush();
  };

  readonly #late = (): void => {
    const turn = this.#turn;
    this.#turn = [];
    for (const writer of turn) {
      const isWaiting = writer.flushState === "this_turn";
      writer.flushState = "idle";
      if (isWaiting) writer.flush();
    }
  };
}
