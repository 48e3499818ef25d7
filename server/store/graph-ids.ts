/** Public ids of graphs by internal id. A graph never changes, so the newest 1,000 asked for are remembered. */
import { formatId } from "../core/job-id.js";
import type { Database } from "./database.js";

const REMEMBERED_MAX = 1_000;

export class GraphIds {
  readonly #database: Database;
  readonly #known = new Map<number, string>();

  constructor(database: Database) {
    this.#database = database;
  }

  async publicIds(ids: Iterable<number | null>): Promise<ReadonlyMap<number, string>> {
    const unknown = new Set<number>();
    for (const id of ids) if (id !== null && !this.#known.has(id)) unknown.add(id);
    if (unknown.size === 0) return this.#known;
    const found = await this.#database.kysely
      .selectFrom("graphs")
      .select(["id", "created_at"])
      .where("id", "in", [...unknown])
      .execute();
    for (const graph of found) this.#known.set(graph.id, formatId(graph.id, graph.created_at.getTime()));
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= REMEMBERED_MAX) break;
      if (!unknown.has(oldest)) this.#known.delete(oldest);
    }
    return this.#known;
  }
}
