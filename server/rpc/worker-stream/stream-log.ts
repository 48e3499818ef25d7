/**
 * Rare facts of one stream: the first of a kind is logged, all are counted, and the counts are logged once more
 * when the stream closes. So a worker that does something odd a thousand times a second costs two log lines.
 */
import type { Logger, LogFields } from "../../core/ports.js";

/** Which facts somebody should look at; the others are debug. */
const LEVELS = {
  "stream.unknown_frame": "debug", // a oneof member that this version does not know (R15)
  "stream.item_ignored": "debug", // an item of a progress or release batch that means nothing here
  "stream.heartbeats_coalesced": "debug",
  "stream.reading_paused": "debug", // the worker sends faster than its results are committed
  "stream.store_down": "debug", // a heartbeat, release or drain could not be recorded
  "stream.silent": "info", // no frame for three heartbeat intervals
  "stream.stalled": "info", // the worker does not read, or does not acknowledge
  "stream.peer_destroyed": "info",
  "stream.assignment_oversize": "warn", // over the frame limit even without its parents
  "stream.verdict_missing": "error", // the coordinator answered for other results than it was given
} as const satisfies Record<string, keyof Logger>;

type StreamFact = keyof typeof LEVELS;

export class StreamLog {
  readonly #logger: Logger;
  readonly #peer: string;
  #counts: Map<StreamFact, number> | null = null; // most streams never need it
  #workerId = "";

  constructor(logger: Logger, peer: string) {
    this.#logger = logger;
    this.#peer = peer;
  }

  identify(workerId: string): void {
    this.#workerId = workerId;
  }

  note(fact: StreamFact, fields: LogFields = {}): void {
    this.#counts ??= new Map();
    const count = this.#counts.get(fact) ?? 0;
    this.#counts.set(fact, count + 1);
    if (count > 0) return;
    this.#logger[LEVELS[fact]]({ ...fields, workerId: this.#workerId, peer: this.#peer }, fact);
  }

  closed(): void {
    const facts = this.#counts === null ? {} : Object.fromEntries(this.#counts);
    this.#logger.debug({ ...facts, workerId: this.#workerId, peer: this.#peer }, "stream.closed");
  }
}
