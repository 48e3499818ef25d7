/**
 * One round of chaos: a fresh database, three replicas, twelve workers, a load with dependencies, failures and
 * cancels, and faults of every class from a seed. Then all is healed, everything must end, and client, workers and
 * rows must tell one story. The chaos test and `npm run soak` are made of these; what a failed round left behind is
 * kept in a directory that the error names.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectAuditClean } from "./audit.js";
import { processId, type Stage, strikeAtRandom, type Struck } from "./chaos.js";
import { eventually } from "./eventually.js";
import { deathsOf } from "./false-deaths.js";
import { Load } from "./fault-load.js";
import { verdict, type Verdict } from "./fault-verdict.js";
import { type RecordedWorker, startRecordedWorker, startWorkerProcess } from "./fault-workers.js";
import { FaultWorld } from "./fault-world.js";
import type { WorkerRecord } from "./history.js";
import { type Inversions, inversionsOf } from "./placement-checks.js";
import type { SpawnedNode } from "./spawn-node.js";

export interface RoundOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly jobsPerSecond: number;
}

export interface RoundFigures {
  readonly struck: readonly Struck[];
  readonly jobs: number;
  /** Submissions that were refused or not answered within their deadline, by code. */
  readonly unanswered: Readonly<Record<string, number>>;
  /** Attempts whose handler began more than once. */
  readonly rerun: number;
  /** Neither succeeded nor cancelled by us. */
  readonly failed: number;
  readonly cancelled: number;
  /** From the end of each fault until 20 further results were accepted, ms. */
  readonly recoveriesMs: readonly number[];
  readonly drainMs: number;
  /** Sessions that were declared lost; every one of them for a reason. */
  readonly deaths: number;
  readonly inversions: Inversions;
  /** Audits that were made while things were broken. */
  readonly audits: number;
}

const ELSEWHERE = "elsewhere";
const REPLICAS = [0, 1, 2];
const PROCESSES = 3;
const WORKERS = 9;
const DRAIN_MS = 120_000;
const FAULT_EVERY_MS = 1_200;
const AUDIT_EVERY_MS = 5_000;
const RECOVERED_RESULTS = 20;
const UNANSWERED_MAX = 150;
const SURGE_JOBS = 1_500;
/** While Postgres or all servers are away nobody can notice that a lease ran out. */
/** A lease, and what a server and Postgres that are away for a moment add to it. */
const DEATH_NOTICED_MS = 12_000;
/** A hint that was lost is back after a reconcile interval of 1 s. */
const INVERSION_SLACK_MS = 1_500;
const RESCUE_IN_CHAOS_MS = 60_000;

export function openChaosWorld(): Promise<FaultWorld> {
  return FaultWorld.open({
    MUSTER_HEARTBEAT_INTERVAL_MS: "1000",
    MUSTER_LEASE_TTL_MS: "6000",
    MUSTER_RESCUE_INTERVAL_MS: "250",
    MUSTER_RECONCILE_INTERVAL_MS: "1000",
    MUSTER_TERMINATE_GRACE_MS: "5000",
    // Every loss here is our doing, none is the job's.
    MUSTER_MAX_LOSSES: "1000",
  });
}

/** @throws Error that names what was broken, the seed, and where the evidence lies */
export async function chaosRound(world: FaultWorld, options: RoundOptions): Promise<RoundFigures> {
  await world.renew();
  const round = new Round(world, options);
  try {
    return await round.run();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const directory = round.keepEvidence(message);
    throw new Error(`seed ${options.seed}: ${message}\nthe evidence lies in ${directory}`, { cause });
  } finally {
    await round.end();
  }
}

class Round {
  readonly #world: FaultWorld;
  readonly #options: RoundOptions;
  readonly #records: WorkerRecord[] = [];
  readonly #workers: RecordedWorker[] = [];
  readonly #logFiles: readonly string[];
  readonly #servers = new Set<SpawnedNode>();
  readonly #places = new Map<string, number>();
  #load: Load | null = null;
  /** In another namespace, on a queue of the same name. */
  #elsewhere: Load | null = null;
  #stage: Stage | null = null;
  #struck: readonly Struck[] = [];
  #judged: Verdict | null = null;

  constructor(world: FaultWorld, options: RoundOptions) {
    this.#world = world;
    this.#options = options;
    const log = (place: number): string => join(world.directory, `chaos-${options.seed}-${place}.jsonl`);
    this.#logFiles = Array.from({ length: PROCESSES }, (_, place) => log(place));
  }

  async run(): Promise<RoundFigures> {
    const { seed, seconds, jobsPerSecond } = this.#options;
    const stage = (this.#stage = await this.#open());
    const addresses = stage.replicas.map(({ address }) => address);
    const load: Load = new Load({
      ...{ addresses, jobsPerSecond, runtimeMs: 50, deadlineMs: 60_000 },
      ...{ graphs: true, failures: true, cancels: true, mixed: true },
      // A machine that is too slow for the rate gets a lower one, not a backlog that takes minutes to drain.
      mayGoOn: () => load.unanswered < UNANSWERED_MAX,
    });
    this.#load = load;
    load.start();
    const elsewhere: Load = (this.#elsewhere = new Load({
      ...{ addresses, jobsPerSecond: 5, deadlineMs: 60_000, namespace: ELSEWHERE },
      mayGoOn: () => elsewhere.unanswered < 10,
    }));
    elsewhere.start();
    await eventually(() => this.#records.filter(({ event }) => event === "ack").length > 50, 60_000);
    // More than can run at once, so that what comes first is a question; faults meet a backlog.
    await load.submit(SURGE_JOBS, 50);
    const audits = new Audits(this.#world);
    try {
      this.#struck = await strikeAtRandom(stage, { seed, forMs: seconds * 1_000, everyMs: FAULT_EVERY_MS });
    } finally {
      await audits.stop();
    }
    await Promise.all([load.stop(), elsewhere.stop()]);
    const judged = await verdict(this.#world, {
      loads: [load, elsewhere],
      records: this.#records,
      logFiles: this.#logFiles,
      client: load.cancelled,
      drainWithinMs: DRAIN_MS,
    });
    this.#judged = judged;
    const { finalJobs, sessions } = judged.history;
    const deaths = deathsOf(sessions, this.#struck, {
      noticedWithinMs: DEATH_NOTICED_MS,
      placeOf: (serverId) => this.#places.get(serverId),
    });
    if (deaths.unfounded.length > 0) throw new Error(`S18: ${deaths.unfounded.join("\n")}`);
    const ended = load.acknowledged.map(
      ({ jobId }) => [jobId ?? "", finalJobs.get(jobId ?? "")?.state] as const,
    );
    return {
      struck: this.#struck,
      jobs: judged.jobs,
      unanswered: Object.fromEntries(load.failures),
      rerun: judged.rerun,
      failed: ended.filter(([id, state]) => state !== "succeeded" && !load.cancelling.has(id)).length,
      cancelled: ended.filter(([id, state]) => state === "cancelled" && load.cancelling.has(id)).length,
      recoveriesMs: recoveries(this.#struck, judged.history.workers),
      drainMs: judged.drainMs,
      deaths: deaths.lost,
      inversions: inversionsOf(judged.history, INVERSION_SLACK_MS),
      audits: audits.made,
    };
  }

  async end(): Promise<void> {
    await Promise.all([this.#load?.stop(), this.#elsewhere?.stop()]);
    await Promise.all([
      ...this.#workers.map((worker) => worker.stop()),
      ...(this.#stage?.processes ?? []).map((process) => process.kill()),
    ]);
  }

  /** @returns the directory */
  keepEvidence(message: string): string {
    const directory = join(tmpdir(), `muster-chaos-${this.#options.seed}-${process.pid}`);
    mkdirSync(directory, { recursive: true });
    const keep = (name: string, text: string): void => writeFileSync(join(directory, name), text);
    keep("broken.txt", message);
    keep(
      "left.json",
      JSON.stringify(this.#workers.map(({ id, failure }) => [id, failure()?.message ?? null])),
    );
    keep("options.json", JSON.stringify(this.#options));
    keep("faults.json", JSON.stringify(this.#struck, null, 1));
    keep("submitted.json", JSON.stringify(this.#load?.submitted ?? []));
    keep("workers.json", JSON.stringify(this.#judged?.history.workers ?? this.#records));
    keep("postgres.log", this.#world.postgres.log());
    keep("redis.log", this.#world.redis.log());
    for (const server of this.#servers) keep(`server-${server.pid}.log`, server.stderr.join("\n"));
    return directory;
  }

  async #open(): Promise<Stage & { readonly replicas: Stage["replicas"] }> {
    const world = this.#world;
    const edges = await Promise.all(
      REPLICAS.map(async () => ({
        postgres: await world.proxyTo(world.postgres.port),
        redis: await world.proxyTo(world.redis.port),
      })),
    );
    const started = async (place: number, port?: number) => {
      const through = edges[place] ?? {};
      // It may be started while Postgres is away: then it waits, and the port is its own all the same.
      const again = port === undefined ? {} : { port, early: true };
      const replica = await world.startReplica({ through, ...again });
      this.#servers.add(replica.process);
      this.#places.set(replica.id, place);
      return replica;
    };
    const replicas = await Promise.all(REPLICAS.map((place) => started(place)));
    const workerProxies = await Promise.all(replicas.map(({ port }) => world.proxyTo(port)));
    const addresses = workerProxies.map(({ port }) => `127.0.0.1:${port}`);
    const from = (at: number): string[] => [...addresses.slice(at % 3), ...addresses.slice(0, at % 3)];
    const restartProcess = (place: number): Promise<SpawnedNode> =>
      startWorkerProcess({
        id: processId(place),
        addresses: from(place),
        logFile: this.#logFiles[place] ?? "",
      });
    const processes = await Promise.all(this.#logFiles.map((_, place) => restartProcess(place)));
    const ids = Array.from({ length: WORKERS }, (_, at) => at);
    const logs = { records: this.#records };
    const workers = ids.map((at) =>
      // A third of them does not take everything.
      startRecordedWorker(logs, {
        id: `w${at}`,
        addresses: from(at),
        ...(at % 3 === 0 && { jobTypes: ["sleep"] }),
      }),
    );
    workers.push(startRecordedWorker(logs, { id: "stranger", addresses: from(0), namespace: ELSEWHERE }));
    this.#workers.push(...(await Promise.all(workers)));
    return {
      world,
      replicas,
      restartReplica: started,
      processes,
      restartProcess,
      workerProxies,
      postgresProxies: edges.map(({ postgres }) => postgres),
      redisProxies: edges.map(({ redis }) => redis),
      inFlight: () => this.#workers.reduce((sum, { worker }) => sum + worker.running, 0),
    };
  }
}

/** The audit again and again while things are broken. Where Postgres cannot be asked, the next time counts. */
class Audits {
  made = 0;
  #broken: Error | null = null;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> = Promise.resolve();

  constructor(world: FaultWorld) {
    this.#timer = setInterval(() => {
      this.#running = this.#once(world.databaseUrl);
    }, AUDIT_EVERY_MS);
  }

  /** @throws Error with the first finding */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
    if (this.#broken !== null) throw this.#broken;
  }

  async #once(url: string): Promise<void> {
    try {
      await expectAuditClean(url, RESCUE_IN_CHAOS_MS);
      this.made++;
    } catch (error) {
      if (error instanceof Error && error.message.startsWith("the audit")) this.#broken ??= error;
    }
  }
}

/** A fault after which too few results came, because the round was over, has no time of its own. */
function recoveries(struck: readonly Struck[], workers: readonly WorkerRecord[]): number[] {
  const acks = workers.filter(({ event }) => event === "ack").map(({ atMs }) => atMs);
  return struck.flatMap(({ overMs }) => {
    if (overMs === null) return [];
    const first = acks.findIndex((atMs) => atMs > overMs);
    const last = first < 0 ? undefined : acks[first + RECOVERED_RESULTS - 1];
    return last === undefined ? [] : [last - overMs];
  });
}
