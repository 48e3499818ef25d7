/**
 * Public ids of graphs by internal id, which the assignments of their jobs carry. A graph never changes, so the newest are
 * remembered: those that were submitted here, whose first dependents would wait for a look at Postgres, and those that
 * were asked for.
 */
import { formatId } from "../core/job-id.js";
import type { Database } from "./database.js";

const REMEMBERED_MAX = 10_000;

export class GraphIds {
  readonly #database: Database;
  /** Oldest first. */
  readonly #known = new Map<number, string>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** @param createdMs of the graph that is written, which its id holds */
  remember(id: number, createdMs: number): void {
    this.#known.delete(id);
    this.#known.set(id, formatId(id, createdMs));
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= REMEMBERED_MAX) break;
      this.#known.delete(oldest);
    }
  }

  /** Of those that exist. */
  async publicIds(ids: Iterable<number | null>): Promise<ReadonlyMap<number, string>> {
    const asked = new Map<number, string>();
    const unknown = new Set<number>();
    for (const id of ids) {
      if (id === null || asked.has(id)) continue;
      const known = this.#known.get(id);
      if (known === undefined) unknown.add(id);
      else asked.set(id, known);
    }
    if (unknown.size === 0) return asked;
    const found = await this.#database.kysely
      .selectFrom("graphs")
      .select(["id", "created_at"])
      .where("id", "in", [...unknown])
      .execute();
    for (const { id, created_at: createdAt } of found) {
      this.remember(id, createdAt.getTime());
      asked.set(id, formatId(id, createdAt.getTime()));
    }
    return asked;
  }
}
