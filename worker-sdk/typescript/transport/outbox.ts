/**
 * What was said about jobs and not yet acknowledged: results, or releases, each as its encoded bytes. An entry
 * stays until the server settles it; a new stream sends everything again. Pure: it knows no stream and no clock,
 * it hands out what is due.
 */
import type { BatchItem } from "./wire.js";
import type { JobKey } from "./held-jobs.js";

interface Entry {
  readonly item: BatchItem;
  /** In `#due`, or sent and unanswered, or put off. */
  due: boolean;
}

export class Outbox {
  readonly #entries = new Map<string, Entry>();
  #due: Entry[] = [];

  /** Entries not yet acknowledged. */
  get size(): number {
    return this.#entries.size;
  }

  get hasDue(): boolean {
    return this.#due.length > 0;
  }

  /** Replaces an entry of an older lease of the same job. */
  add(item: BatchItem): void {
    const entry = { item, due: true };
    this.#entries.set(item.jobId, entry);
    this.#due.push(entry);
  }

  /**
   * What goes into the next frame, oldest first; it counts as sent from then on.
   * @param itemsMax most items, 1 or more
   * @param bytesMax most bytes; one larger entry still goes, alone
   */
  take(itemsMax: number, bytesMax: number): BatchItem[] {
    const taken: BatchItem[] = [];
    let bytes = 0;
    let read = 0;
    for (const entry of this.#due) {
      if (!this.#isCurrent(entry)) {
        read++;
        continue;
      }
      bytes += entry.item.entry.length;
      if (taken.length >= itemsMax || (taken.length > 0 && bytes > bytesMax)) break;
      entry.due = false;
      taken.push(entry.item);
      read++;
    }
    this.#due = read === this.#due.length ? [] : this.#due.slice(read);
    return taken;
  }

  /** @returns false when nothing was kept for this lease */
  settle(key: JobKey): boolean {
    const entry = this.#entries.get(key.jobId);
    if (entry?.item.leaseEpoch !== key.leaseEpoch) return false;
    return this.#entries.delete(key.jobId);
  }

  /** Sent, but to be sent again. */
  makeDue(keys: readonly JobKey[]): void {
    for (const key of keys) {
      const entry = this.#entries.get(key.jobId);
      if (entry === undefined || entry.due || entry.item.leaseEpoch !== key.leaseEpoch) continue;
      entry.due = true;
      this.#due.push(entry);
    }
  }

  /** A new stream: whatever the old one carried may be lost. */
  makeAllDue(): void {
    this.#due = [];
    for (const entry of this.#entries.values()) {
      entry.due = true;
      this.#due.push(entry);
    }
  }

  #isCurrent(entry: Entry): boolean {
    return this.#entries.get(entry.item.jobId) === entry;
  }
}
