/**
 * What a scenario is: a name, what it shows, its parameters, and how it is set up, run and torn down. A scenario
 * gets a `Bench` (servers, clients, workers, clocks) and gives back measurements; it never prints and never knows
 * how often it is run. run-scenario.ts drives it.
 */
import type { Client } from "../worker-sdk/typescript/index.js";
import type { Latencies } from "./support/latencies.js";
import type { ServerProcess } from "./support/server-process.js";
import type { WorkerPool } from "./support/worker-pool.js";
import type { WallName } from "./limits/walls.js";

/** Whole numbers unless said otherwise; the command line can set each (`--payload-bytes 200`). */
export interface Parameters {
  /** Jobs in one round. */
  readonly jobs: number;
  readonly rounds: number;
  /** Worker processes. */
  readonly workers: number;
  /** Handlers at once in each worker. */
  readonly slots: number;
  /** Jobs in one submission. */
  readonly batch: number;
  /** Submissions under way at once. */
  readonly inFlight: number;
  /** Jobs or calls a second, for open loops. */
  readonly rate: number;
  readonly payloadBytes: number;
  /** Of what a parent gives to its dependents. */
  readonly outputBytes: number;
  /** What a handler waits, ms. */
  readonly sleepMs: number;
  /** Of recorded runtimes; may be a fraction. */
  readonly timeScale: number;
  /** 1: graphs in the order of their critical path. */
  readonly criticalPath: number;
  /** Bare worker streams, for the scenarios of many workers. */
  readonly streams: number;
  /** How long a rate is held or a state is watched. */
  readonly seconds: number;
  /** 1: each job has an idempotency key of its own. */
  readonly keys: number;
  /** Jobs that have been through before the measurement begins: history. */
  readonly finished: number;
  /** Rounds that do not count go on for this long, and are one at least; 0: there are none. */
  readonly warmUpSeconds: number;
}

export const DEFAULTS: Parameters = {
  jobs: 1_000,
  rounds: 3,
  workers: 1,
  slots: 128,
  batch: 500,
  inFlight: 1,
  rate: 50,
  payloadBytes: 200,
  outputBytes: 0,
  sleepMs: 0,
  timeScale: 0,
  criticalPath: 0,
  streams: 500,
  seconds: 10,
  keys: 0,
  finished: 0,
  warmUpSeconds: 10,
};

/** What is smaller under `--quick`, whatever the scenario. */
export const QUICK: Partial<Parameters> = {
  jobs: 50,
  rounds: 1,
  workers: 1,
  rate: 200,
  streams: 20,
  seconds: 1,
  finished: 0,
  warmUpSeconds: 0,
};

export interface LatencyMeasurement {
  readonly kind: "latency";
  readonly name: string;
  /** Milliseconds, one for each job. */
  readonly latencies: Latencies;
}

export interface FigureMeasurement {
  readonly kind: "figure";
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The component whose limit bounds this figure, if one was measured. */
  readonly wall?: WallName;
}

export interface CpuMeasurement {
  readonly kind: "cpu";
  readonly name: string;
  /** Microseconds a job, by process. */
  readonly perJobUs: ReadonlyMap<string, number>;
}

export type Measurement = LatencyMeasurement | FigureMeasurement | CpuMeasurement;

export interface WorkerRequest {
  readonly workers?: number;
  readonly slots?: number;
  readonly window?: number;
  readonly queue?: string;
  readonly streams?: number;
  /** The server that worker 0, 1, ... connects to, by position; default: in turn. */
  readonly server?: (worker: number) => number;
  /** Started and not connected: `connect` comes later. Default: connected. */
  readonly isHeld?: boolean;
}

export interface CpuSection {
  /** Ends the section. */
  perJob(jobs: number): CpuMeasurement;
}

export interface Bench {
  readonly parameters: Parameters;
  readonly servers: readonly ServerProcess[];
  /** Recorded workflows to run, by path; see graph.ts. */
  readonly graphFiles: readonly string[];
  /** A queue of the scenario's own. */
  readonly queue: string;
  readonly isQuick: boolean;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** A client of one server; closed at the end. */
  client(server?: number): Client;
  /** Stopped at the end. */
  startWorkers(request?: WorkerRequest): Promise<WorkerPool>;
  /** A helper process of the scenario whose processor time counts as its own; by pid. */
  watch(name: string, pid: number): void;
  /** Begins to count processor time. */
  cpu(): CpuSection;
  /** One line for people who wait. */
  say(text: string): void;
}

export interface Prepared {
  /** One round. Names of measurements are the same in every round. */
  run(): Promise<readonly Measurement[]>;
  /** What warms up instead, where a round has too few jobs for its time. */
  warmUp?(): Promise<unknown>;
  teardown?(): Promise<void>;
}

export interface Scenario {
  readonly name: string;
  /** One sentence: what the figures mean. */
  readonly shows: string;
  /** The parameters that mean something here; rounds always do. */
  readonly uses: readonly (keyof Parameters)[];
  /** Over DEFAULTS. */
  readonly parameters?: Partial<Parameters>;
  /** Over QUICK. */
  readonly quick?: Partial<Parameters>;
  /** Default 1; 0 for what measures a component alone. */
  readonly servers?: number;
  /** Of the server processes. */
  readonly env?: Readonly<Record<string, string>>;
  /** Servers, clients of its own, workers: what all rounds share. */
  setup(bench: Bench): Promise<Prepared>;
}
