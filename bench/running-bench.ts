/**
 * The `Bench` that scenarios see: clients, worker processes and processor time of one ground. What it hands out is
 * closed with the stack it was given, in the reverse order.
 */
import { Client } from "../worker-sdk/typescript/index.js";
import type { Ground } from "./grounds.js";
import type { Bench, CpuSection, Parameters, Scenario, WorkerRequest } from "./scenario.js";
import type { AsyncStack } from "./support/async-stack.js";
import { processorUs, type WatchedProcess } from "./support/cpu.js";
import { profileArgs, type ServerProcess } from "./support/server-process.js";
import type { Stores } from "./support/stores.js";
import type { WorkerSettings } from "./support/worker-messages.js";
import { WorkerPool } from "./support/worker-pool.js";

const CLIENT_DEADLINE_MS = 120_000;

export interface BenchSettings {
  readonly stores: Stores;
  readonly isQuick: boolean;
  readonly graphFiles: readonly string[];
  readonly transport: "thread" | "inline";
  readonly cpuProfileDirectory: string | undefined;
}

export class RunningBench implements Bench {
  readonly parameters: Parameters;
  readonly servers: readonly ServerProcess[];
  readonly graphFiles: readonly string[];
  readonly queue: string;
  readonly isQuick: boolean;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly #options: BenchSettings;
  readonly #stack: AsyncStack;
  readonly #pools: WorkerPool[] = [];
  readonly #watched: WatchedProcess[] = [];
  readonly #name: string;
  #started = 0;

  constructor(
    scenario: Scenario,
    parameters: Parameters,
    options: BenchSettings,
    ground: Ground & { readonly stack: AsyncStack },
  ) {
    this.#name = scenario.name;
    this.parameters = parameters;
    this.servers = ground.servers;
    this.databaseUrl = ground.databaseUrl;
    this.redisUrl = options.stores.redisUrl;
    this.graphFiles = options.graphFiles;
    this.isQuick = options.isQuick;
    this.queue = `bench-${scenario.name}`;
    this.#options = options;
    this.#stack = ground.stack;
  }

  client(server = 0): Client {
    const client = new Client({ address: this.#address(server), deadlineMs: CLIENT_DEADLINE_MS });
    this.#stack.defer(async () => client.close());
    return client;
  }

  async startWorkers(request: WorkerRequest = {}): Promise<WorkerPool> {
    const { workers, slots } = { ...this.parameters, ...request };
    const settings = Array.from({ length: workers }, (_, position): WorkerSettings => {
      const server = request.server?.(position) ?? position % this.servers.length;
      return {
        address: this.#address(server),
        queue: request.queue ?? this.queue,
        name: `${this.#name}-${++this.#started}`,
        streams: request.streams ?? 1,
        slots,
        window: request.window,
        transport: this.#options.transport,
      };
    });
    const pool = await WorkerPool.start(settings, profileArgs(this.#options.cpuProfileDirectory));
    this.#stack.defer(() => pool.stop());
    this.#pools.push(pool);
    if (request.isHeld !== true) await pool.connect();
    return pool;
  }

  watch(name: string, pid: number): void {
    this.#watched.push({ name, pids: [pid], withChildren: false });
  }

  cpu(): CpuSection {
    const before = processorUs(this.#processes());
    return {
      perJob: (jobs) => {
        const after = processorUs(this.#processes());
        const perJobUs = new Map<string, number>();
        for (const [name, us] of after) perJobUs.set(name, (us - (before.get(name) ?? 0)) / jobs);
        return { kind: "cpu", name: "a job", perJobUs };
      },
    };
  }

  say(text: string): void {
    console.error(`${this.#name}: ${text}`);
  }

  #address(server: number): string {
    const found = this.servers[server];
    if (found === undefined) throw new Error(`server ${server}: there are ${this.servers.length}`);
    return found.address;
  }

  #processes(): WatchedProcess[] {
    const { postgresPid, redisPid } = this.#options.stores;
    const pids = (pid: number | undefined): number[] => (pid === undefined ? [] : [pid]);
    return [
      { name: "server", pids: this.servers.map((server) => server.pid), withChildren: false },
      { name: "postgres", pids: pids(postgresPid), withChildren: true },
      { name: "redis", pids: pids(redisPid), withChildren: false },
      { name: "workers", pids: this.#pools.flatMap((pool) => pool.pids), withChildren: false },
      { name: "producer", pids: [process.pid], withChildren: false },
      ...this.#watched,
    ].filter((each) => each.pids.length > 0);
  }
}
