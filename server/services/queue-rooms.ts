/**
 * How many jobs of a queue with limits of its own may be taken from the ready queue now, so that hints are taken only
 * when they can start. A memory of what Postgres said last, good until a claim, an end or a token changes it; the
 * claim counts again. Called by the dispatcher before each take.
 *
 * | when | what happens |
 * |---|---|
 * | the rate is used up | nothing is asked or taken until the next token, by the database's count of it |
 * | all places of the queue are taken | the same until a place is free, here or elsewhere |
 * | the word of a freed place is lost | the slow poll asks again |
 * | Postgres is away | nothing is taken; the slow poll asks again |
 */
import type { QueueDirectory } from "../coordinator/queue-directory.js";
import type { LimitStore, QueueRoom } from "../core/limit-store.js";
import type { Metrics } from "../core/metrics.js";
import type { Clock, Nudges } from "../core/ports.js";

export interface QueueRoomsOptions {
  readonly limitStore: Pick<LimitStore, "queueRoom">;
  readonly queues: QueueDirectory;
  readonly clock: Clock;
  readonly nudges: Pick<Nudges, "send">;
  readonly metrics: Metrics;
  readonly random01: () => number;
}

interface Room {
  /** Null: must be asked for. */
  left: number | null;
  /** Monotonic; until then the answer is 0. */
  heldUntilMono: number;
  isRateHeld: boolean;
}

/** Tokens gather at least this long, so that a fast rate makes no storm of small claims. */
const TOKEN_WAIT_MIN_MS = 10;
/** Replicas that wait for one token do not all come at once. */
const TOKEN_SPREAD_MS = 20;
/** While all places are taken and nobody tells of a free one. */
const ASK_AGAIN_MS = 900;
/** Other replicas hear of free places of a queue at most this often. */
const TELL_EVERY_MS = 50;

export class QueueRooms {
  readonly #options: QueueRoomsOptions;
  readonly #rooms = new Map<number, Room>();
  readonly #timers = new Map<number, NodeJS.Timeout>();
  /** Queues whose free places were told a moment ago; true when there is more to tell. */
  readonly #told = new Map<number, boolean>();
  #onRoom: (queueId: number) => void = () => undefined;
  #stopped = false;

  constructor(options: QueueRoomsOptions) {
    this.#options = options;
  }

  /** @param onRoom there may be room again */
  start(onRoom: (queueId: number) => void): void {
    this.#onRoom = onRoom;
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  /** Whether the queue has limits of its own, as far as this replica knows. */
  isBound(queueId: number): boolean {
    return this.#options.queues.byId(queueId)?.limited === true;
  }

  /** Most jobs to take now; 0: someone will call when there is room. Never rejects. */
  async ask(queueId: number): Promise<number> {
    const room = this.#roomOf(queueId);
    if (room.left !== null && room.left > 0) return room.left;
    if (this.#options.clock.monoMs() < room.heldUntilMono) return 0;
    this.#options.metrics.limitsRead("room");
    try {
      this.told(queueId, (await this.#options.limitStore.queueRoom(queueId)) ?? { room: null, waitMs: null });
    } catch {
      this.told(queueId, { room: 0, waitMs: null });
    }
    return room.left ?? 0;
  }

  /** What Postgres said, after a claim or when asked. */
  told(queueId: number, { room: left, waitMs }: QueueRoom): void {
    if (!this.isBound(queueId)) return;
    const room = this.#roomOf(queueId);
    room.left = left ?? Number.POSITIVE_INFINITY;
    if (room.left > 0) return;
    room.isRateHeld = waitMs !== null;
    const holdMs =
      waitMs === null
        ? ASK_AGAIN_MS
        : Math.max(TOKEN_WAIT_MIN_MS, waitMs) + this.#options.random01() * TOKEN_SPREAD_MS;
    room.heldUntilMono = this.#options.clock.monoMs() + holdMs;
    if (room.isRateHeld) this.#wakeAt(queueId, Math.ceil(holdMs) + 1);
  }

  /** Jobs of the queue have left running here: the commit is done. */
  freed(queueId: number): void {
    if (!this.isBound(queueId)) return;
    this.#tell(queueId);
    this.freedElsewhere(queueId);
  }

  /** Also: its limits were changed. */
  freedElsewhere(queueId: number): void {
    const room = this.#roomOf(queueId);
    room.left = null;
    if (room.isRateHeld && this.#options.clock.monoMs() < room.heldUntilMono) return;
    room.heldUntilMono = 0;
    this.#onRoom(queueId);
  }

  /** Everything that was known about the queue's limits is void. */
  forget(queueId: number): void {
    this.#rooms.delete(queueId);
    this.#onRoom(queueId);
  }

  #roomOf(queueId: number): Room {
    let room = this.#rooms.get(queueId);
    if (room === undefined) {
      room = { left: null, heldUntilMono: 0, isRateHeld: false };
      this.#rooms.set(queueId, room);
    }
    return room;
  }

  #wakeAt(queueId: number, delayMs: number): void {
    if (this.#stopped) return;
    clearTimeout(this.#timers.get(queueId));
    this.#timers.set(
      queueId,
      setTimeout(
        () => {
          this.#timers.delete(queueId);
          this.#onRoom(queueId);
        },
        // Longer does not fit a timer; the slow poll looks in any case.
        Math.min(delayMs, 2 ** 31 - 1),
      ),
    );
  }

  #tell(queueId: number): void {
    if (this.#told.has(queueId)) {
      this.#told.set(queueId, true);
      return;
    }
    const queue = this.#options.queues.byId(queueId);
    if (queue === undefined || this.#stopped) return;
    this.#options.nudges.send({
      kind: "places_freed",
      queue: { namespace: queue.namespace, name: queue.name },
    });
    this.#told.set(queueId, false);
    setTimeout(() => {
      const again = this.#told.get(queueId) === true;
      this.#told.delete(queueId);
      if (again) this.#tell(queueId);
    }, TELL_EVERY_MS).unref();
  }
}
