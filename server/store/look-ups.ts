/**
 * Looks things up by their keys, on connections that neither commits nor slow lists use: whoever looks waits for others
 * that look, and for nobody else. Each statement is planned once on each connection, under the settings of hot ones
 * (docs/adr/0007). Nothing that may take long.
 */
import type pg from "pg";
import { isConnectionLoss } from "./connection-loss.js";
import { type PreparedValue, runPrepared } from "./prepared.js";
import { Slots } from "./slots.js";
import { sqlFile } from "./sql-file.js";

export interface LookUpOptions {
  readonly pool: pg.Pool;
  /** Connections of the pool. */
  readonly count: number;
  /** Statements that each connection begins with. */
  readonly settings: string;
  /** Past it the answer is not waited for, and the connection counts as dead, ms. */
  readonly timeoutMs: number;
}

export class LookUps {
  readonly #options: LookUpOptions;
  readonly #slots: Slots;
  /** Connections that have their settings. */
  readonly #ready = new WeakSet<pg.PoolClient>();

  constructor(options: LookUpOptions) {
    this.#options = options;
    this.#slots = new Slots(options.count);
  }

  /** Runs the statement of a file. */
  read<R>(name: string, values: readonly PreparedValue[]): Promise<{ rows: R[] }> {
    return this.#slots.run(() => this.#read(name, values));
  }

  async #read<R>(name: string, values: readonly PreparedValue[]): Promise<{ rows: R[] }> {
    const { pool, settings, timeoutMs } = this.#options;
    const client = await pool.connect();
    let failed: Error | undefined;
    try {
      if (!this.#ready.has(client)) {
        await client.query(settings);
        this.#ready.add(client);
      }
      return await runPrepared<R>(client, { name, text: sqlFile(name), values, timeoutMs });
    } catch (error) {
      if (isConnectionLoss(error)) failed = error as Error;
      throw error;
    } finally {
      client.release(failed);
    }
  }
}
