/**
 * What scenarios run on: a fresh database and key prefix with servers on them. Each scenario has its own, so that
 * nothing left behind by one colours the figures of the next; a quick look at all of them shares.
 */
import { AsyncStack } from "./support/async-stack.js";
import { ServerProcess } from "./support/server-process.js";
import type { Stores } from "./support/stores.js";

export interface GroundOptions {
  readonly stores: Stores;
  readonly cpuProfileDirectory: string | undefined;
}

/** Servers that scenarios of the same wants share: for a quick look at all of them, never for figures. */
export class Grounds {
  readonly #options: GroundOptions;
  readonly #stack = new AsyncStack();
  readonly #opened = new Map<string, Promise<Ground>>();

  constructor(options: GroundOptions) {
    this.#options = options;
  }

  get(wanted: Wanted): Promise<Ground> {
    const key = JSON.stringify(wanted);
    const ground = this.#opened.get(key) ?? openGround(wanted, this.#options, this.#stack);
    this.#opened.set(key, ground);
    return ground;
  }

  async close(): Promise<void> {
    await this.#stack.unwind();
  }
}

export interface Wanted {
  readonly servers: number;
  readonly env: Readonly<Record<string, string>>;
}

export interface Ground {
  readonly servers: readonly ServerProcess[];
  readonly databaseUrl: string;
}

/** A fresh database and key prefix, and servers on them. */
export async function openGround(
  { servers, env }: Wanted,
  options: GroundOptions,
  stack: AsyncStack,
): Promise<Ground> {
  const { stores, cpuProfileDirectory } = options;
  const database = await stores.freshDatabase();
  stack.defer(() => database.drop());
  const { redisUrl } = stores;
  const place = { databaseUrl: database.url, redisUrl, keyPrefix: stores.freshKeyPrefix() };
  const started: ServerProcess[] = [];
  for (let position = 0; position < servers; position++) {
    const server = new ServerProcess({ ...place, env, cpuProfileDirectory });
    stack.defer(() => server.stop());
    await server.start();
    started.push(server);
  }
  return { servers: started, databaseUrl: database.url };
}
