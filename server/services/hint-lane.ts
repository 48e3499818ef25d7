/**
 * Brings the hints of this replica into the ready queue. At once while somebody may want them: a session here that
 * subscribes, or another replica of which a take came back short. Else those of 20 ms go together: most of
 * what one hint costs is the call, and a flood of single submissions would spend it for jobs that nobody can take yet.
 */
import { failpoints } from "../core/failpoints.js";
import type { Logger, ReadyHint, ReadyQueue } from "../core/ports.js";
import type { QueueDirectory } from "../coordinator/queue-directory.js";
import type { DispatchLane } from "./dispatch-lane.js";

export interface HintLaneOptions {
  readonly readyQueue: Pick<ReadyQueue, "put">;
  readonly queues: Pick<QueueDirectory, "refresh" | "byId">;
  readonly logger: Logger;
  /** Hints of the lane are in the ready queue, or could not be put there. */
  readonly onPut: (lane: DispatchLane) => void;
}

const GATHER_MS = 20;
const GATHERED_MAX = 500;

export class HintLane {
  readonly #options: HintLaneOptions;
  readonly #gathering = new Set<DispatchLane>();
  #timer: NodeJS.Timeout | null = null;

  constructor(options: HintLaneOptions) {
    this.#options = options;
  }

  /** Never rejects: what could not be put is found in Postgres. */
  async put(lane: DispatchLane, hints: readonly ReadyHint[]): Promise<void> {
    lane.added();
    for (const hint of hints) lane.gathered.push(hint); // as arguments of a call, very many overflow the stack
    if (lane.isAwaited || lane.hasMembers || lane.gathered.length >= GATHERED_MAX) return this.flush(lane);
    this.#gathering.add(lane);
    this.#timer ??= setTimeout(() => this.flushAll(), GATHER_MS);
  }

  /** Puts what was gathered. */
  async flush(lane: DispatchLane): Promise<void> {
    const hints = lane.gathered;
    lane.gathered = [];
    this.#gathering.delete(lane);
    lane.putsUnderWay++;
    try {
      if (failpoints.reach !== null) await failpoints.reach("put.due");
      lane.isAwaited = await this.#options.readyQueue.put(lane.key, hints);
    } catch (error) {
      // Postgres has them as ready: the fallback reads them there, and the reconciler puts the hints back.
      lane.isAwaited = true;
      const fields = { queue: lane.key.name, hints: hints.length, error };
      this.#options.logger.debug(fields, "ready_queue.put_failed");
    } finally {
      lane.putsUnderWay--;
      lane.added();
      this.#options.onPut(lane);
    }
  }

  flushAll(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const lane of this.#gathering) void this.flush(lane);
  }

  /** Of a queue that this replica has not heard of. */
  async putUnknown(queueId: number, hints: readonly ReadyHint[]): Promise<void> {
    const { queues, readyQueue } = this.#options;
    await queues.refresh().catch(() => undefined);
    const row = queues.byId(queueId);
    if (row !== undefined) await readyQueue.put(row, hints).catch(() => undefined);
  }
}
