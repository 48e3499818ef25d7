/**
 * The waiting hints of one queue: a heap per level and type, and an index by job. Does what the Lua scripts do
 * for Redis, in the same order. Types are few, so the oldest of a level is found by looking at each type's top.
 */
import type { ReadyHint } from "../../core/ports.js";
import { LEVELS, type Level } from "../../core/priority.js";
import { HintHeap, isOlder, type HeapEntry } from "./hint-heap.js";

interface Place {
  readonly heap: HintHeap;
  readonly entry: HeapEntry;
}

export class QueueLevels {
  readonly #byLevel: Record<Level, Map<string, HintHeap>> = {
    high: new Map(),
    medium: new Map(),
    low: new Map(),
  };
  readonly #places = new Map<number, Place>();

  get isEmpty(): boolean {
    return this.#places.size === 0;
  }

  has(jobId: number): boolean {
    return this.#places.has(jobId);
  }

  put(hint: ReadyHint): void {
    this.discard(hint.jobId);
    const level = this.#byLevel[hint.level];
    let heap = level.get(hint.type);
    if (heap === undefined) {
      heap = new HintHeap();
      level.set(hint.type, heap);
    }
    this.#places.set(hint.jobId, { heap, entry: heap.push(hint) });
  }

  discard(jobId: number): void {
    const place = this.#places.get(jobId);
    if (place === undefined) return;
    place.heap.drop(place.entry);
    this.#places.delete(jobId);
    this.#forgetIfEmpty(place.entry.hint, place.heap);
  }

  /** Takes up to `max`, most urgent first. */
  take(max: number, types: readonly string[] | null): ReadyHint[] {
    const hints: ReadyHint[] = [];
    for (const level of LEVELS) {
      while (hints.length < max) {
        const hint = this.#popOldest(level, types, Infinity);
        if (hint === null) break;
        hints.push(hint);
      }
    }
    return hints;
  }

  /** Moves up to `max` hints that became ready at or before `readyUs` to a higher level. */
  moveUp(from: Level, to: Level, readyUs: number, max: number): void {
    for (let moved = 0; moved < max; moved++) {
      const hint = this.#popOldest(from, null, readyUs);
      if (hint === null) return;
      this.put({ ...hint, level: to });
    }
  }

  depth(level: Level): number {
    let depth = 0;
    for (const heap of this.#byLevel[level].values()) depth += heap.size;
    return depth;
  }

  #popOldest(level: Level, types: readonly string[] | null, readyUsMax: number): ReadyHint | null {
    const heaps = this.#byLevel[level];
    let oldest: HintHeap | undefined;
    for (const type of types ?? heaps.keys()) {
      const heap = heaps.get(type);
      if (isOlder(heap?.peek(), oldest?.peek())) oldest = heap;
    }
    const top = oldest?.peek();
    if (oldest === undefined || top === undefined || top.hint.readyUs > readyUsMax) return null;
    oldest.pop();
    this.#places.delete(top.hint.jobId);
    this.#forgetIfEmpty(top.hint, oldest);
    return top.hint;
  }

  #forgetIfEmpty(hint: ReadyHint, heap: HintHeap): void {
    if (heap.size === 0) this.#byLevel[hint.level].delete(hint.type);
  }
}
