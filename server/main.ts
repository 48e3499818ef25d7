/**
 * The only place where adapters meet: reads nothing, decides nothing, wires a configuration into a running server.
 * `muster serve`, `muster dev` and tests start through here.
 */
import { createHash, createHmac } from "node:crypto";
import type { Config } from "./config.js";
import { Diagnose } from "./coordinator/diagnose.js";
import type { QueueCheckup } from "./core/checkup.js";
import type { Diagnosis } from "./core/operations.js";
import { SUBMISSION_LIMITS } from "./core/submission-limits.js";
import type { Clock, Logger, Nudges, ReadyQueue } from "./core/ports.js";
import { CronFireTimes } from "./cron/fire-times.js";
import { armFailpoints } from "./failpoints.js";
import { FRAME_ROOM_BYTES } from "./limits.js";
import { MemoryNudges } from "./queue/memory/nudges.js";
import { MemoryReadyQueue } from "./queue/memory/ready-queue.js";
import { redisCheckup } from "./queue/redis/checkup.js";
import { evictionPolicyProblem } from "./queue/redis/eviction-policy.js";
import { RedisLink } from "./queue/redis/link.js";
import { RedisNudges } from "./queue/redis/nudges.js";
import { RedisReadyQueue } from "./queue/redis/ready-queue.js";
import { createGrpcFront, type RpcService } from "./rpc/front.js";
import { createSchedulesService } from "./rpc/schedules-service.js";
import { createWorkerStreamService } from "./rpc/worker-stream/index.js";
import { createCoordination, type Coordination } from "./services/coordination.js";
import { storeCheckup } from "./store/checkup.js";
import { Database, type DatabaseOptions } from "./store/database.js";
import { PostgresLimits } from "./store/limits.js";
import { migrate as migrateDatabase } from "./store/migrate.js";
import { PostgresRetentionStore } from "./store/retention/retention-store.js";
import { PostgresScheduleStore } from "./store/schedules/schedule-store.js";
import { GraphIds } from "./store/graph-ids.js";
import { PostgresStore } from "./store/store.js";
import { storeViews } from "./store/views/store-views.js";
import { createLogger } from "./telemetry/logger.js";
import { startMetricsServer, type Health } from "./telemetry/metrics-server.js";
import { createMetrics, type ServedMetrics } from "./telemetry/metrics.js";

const CLOCK: Clock = { nowMs: () => Date.now(), monoMs: () => performance.now() };
const CONNECT_RETRY_MS = 1_000;
/** How long a start waits for Redis, whose settings it wants to see, before it goes on without. */
const REDIS_START_MS = 2_000;
/** Workers of a stopping replica reconnect at random moments within this. */
const DRAIN_SPREAD_MS = 1_000;

export type { Diagnosis } from "./core/operations.js";

export interface RunningServer {
  /** host:port; the port that was really opened when 0 was asked for. */
  readonly grpcAddress: string;
  /** Null when metrics are off. */
  readonly metricsAddress: string | null;
  /** Drains, lets streams end, closes everything. */
  stop(): Promise<void>;
}

/** What was opened so far, to be closed in the opposite order: at the end, or when the start fails half way. */
class Opened {
  readonly #closers: (() => void | Promise<void>)[] = [];

  add(close: () => void | Promise<void>): void {
    this.#closers.push(close);
  }

  async close(): Promise<void> {
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) await close();
  }
}

export async function startServer(options: {
  readonly config: Config;
  readonly logDestination?: 1 | 2;
}): Promise<RunningServer> {
  const { config } = options;
  const logger = createLogger({
    level: config.logLevel,
    format: config.logFormat,
    base: { serverId: config.serverId },
    destination: options.logDestination ?? 1,
  });
  armFailpoints(config.failpoints, logger);
  const opened = new Opened();
  try {
    return await start(config, logger, opened);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function start(config: Config, logger: Logger, opened: Opened): Promise<RunningServer> {
  const metrics = createMetrics();
  opened.add(() => metrics.stop());
  const database = await openDatabase(config, logger, opened);
  const applied = await onceThere(
    () => migrateDatabase(database.kysely, { mayMigrate: config.mayMigrate }),
    logger,
  );
  if (applied.length > 0) logger.info({ applied }, "store.migrated");
  await onceThere(() => database.openHot(), logger);
  const queue = await openReadyQueue(config, logger, opened);
  const assignments = {
    graphIds: new GraphIds(database),
    outputBytesMax: config.frameBytesMax - config.payloadBytesMax - FRAME_ROOM_BYTES,
  };
  const store = new PostgresStore({ database, metrics, assignments });
  const limitStore = new PostgresLimits({
    database,
    metrics,
    assignments,
    ageing: ageingOf(config),
  });
  const ports = {
    store,
    limitStore,
    views: storeViews(database, metrics),
    scheduleStore: new PostgresScheduleStore(database, metrics),
    fireTimes: new CronFireTimes(),
    retentionStore: new PostgresRetentionStore(database, metrics),
    storeCheckup: storeCheckup(database),
    ...queue,
    clock: CLOCK,
    metrics,
    logger,
  };
  const coordination = coordinate(ports, config);
  opened.add(() => coordination.stop());
  await onceThere(() => coordination.start(), logger);
  const metricsAddress = await serveMetrics(config, metrics, opened, () => ({
    ok: store.isUp(),
    checks: { store: upDown(store.isUp()), redis: upDown(queue.readyQueue.isUp()) },
  }));
  const front = createGrpcFront({
    config: frontConfig(config),
    jobs: coordination.jobs,
    admin: coordination.admin,
    deadLetters: coordination.deadLetters,
    logger,
    observer: metrics,
    extraServices: [
      workerStream(config, coordination, metrics, logger),
      createSchedulesService(coordination.schedules),
    ],
  });
  opened.add(() => front.stop(config.terminateGraceMs));
  const address = await front.start();
  logger.info({ mode: config.mode, host: address.host, port: address.port }, "server.started");
  let stopped: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    logger.info({}, "server.stopping");
    await opened.close();
    logger.info({}, "server.stopped");
  };
  return {
    grpcAddress: `${address.host}:${address.port}`,
    metricsAddress,
    stop: () => (stopped ??= stop()),
  };
}

/** A commit usually takes less; one that waits for a lock or a slow disk holds nobody else back for longer. */
const PATIENCE_MS = 25;

type Ports = Omit<Parameters<typeof createCoordination>[0], "sign" | "hash" | "random01">;

function coordinate(ports: Ports, config: Config): Coordination {
  const sign = (text: string): Buffer => createHmac("sha256", config.resumeSecret).update(text).digest();
  return createCoordination(
    { ...ports, sign, hash: sha256, random01: Math.random },
    {
      ...config,
      submissionLimits: { ...SUBMISSION_LIMITS, payloadBytes: config.payloadBytesMax },
      lanes: { max: config.databaseUrl === null ? 1 : 2, patienceMs: PATIENCE_MS },
    },
  );
}

/** Brings the database to the newest schema. @returns the names of what was applied now */
export async function migrate(options: { readonly config: Config }): Promise<readonly string[]> {
  const logger = createLogger({ level: "warn", format: "json", base: {}, destination: 2 });
  const opened = new Opened();
  try {
    return await migrateDatabase((await openDatabase(options.config, logger, opened)).kysely);
  } finally {
    await opened.close();
  }
}

/**
 * What the doctor finds without a server: looks at the databases itself, and changes nothing. Also when they are in
 * no state to be served, so neither the schema nor a setting of Redis is a reason to refuse.
 */
export async function diagnose(options: { readonly config: Config }): Promise<Diagnosis> {
  const config = { ...options.config, allowEviction: true };
  const logger = createLogger({ level: "error", format: "json", base: {}, destination: 2 });
  const opened = new Opened();
  try {
    const metrics = createMetrics();
    opened.add(() => metrics.stop());
    const database = await openDatabase(config, logger, opened);
    const queue = await openReadyQueue(config, logger, opened);
    const assignments = { graphIds: new GraphIds(database), outputBytesMax: 0 };
    const store = new PostgresStore({ database, metrics, assignments });
    const parts = { ...config, ...queue, store, storeCheckup: storeCheckup(database), clock: CLOCK };
    return await new Diagnose(parts).diagnose();
  } finally {
    await opened.close();
  }
}

function frontConfig({ host, port, receiveBytesMax, keepaliveMs, keepaliveTimeoutMs }: Config) {
  return { host, port, receiveBytesMax, keepaliveMs, keepaliveTimeoutMs };
}

async function openDatabase(config: Config, logger: Logger, opened: Opened): Promise<Database> {
  let connection: DatabaseOptions["connection"];
  if (config.databaseUrl === null) {
    // Loaded by those alone that want it: most servers have a Postgres of their own.
    const { openEmbeddedPostgres } = await import("./embedded/pglite.js");
    const embedded = await openEmbeddedPostgres(config.dataDir);
    opened.add(() => embedded.close());
    connection = { config: embedded.config };
  } else {
    connection = { url: config.databaseUrl };
  }
  const database = new Database({
    connection,
    poolMax: config.postgresPoolMax,
    onError: (error) => logger.warn({ error }, "postgres.connection_lost"),
  });
  opened.add(() => database.close());
  return database;
}

/** A dependency that is away is waited for. Anything else (a bad password, a schema that does not fit) ends the start. */
async function onceThere<T>(step: () => Promise<T>, logger: Logger): Promise<T> {
  for (;;) {
    try {
      return await step();
    } catch (error) {
      if (!isAway(error)) throw error;
      logger.warn({ error }, "store.waiting");
      await new Promise((resolve) => setTimeout(resolve, CONNECT_RETRY_MS));
    }
  }
}

function isAway(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return (
    /^(STORE_DOWN|ECONN|ETIMEDOUT|ENOTFOUND|EAI_|EHOST|ENET|57P|08|53)/.test(code) ||
    (error instanceof Error && /Connection terminated|timeout exceeded/.test(error.message))
  );
}

function ageingOf(config: Config): { readonly lowToMediumMs: number; readonly toHighMs: number } {
  return { lowToMediumMs: config.ageingLowMs, toHighMs: config.ageingMediumMs };
}

interface OpenedQueue {
  readonly readyQueue: ReadyQueue;
  readonly nudges: Nudges;
  readonly queueCheckup: QueueCheckup | null;
}

async function openReadyQueue(config: Config, logger: Logger, opened: Opened): Promise<OpenedQueue> {
  const ageing = ageingOf(config);
  if (config.redisUrl === null) {
    return {
      readyQueue: new MemoryReadyQueue(ageing, CLOCK.nowMs),
      nudges: new MemoryNudges(),
      queueCheckup: null,
    };
  }
  const link = new RedisLink({
    url: config.redisUrl,
    prefix: config.redisKeyPrefix,
    commandTimeoutMs: config.redisTimeoutMs,
    onError: (error) => logger.warn({ error }, "redis.connection_error"),
  });
  const readyQueue = new RedisReadyQueue(link, ageing);
  opened.add(() => readyQueue.close());
  // Redis may be away at the start as at any other time; only a wrong setting is refused.
  const isThere = await link.untilUp(REDIS_START_MS);
  const problem = isThere ? await evictionPolicyProblem(link).catch(() => null) : null;
  if (problem !== null) {
    if (!config.allowEviction)
      throw new Error(`${problem}. Set MUSTER_ALLOW_EVICTION=true to start all the same.`);
    logger.warn({ problem }, "redis.eviction_allowed");
  }
  return { readyQueue, nudges: new RedisNudges(link), queueCheckup: redisCheckup(link) };
}

function workerStream(
  config: Config,
  coordination: Coordination,
  metrics: ServedMetrics,
  logger: Logger,
): RpcService {
  let stream: ReturnType<typeof createWorkerStreamService> | null = null;
  return {
    names: ["muster.worker.v1.WorkerService"],
    register({ server, destroyPeer }) {
      stream = createWorkerStreamService({
        sessions: coordination.sessions,
        clock: CLOCK,
        logger,
        metrics,
        serverId: config.serverId,
        limits: {
          maxFrameBytes: config.frameBytesMax,
          maxPayloadBytes: config.payloadBytesMax,
          maxResultBytes: config.resultBytesMax,
          maxBatchItems: 1_000,
          maxInFlight: 10_000,
        },
        maxSessions: config.maxSessions,
        queueName: (queueId) => coordination.queueName(queueId),
        destroyPeer: (peer) => {
          destroyPeer(peer);
        },
        random: Math.random,
      });
      server.addService(stream.definition, stream.implementation);
    },
    async drain(graceMs) {
      await stream?.drainAll({
        reason: "shutdown",
        spreadMs: Math.min(DRAIN_SPREAD_MS, graceMs / 2),
        closeAfterMs: graceMs,
      });
    },
  };
}

/** @returns host:port, or null when metrics are off */
async function serveMetrics(
  config: Config,
  metrics: ServedMetrics,
  opened: Opened,
  health: () => Health,
): Promise<string | null> {
  if (config.metricsPort === null) return null;
  const server = await startMetricsServer({
    host: config.metricsHost,
    port: config.metricsPort,
    scrape: () => metrics.scrape(),
    health,
  });
  opened.add(() => server.stop());
  return `${config.metricsHost}:${server.port}`;
}

function upDown(isUp: boolean): string {
  return isUp ? "up" : "down";
}

function sha256(parts: Iterable<string | Uint8Array>): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}
