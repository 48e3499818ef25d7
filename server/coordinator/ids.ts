/**
 * Numbers new jobs from blocks of 1000 ids that are taken from the database ahead of need. Only for jobs without
 * earlier parents: a child of an earlier job needs an id above its parent's and gets it in its own transaction.
 */
import type { Store } from "../core/store.js";

const BLOCK = 1000;
/** Blocks kept in hand; at this many ids a refill starts in the background. */
const RESERVE_BLOCKS = 4;

export class IdAllocator {
  readonly #store: Pick<Store, "allocateIdBlocks">;
  #blocks: { next: number; readonly end: number }[] = [];
  #refilling: Promise<void> | null = null;

  constructor(store: Pick<Store, "allocateIdBlocks">) {
    this.#store = store;
  }

  /** @returns `count` ids, ascending */
  async take(count: number): Promise<number[]> {
    while (this.#available() < count) await this.#refill(Math.ceil(count / BLOCK) + RESERVE_BLOCKS);
    const ids: number[] = [];
    while (ids.length < count) {
      const block = this.#blocks[0] as { next: number; readonly end: number };
      ids.push(block.next++);
      if (block.next === block.end) this.#blocks.shift();
    }
    if (this.#available() < (RESERVE_BLOCKS * BLOCK) / 2) this.#refill(RESERVE_BLOCKS).catch(() => undefined);
    return ids;
  }

  #available(): number {
    return this.#blocks.reduce((sum, block) => sum + block.end - block.next, 0);
  }

  #refill(blocks: number): Promise<void> {
    this.#refilling ??= this.#store
      .allocateIdBlocks(blocks)
      .then((firsts) => {
        this.#blocks.push(...firsts.map((first) => ({ next: first, end: first + BLOCK })));
      })
      .finally(() => {
        this.#refilling = null;
      });
    return this.#refilling;
  }
}
