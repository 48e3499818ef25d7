/**
 * The one loop that reads on behalf of all watchers of a kind (jobs, or graphs). Watchers of the same subject share
 * one entry; what is due at the same time is read in one batch; one read is under way at a time, so what watchers
 * see never goes back. Without watchers there is no timer.
 *
 * | what fails                | what happens                                                                     |
 * | a change is not announced | the slow poll finds it                                                           |
 * | the store is away         | read again with backoff; only watchers that have seen nothing yet get the error  |
 * | reading is slow           | an entry is read for a bounded share of the time, whatever changes               |
 * | a bug                     | the watchers of the batch get it, the loop goes on                               |
 */
import { isUnavailable } from "../core/errors.js";
import type { Clock } from "../core/ports.js";
import { WatchMailbox } from "./watch-mailbox.js";
import { WatchStates, type Joined } from "./watch-states.js";

export interface Versioned<T> {
  readonly version: string;
  readonly value: T;
}

/** A subject to read. */
export interface Due<S> {
  readonly subject: S;
  /** The version that was read last; null when there is none. */
  readonly known: string | null;
  /** It is said to have changed, or nobody has seen it yet. Otherwise it is only its turn. */
  readonly isDirty: boolean;
}

export interface WatchSource<S extends { readonly id: number }, T> {
  /** How long a change that nobody announced may stay unseen. */
  readonly pollMs: number;
  /** Least time between two states of one subject. */
  readonly coalesceMs: number;
  /** Share of the time for which one subject's reads may keep the store busy, above 0 to 1. */
  readonly busyShare: number;
  /** Subjects a batch. */
  readonly batchMax: number;
  /** By id, each as soon as it is there; unchanged ones may be left out when `known` is their version. */
  read(due: readonly Due<S>[]): AsyncIterable<readonly [id: number, state: Versioned<T> | "gone"]>;
  /** Registers for announced changes. Returns the way to stop. */
  listen(subject: S, wake: () => void): () => void;
  gone(subject: S): Error;
}

export interface Following<S, T> {
  /** What to follow; called when the first state is asked for. */
  readonly begin: () => S | Promise<S>;
  /** Whether none comes after it. What it throws ends the watch. */
  readonly isLast: (state: T) => boolean;
  readonly signal: AbortSignal;
}

interface Entry<S, T> {
  readonly subject: S;
  readonly mailboxes: Set<WatchMailbox<T>>;
  readonly stopListening: () => void;
  /** The version that was read last. States are not kept: they may be large, and a watcher that comes later asks anew. */
  known: string | null;
  isDirty: boolean;
  pollAtMono: number;
  notBeforeMono: number;
}

interface DueEntry<S, T> {
  readonly entry: Entry<S, T>;
  readonly isDirty: boolean;
}

const BACKOFF_MS_FIRST = 250;
const BACKOFF_MS_MAX = 2_000;

export class WatchFeed<S extends { readonly id: number }, T> {
  readonly #source: WatchSource<S, T>;
  readonly #clock: Pick<Clock, "monoMs">;
  readonly #onDropped: () => void;
  readonly #entries = new Map<number, Entry<S, T>>();
  #timer: NodeJS.Timeout | null = null;
  #immediate: NodeJS.Immediate | null = null;
  #timerAtMono = Number.POSITIVE_INFINITY;
  #isReading = false;
  #backoffMs = BACKOFF_MS_FIRST;

  constructor(options: {
    readonly source: WatchSource<S, T>;
    readonly clock: Pick<Clock, "monoMs">;
    readonly onDropped: () => void;
  }) {
    this.#source = options.source;
    this.#clock = options.clock;
    this.#onDropped = options.onDropped;
  }

  /** The state now and at each change, up to the last; until `signal` aborts or the caller stops iterating. */
  follow({ begin, isLast, signal }: Following<S, T>): WatchStates<T> {
    const join = async (): Promise<Joined<T> | null> => {
      const subject = await begin();
      if (signal.aborted) return null;
      const mailbox = new WatchMailbox<T>(this.#onDropped);
      const leaveEntry = this.#join(subject, mailbox);
      const leave = (): void => {
        signal.removeEventListener("abort", end);
        leaveEntry();
      };
      // Leaves at once: a caller that aborts may never ask for the next state.
      const end = (): void => {
        leave();
        mailbox.close();
      };
      signal.addEventListener("abort", end, { once: true });
      return { mailbox, leave };
    };
    return new WatchStates(join, isLast);
  }

  /** Ends every watch with this error. */
  fail(error: Error): void {
    for (const entry of this.#entries.values()) for (const mailbox of entry.mailboxes) mailbox.fail(error);
  }

  #join(subject: S, mailbox: WatchMailbox<T>): () => void {
    let entry = this.#entries.get(subject.id);
    if (entry === undefined) {
      const nowMono = this.#clock.monoMs();
      const created: Entry<S, T> = {
        subject,
        mailboxes: new Set(),
        stopListening: this.#source.listen(subject, () => this.#wake(created)),
        known: null,
        isDirty: false,
        pollAtMono: nowMono,
        notBeforeMono: nowMono,
      };
      this.#entries.set(subject.id, created);
      entry = created;
    }
    const joined = entry;
    joined.mailboxes.add(mailbox);
    joined.notBeforeMono = this.#clock.monoMs(); // the first state is not made to wait
    this.#wake(joined);
    return () => {
      if (!joined.mailboxes.delete(mailbox) || joined.mailboxes.size > 0) return;
      joined.stopListening();
      if (this.#entries.get(subject.id) === joined) this.#entries.delete(subject.id);
      if (this.#entries.size === 0) this.#clearTimer();
    };
  }

  #wake(entry: Entry<S, T>): void {
    entry.isDirty = true;
    this.#readAt(entry.notBeforeMono);
  }

  /** Makes sure that the loop runs at this time or before. */
  #readAt(atMono: number): void {
    if (this.#isReading || atMono >= this.#timerAtMono) return; // after a read the next one is planned anew
    this.#clearTimer();
    this.#timerAtMono = atMono;
    const inMs = atMono - this.#clock.monoMs();
    if (inMs > 0) this.#timer = setTimeout(() => void this.#run(), inMs);
    else this.#immediate = setImmediate(() => void this.#run());
  }

  #clearTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#immediate !== null) clearImmediate(this.#immediate);
    this.#timer = this.#immediate = null;
    this.#timerAtMono = Number.POSITIVE_INFINITY;
  }

  async #run(): Promise<void> {
    this.#clearTimer();
    this.#isReading = true;
    const due = this.#takeDue();
    if (due.length > 0) await this.#read(due);
    this.#isReading = false;
    let nextMono = Number.POSITIVE_INFINITY;
    for (const entry of this.#entries.values()) nextMono = Math.min(nextMono, dueAt(entry));
    if (nextMono < Number.POSITIVE_INFINITY) this.#readAt(nextMono);
  }

  #takeDue(): DueEntry<S, T>[] {
    const nowMono = this.#clock.monoMs();
    const due: DueEntry<S, T>[] = [];
    for (const entry of this.#entries.values()) {
      if (due.length >= this.#source.batchMax) break;
      if (dueAt(entry) > nowMono) continue;
      due.push({ entry, isDirty: entry.isDirty });
      entry.isDirty = false; // a change that comes from here on is read again
    }
    return due;
  }

  /** Never rejects. */
  async #read(due: readonly DueEntry<S, T>[]): Promise<void> {
    const startedMono = this.#clock.monoMs();
    const { pollMs, coalesceMs, busyShare } = this.#source;
    try {
      const entries = new Map(due.map(({ entry }) => [entry.subject.id, entry]));
      const wanted = due.map(({ entry: { subject, known }, isDirty }) => ({ subject, known, isDirty }));
      for await (const [id, state] of this.#source.read(wanted)) this.#deliver(entries.get(id), state);
      this.#backoffMs = BACKOFF_MS_FIRST;
    } catch (error) {
      this.#failed(due, error instanceof Error ? error : new Error(String(error)));
      return;
    }
    const nowMono = this.#clock.monoMs();
    const restMs = ((nowMono - startedMono) / busyShare) * (1 - busyShare);
    for (const { entry } of due) {
      entry.pollAtMono = nowMono + Math.max(pollMs, restMs);
      entry.notBeforeMono = nowMono + Math.max(coalesceMs, restMs);
    }
  }

  #deliver(entry: Entry<S, T> | undefined, state: Versioned<T> | "gone"): void {
    if (entry === undefined) return;
    if (state === "gone") {
      for (const mailbox of entry.mailboxes) mailbox.fail(this.#source.gone(entry.subject));
      return;
    }
    entry.known = state.version;
    for (const mailbox of entry.mailboxes) mailbox.put(state.version, state.value);
  }

  #failed(due: readonly DueEntry<S, T>[], error: Error): void {
    const isAway = isUnavailable(error);
    for (const { entry } of due) {
      for (const mailbox of entry.mailboxes) if (!isAway || !mailbox.hasState) mailbox.fail(error);
      entry.pollAtMono = entry.notBeforeMono = this.#clock.monoMs() + this.#backoffMs;
    }
    this.#backoffMs = Math.min(BACKOFF_MS_MAX, this.#backoffMs * 2);
  }
}

function dueAt(entry: { isDirty: boolean; pollAtMono: number; notBeforeMono: number }): number {
  return entry.isDirty ? Math.min(entry.notBeforeMono, entry.pollAtMono) : entry.pollAtMono;
}
