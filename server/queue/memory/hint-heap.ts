/**
 * A binary heap of waiting hints, oldest first. Entries are dropped by mark: a hint that was moved or discarded
 * stays in the heap until it comes to the top, or until more than half of the heap is dropped and it is rebuilt.
 * So each operation costs O(log n), amortised. Used by the in-process ready queue, one heap per level and type.
 */
import type { ReadyHint } from "../../core/ports.js";

export interface HeapEntry {
  readonly hint: ReadyHint;
  /** Set once it is no longer waiting in the heap it is in. */
  isDropped: boolean;
}

const REBUILD_MIN = 64;

export class HintHeap {
  #entries: HeapEntry[] = [];
  #dropped = 0;

  /** Hints that wait. */
  get size(): number {
    return this.#entries.length - this.#dropped;
  }

  push(hint: ReadyHint): HeapEntry {
    const entry: HeapEntry = { hint, isDropped: false };
    this.#entries.push(entry);
    this.#siftUp(this.#entries.length - 1);
    return entry;
  }

  /** `entry` must be in this heap and waiting. */
  drop(entry: HeapEntry): void {
    entry.isDropped = true;
    this.#dropped += 1;
    if (this.#dropped < REBUILD_MIN || this.#dropped * 2 < this.#entries.length) return;
    this.#entries = this.#entries.filter((kept) => !kept.isDropped);
    this.#dropped = 0;
    for (let at = (this.#entries.length >> 1) - 1; at >= 0; at--) this.#siftDown(at);
  }

  /** The oldest hint that waits; stays in the heap. */
  peek(): HeapEntry | undefined {
    while (this.#entries[0]?.isDropped === true) {
      this.#removeTop();
      this.#dropped -= 1;
    }
    return this.#entries[0];
  }

  pop(): HeapEntry | undefined {
    const top = this.peek();
    if (top === undefined) return undefined;
    this.#removeTop();
    top.isDropped = true;
    return top;
  }

  #removeTop(): void {
    const last = this.#entries.pop();
    if (last === undefined || this.#entries.length === 0) return;
    this.#entries[0] = last;
    this.#siftDown(0);
  }

  #siftUp(start: number): void {
    const entries = this.#entries;
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isOlder(entries[at], entries[parent])) return;
      swap(entries, at, parent);
      at = parent;
    }
  }

  #siftDown(start: number): void {
    const entries = this.#entries;
    let at = start;
    for (;;) {
      const left = 2 * at + 1;
      let oldest = at;
      if (isOlder(entries[left], entries[oldest])) oldest = left;
      if (isOlder(entries[left + 1], entries[oldest])) oldest = left + 1;
      if (oldest === at) return;
      swap(entries, at, oldest);
      at = oldest;
    }
  }
}

/** By the time they became ready, then by job id. */
export function isOlder(one: HeapEntry | undefined, other: HeapEntry | undefined): boolean {
  if (one === undefined || other === undefined) return one !== undefined;
  const { readyUs, jobId } = one.hint;
  return readyUs === other.hint.readyUs ? jobId < other.hint.jobId : readyUs < other.hint.readyUs;
}

function swap(entries: HeapEntry[], i: number, j: number): void {
  const [one, other] = [entries[i], entries[j]];
  if (one === undefined || other === undefined) return;
  entries[i] = other;
  entries[j] = one;
}
