/**
 * Random faults from a seed, over a world of replicas and workers. The same seed gives the same order of faults and
 * lengths; how they meet the work is up to the machine. Each fault says how much work was in flight when it came, so
 * that a run in which too few hit anything can be refused. Every fault that `run` began is over when it returns.
 */
import { Redis } from "ioredis";
import type { FaultWorld, Replica } from "./fault-world.js";
import { holdFor } from "./fault-time.js";
import type { FaultProxy } from "./proxy.js";
import type { SpawnedNode } from "./spawn-node.js";

/** What may be broken. Those that are replaced when they die are reached by their place. */
export interface Stage {
  readonly world: FaultWorld;
  readonly replicas: Replica[];
  /** A replica is started with its number and its port. */
  readonly restartReplica: (place: number, port: number) => Promise<Replica>;
  readonly processes: SpawnedNode[];
  readonly restartProcess: (place: number) => Promise<SpawnedNode>;
  /** Between workers and replicas. */
  readonly workerProxies: readonly FaultProxy[];
  readonly postgresProxies: readonly FaultProxy[];
  readonly redisProxies: readonly FaultProxy[];
  /** Handlers that run now. */
  readonly inFlight: () => number;
}

export interface Struck {
  readonly fault: string;
  /** Since the first fault could come. */
  readonly atMs: number;
  readonly inFlight: number;
  /** ms since 1970. */
  readonly beganMs: number;
  /** When it was over, ms since 1970; null while it lasts. */
  overMs: number | null;
  /** What it struck, where that is one thing. */
  target: Target;
}

export interface Target {
  /** Id of a worker that is a process of its own. */
  readonly worker?: string;
  /** Place of the replica that a way from workers leads to. */
  readonly link?: number;
  /** Place of a replica. */
  readonly server?: number;
}

interface Chance {
  /** 0 <= x < 1. */
  readonly next: () => number;
  readonly between: (least: number, most: number) => number;
  readonly of: <T>(all: readonly T[]) => T;
  readonly place: (all: readonly unknown[]) => number;
}

type Fault = (stage: Stage, chance: Chance, strikes: (target: Target) => void) => Promise<void>;

const COMMITTED = Buffer.from("Z\0\0\0\x05I", "latin1");

const FAULTS: Readonly<Record<string, Fault>> = {
  "worker killed": async ({ processes, restartProcess }, chance, strikes) => {
    const place = chance.place(processes);
    strikes({ worker: processId(place) });
    await processes[place]?.kill("SIGKILL");
    processes[place] = await restartProcess(place);
  },
  "worker stopped": async ({ processes }, chance, strikes) => {
    const place = chance.place(processes);
    strikes({ worker: processId(place) });
    const ms = chance.between(500, 9_000);
    await processes[place]?.kill("SIGSTOP");
    await holdFor(ms);
    await processes[place]?.kill("SIGCONT");
  },
  "server killed": async (stage, chance, strikes) => {
    const place = chance.place(stage.replicas);
    strikes({ server: place });
    const old = stage.replicas[place] as Replica;
    await stage.world.end(old, "SIGKILL");
    stage.replicas[place] = await stage.restartReplica(place, old.port);
  },
  "server restarted": async (stage, chance, strikes) => {
    const place = chance.place(stage.replicas);
    strikes({ server: place });
    const old = stage.replicas[place] as Replica;
    await stage.world.end(old, "SIGTERM");
    stage.replicas[place] = await stage.restartReplica(place, old.port);
  },
  "server stopped": async ({ replicas }, chance, strikes) => {
    const place = chance.place(replicas);
    strikes({ server: place });
    const process = replicas[place]?.process;
    await process?.kill("SIGSTOP");
    await holdFor(chance.between(500, 3_000));
    await process?.kill("SIGCONT");
  },
  "Redis wiped": async ({ world }) => {
    const redis = new Redis(world.redis.url, { maxRetriesPerRequest: 1 });
    redis.on("error", () => undefined);
    await redis.flushall().catch(() => undefined);
    redis.disconnect();
  },
  "Redis killed": async ({ world }, chance) => {
    await world.redis.kill("SIGKILL");
    await holdFor(chance.between(100, 1_500));
    await world.redis.start();
  },
  "Redis hung": async ({ world }, chance) => {
    await world.redis.kill("SIGSTOP");
    await holdFor(chance.between(300, 2_000));
    await world.redis.kill("SIGCONT");
  },
  "Postgres restarted": async ({ world }, chance) => {
    await world.postgres.kill(chance.next() < 0.5 ? "SIGQUIT" : "SIGINT");
    await holdFor(chance.between(0, 1_000));
    await world.postgres.start();
  },
  "backends terminated": async ({ world }) => {
    await world
      .sql(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()`,
      )
      .catch(() => undefined); // Postgres is away as well
  },
  "reply of Postgres lost": async ({ postgresProxies }, chance) => {
    const proxy = chance.of(postgresProxies);
    const statement = chance.of(["commit", "claim", "submit", "submit_one", "finish_succeeded"]);
    proxy.cutAfterMatch({ pattern: Buffer.from(`${statement}\0`), untilReply: COMMITTED, times: 2 });
    await holdFor(1_000);
    proxy.pass();
  },
  "Postgres cut off from one server": async ({ postgresProxies }, chance) => {
    const proxy = chance.of(postgresProxies);
    proxy.blackhole();
    await holdFor(chance.between(300, 2_500));
    proxy.pass();
  },
  "Redis cut off from one server": async ({ redisProxies }, chance) => {
    const proxy = chance.of(redisProxies);
    proxy.refuse();
    await holdFor(chance.between(300, 2_500));
    proxy.pass();
  },
  "streams reset": ({ workerProxies }, chance, strikes) => {
    aLink(workerProxies, chance, strikes).reset();
    return Promise.resolve();
  },
  "network black": async ({ workerProxies }, chance, strikes) => {
    const proxy = aLink(workerProxies, chance, strikes);
    proxy.blackhole(chance.of(["both", "to_target", "to_client"] as const));
    await holdFor(chance.between(300, 4_000));
    proxy.pass();
  },
  "network slow": async ({ workerProxies }, chance, strikes) => {
    const proxy = aLink(workerProxies, chance, strikes);
    proxy.latency(chance.between(20, 200));
    await holdFor(2_000);
    proxy.latency(0);
  },
};

function aLink(
  proxies: Stage["workerProxies"],
  chance: Chance,
  strikes: (target: Target) => void,
): FaultProxy {
  const link = chance.place(proxies);
  strikes({ link });
  return proxies[link] as FaultProxy;
}

/** The worker that is the process in this place. */
export function processId(place: number): string {
  return `process-${place}`;
}

export const FAULT_CLASSES: readonly string[] = Object.keys(FAULTS);

/** Faults that work on the same thing wait for each other, by the first word of their names. */
const subjectOf = (fault: string): string => fault.split(" ")[0] ?? "";

/** Strikes about once in `everyMs`, up to two at a time, every class once before any comes again. */
export async function strikeAtRandom(
  stage: Stage,
  options: { readonly seed: number; readonly forMs: number; readonly everyMs: number },
): Promise<readonly Struck[]> {
  const chance = chanceFrom(options.seed);
  const startedMono = performance.now();
  const struck: Struck[] = [];
  const underWay = new Map<string, Promise<void>>();
  let deck: string[] = [];
  while (performance.now() - startedMono < options.forMs) {
    if (deck.length === 0) deck = shuffled(Object.keys(FAULTS), chance);
    const fault = deck.pop() ?? "";
    await underWay.get(subjectOf(fault));
    if (underWay.size >= 2) await Promise.race(underWay.values());
    const atMs = Math.round(performance.now() - startedMono);
    const beganMs = performance.timeOrigin + performance.now();
    const strike: Struck = { fault, atMs, inFlight: stage.inFlight(), beganMs, overMs: null, target: {} };
    struck.push(strike);
    const subject = subjectOf(fault);
    const done = FAULTS[fault]?.(stage, chance, (target) => (strike.target = target)) ?? Promise.resolve();
    underWay.set(
      subject,
      done.finally(() => {
        strike.overMs = performance.timeOrigin + performance.now();
        underWay.delete(subject);
      }),
    );
    await holdFor(chance.between(options.everyMs / 2, options.everyMs * 1.5));
  }
  await Promise.all(underWay.values());
  return struck;
}

/** mulberry32: small, and the same everywhere. */
function chanceFrom(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    between: (least, most) => Math.round(least + next() * (most - least)),
    of: <T>(all: readonly T[]): T => all[Math.floor(next() * all.length)] as T,
    place: (all) => Math.floor(next() * all.length),
  };
}

function shuffled<T>(all: readonly T[], chance: Chance): T[] {
  const left = [...all];
  return all.map(() => left.splice(Math.floor(chance.next() * left.length), 1)[0] as T);
}
