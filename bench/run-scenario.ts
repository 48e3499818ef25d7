/**
 * Drives one scenario: a fresh database and key prefix, its servers, set up, warm-up rounds that do not count,
 * rounds that do, tear down in the reverse order whatever happened. Prints progress on standard error.
 */
import { Client } from "../worker-sdk/typescript/index.js";
import type { WallName } from "./limits/walls.js";
import { mergeRounds, type Outcome } from "./report/outcome.js";
import {
  DEFAULTS,
  QUICK,
  type Bench,
  type CpuSection,
  type Measurement,
  type Parameters,
  type Scenario,
  type WorkerRequest,
} from "./scenario.js";
import { processorUs, type WatchedProcess } from "./support/cpu.js";
import { ServerProcess } from "./support/server-process.js";
import type { Stores } from "./support/stores.js";
import type { WorkerSettings } from "./support/worker-messages.js";
import { WorkerPool } from "./support/worker-pool.js";

export interface RunOptions {
  readonly stores: Stores;
  readonly overrides: Partial<Parameters>;
  readonly isQuick: boolean;
  readonly graphFiles: readonly string[];
  readonly transport: "thread" | "inline";
  readonly cpuProfileDirectory: string | undefined;
  readonly serverEnv: Readonly<Record<string, string>>;
  readonly walls: Readonly<Partial<Record<WallName, number>>>;
}

const CLIENT_DEADLINE_MS = 120_000;

export async function runScenario(scenario: Scenario, options: RunOptions): Promise<Outcome> {
  const parameters = parametersOf(scenario, options);
  const env = { ...scenario.env, ...options.serverEnv };
  const stack = new AsyncStack();
  const say = (text: string): void => console.error(`${scenario.name}: ${text}`);
  try {
    const database = await options.stores.freshDatabase();
    stack.defer(() => database.drop());
    const servers: ServerProcess[] = [];
    const keyPrefix = options.stores.freshKeyPrefix();
    for (let position = 0; position < (scenario.servers ?? 1); position++) {
      const { redisUrl } = options.stores;
      const { cpuProfileDirectory } = options;
      const server = new ServerProcess({
        databaseUrl: database.url,
        redisUrl,
        keyPrefix,
        env,
        cpuProfileDirectory,
      });
      stack.defer(() => server.stop());
      await server.start();
      servers.push(server);
    }
    const bench = new RunningBench(scenario, parameters, options, {
      servers,
      databaseUrl: database.url,
      stack,
    });
    const prepared = await scenario.setup(bench);
    if (prepared.teardown !== undefined) stack.defer(() => prepared.teardown?.() ?? Promise.resolve());
    const rounds: (readonly Measurement[])[] = [];
    const warmups = options.isQuick ? 0 : (scenario.warmups ?? 1);
    for (let round = 1 - warmups; round <= parameters.rounds; round++) {
      say(round < 1 ? "warming up" : `round ${round} of ${parameters.rounds}`);
      const measured = await prepared.run();
      if (round >= 1) rounds.push(measured);
    }
    await expectSound(servers);
    return {
      scenario: scenario.name,
      shows: scenario.shows,
      parameters,
      servers: servers.length,
      env,
      ...mergeRounds(rounds, options.walls),
    };
  } finally {
    await stack.unwind();
  }
}

export function parametersOf(
  scenario: Scenario,
  options: Pick<RunOptions, "isQuick" | "overrides">,
): Parameters {
  return {
    ...DEFAULTS,
    ...scenario.parameters,
    ...(options.isQuick && { ...QUICK, ...scenario.quick }),
    ...options.overrides,
  };
}

/** No figure is worth anything if the promises broke on the way. @throws Error naming the counter */
async function expectSound(servers: readonly ServerProcess[]): Promise<void> {
  for (const server of servers) {
    const metrics = await server.metrics();
    for (const name of ["muster_foreign_key_violations_total", "muster_deadlocks_total"]) {
      const value = metrics.get(name) ?? 0;
      if (value !== 0) throw new Error(`${name} is ${value}, expected 0`);
    }
  }
}

interface Ground {
  readonly servers: readonly ServerProcess[];
  readonly databaseUrl: string;
  readonly stack: AsyncStack;
}

class RunningBench implements Bench {
  readonly parameters: Parameters;
  readonly servers: readonly ServerProcess[];
  readonly graphFiles: readonly string[];
  readonly queue: string;
  readonly isQuick: boolean;
  readonly databaseUrl: string;
  readonly #options: RunOptions;
  readonly #stack: AsyncStack;
  readonly #pools: WorkerPool[] = [];
  readonly #watched: WatchedProcess[] = [];
  readonly #name: string;
  #started = 0;

  constructor(scenario: Scenario, parameters: Parameters, options: RunOptions, ground: Ground) {
    this.#name = scenario.name;
    this.parameters = parameters;
    this.servers = ground.servers;
    this.databaseUrl = ground.databaseUrl;
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
        name: `bench-worker-${++this.#started}`,
        streams: request.streams ?? 1,
        slots,
        window: request.window,
        transport: this.#options.transport,
      };
    });
    const pool = await WorkerPool.start(settings);
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
        return { kind: "cpu", name: this.#name, perJobUs };
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

/** What was opened last is closed first. */
class AsyncStack {
  readonly #steps: (() => Promise<void>)[] = [];

  defer(step: () => Promise<void>): void {
    this.#steps.push(step);
  }

  /** Takes every step, and throws the first failure afterwards. */
  async unwind(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.#steps.toReversed()) await step().catch((error: unknown) => failures.push(error));
    this.#steps.length = 0;
    if (failures.length > 0) throw failures[0];
  }
}
