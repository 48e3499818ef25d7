/**
 * Which queue has which number. Queues are few and never deleted, so all are kept in memory; `refresh` picks up
 * what other replicas created, paused or resumed.
 */
import { queueKeyText, type QueueKey } from "../core/ports.js";
import type { LimitStore } from "../core/limit-store.js";
import type { ChangedJob } from "../core/settlement.js";
import type { QueueRow, Store } from "../core/store.js";
import { GroupCommit, ONE_LANE } from "./group-commit.js";

/** Names in one statement. */
const NAMES_MAX = 1_000;

export class QueueDirectory {
  readonly #store: Pick<Store, "resolveQueues" | "listQueueRows">;
  readonly #byKey = new Map<string, QueueRow>();
  readonly #byId = new Map<number, QueueRow>();
  /** Workers that all come at once ask for the same queues. */
  readonly #resolving: GroupCommit<readonly QueueKey[], QueueRow[]>;

  constructor(store: Pick<Store, "resolveQueues" | "listQueueRows">) {
    this.#store = store;
    this.#resolving = new GroupCommit({
      lanes: ONE_LANE,
      weightMax: NAMES_MAX,
      weightOf: (keys) => keys.length,
      flush: (asked) => this.#resolve(asked),
    });
  }

  async refresh(): Promise<void> {
    for (const row of await this.#store.listQueueRows()) this.#remember(row);
  }

  /** Finds queues, creating those that are new. */
  async resolve(namespace: string, names: readonly string[]): Promise<ReadonlyMap<string, QueueRow>> {
    const found = new Map<string, QueueRow>();
    const unknown = new Set<string>();
    for (const name of names) {
      const row = this.#byKey.get(queueKeyText({ namespace, name }));
      if (row === undefined) unknown.add(name);
      else found.set(name, row);
    }
    if (unknown.size > 0) {
      const keys = [...unknown].map((name) => ({ namespace, name }));
      for (const row of await this.#resolving.add(keys)) found.set(row.name, row);
    }
    return found;
  }

  async #resolve(asked: readonly (readonly QueueKey[])[]): Promise<QueueRow[][]> {
    const keys = new Map(asked.flat().map((key) => [queueKeyText(key), key]));
    // Some may have come to be known since they were asked for.
    const unknown = [...keys].flatMap(([text, key]) => (this.#byKey.has(text) ? [] : [key]));
    if (unknown.length > 0) {
      for (const row of await this.#store.resolveQueues(unknown)) this.#remember(row);
    }
    return asked.map((ones) => ones.flatMap((key) => this.byKey(key) ?? []));
  }

  /** A queue that another replica created a moment ago is unknown until the next refresh. */
  byId(id: number): QueueRow | undefined {
    return this.#byId.get(id);
  }

  byKey(key: QueueKey): QueueRow | undefined {
    return this.#byKey.get(queueKeyText(key));
  }

  /** Its jobs are claimed one queue at a time, under the locks of its limits. */
  isLimited(id: number): boolean {
    const row = this.#byId.get(id);
    return row !== undefined && (row.limited || row.keyed);
  }

  /** Before the first job with a concurrency key is written to these queues. */
  async markKeyed(ids: readonly number[], store: Pick<LimitStore, "markKeyed">): Promise<void> {
    const unmarked = [...new Set(ids)].filter((id) => this.#byId.get(id)?.keyed === false);
    if (unmarked.length === 0) return;
    await store.markKeyed(unmarked);
    for (const id of unmarked) this.#change(id, { keyed: true });
  }

  /** What another replica set a moment ago shows in the jobs that a claim left alone. */
  learn(jobs: readonly ChangedJob[]): void {
    for (const { queueId, concurrencyKey, queueLimited } of jobs) {
      if (queueLimited === true) this.#change(queueId, { limited: true });
      if (concurrencyKey !== null && concurrencyKey !== undefined) this.#change(queueId, { keyed: true });
    }
  }

  all(): readonly QueueRow[] {
    return [...this.#byId.values()];
  }

  #change(id: number, change: Partial<Pick<QueueRow, "limited" | "keyed">>): void {
    const row = this.#byId.get(id);
    if (row !== undefined) this.#remember({ ...row, ...change });
  }

  #remember(row: QueueRow): void {
    this.#byKey.set(queueKeyText(row), row);
    this.#byId.set(row.id, row);
  }
}
