/**
 * The only place where adapters meet: reads nothing, decides nothing, wires a configuration into a running server.
 * `muster serve`, `muster dev` and tests start through here.
 */
import { createHash, createHmac } from "node:crypto";
import type { Config } from "./config.js";
import { SUBMISSION_LIMITS } from "./core/submission-limits.js";
import type { Clock, Logger, Nudges, ReadyQueue } from "./core/ports.js";
import { openEmbeddedPostgres, type EmbeddedPostgres } from "./embedded/pglite.js";
import { FRAME_ROOM_BYTES } from "./limits.js";
import { MemoryNudges } from "./queue/memory/nudges.js";
import { MemoryReadyQueue } from "./queue/memory/ready-queue.js";
import { evictionPolicyProblem } from "./queue/redis/eviction-policy.js";
import { RedisLink } from "./queue/redis/link.js";
import { RedisNudges } from "./queue/redis/nudges.js";
import { RedisReadyQueue } from "./queue/redis/ready-queue.js";
import { createGrpcFront, type RpcService } from "./rpc/front.js";
import { createWorkerStreamService } from "./rpc/worker-stream/index.js";
import { createCoordination, type Coordination } from "./services/coordination.js";
import { Database } from "./store/database.js";
import { migrate as migrateDatabase } from "./store/migrate.js";
import { PostgresStore } from "./store/store.js";
import { storeViews } from "./store/views/store-views.js";
import { createLogger } from "./telemetry/logger.js";
import { startMetricsServer, type Health } from "./telemetry/metrics-server.js";
import { createMetrics, type ServedMetrics } from "./telemetry/metrics.js";

const CLOCK: Clock = { nowMs: () => Date.now(), monoMs: () => performance.now() };
const CONNECT_RETRY_MS = 1_000;
/** Workers of a stopping replica reconnect at random moments within this. */
const DRAIN_SPREAD_MS = 1_000;

export interface RunningServer {
  /** host:port; the port that was really opened when 0 was asked for. */
  readonly grpcAddress: string;
  /** Null when metrics are off. */
  readonly metricsAddress: string | null;
  /** Drains, lets streams end, closes everything. */
  stop(): Promise<void>;
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
  const metrics = createMetrics();
  const { database, embedded } = await openDatabase(config, logger);
  await untilMigrated(database, logger);
  const queue = await openReadyQueue(config, logger);
  const store = new PostgresStore({
    database,
    metrics,
    parentOutputBytesMax: config.frameBytesMax - config.payloadBytesMax - FRAME_ROOM_BYTES,
  });
  const ports = { store, views: storeViews(database, metrics), ...queue, clock: CLOCK, metrics, logger };
  const sign = (text: string): Buffer => createHmac("sha256", config.resumeSecret).update(text).digest();
  const coordination = createCoordination(
    { ...ports, sign, hash: sha256, random01: Math.random },
    {
      ...config,
      submissionLimits: { ...SUBMISSION_LIMITS, payloadBytes: config.payloadBytesMax },
      lanes: embedded === null ? 2 : 1,
    },
  );
  await coordination.start();
  const front = createGrpcFront({
    config: { host: config.host, port: config.port, receiveBytesMax: config.receiveBytesMax },
    jobs: coordination.jobs,
    admin: coordination.admin,
    logger,
    observer: metrics,
    extraServices: [workerStream(config, coordination, metrics, logger)],
  });
  const address = await front.start();
  const metricsServer = await serveMetrics(config, metrics, () => ({
    ok: store.isUp(),
    checks: { store: upDown(store.isUp()), redis: upDown(queue.readyQueue.isUp()) },
  }));
  logger.info({ mode: config.mode, host: address.host, port: address.port }, "server.started");
  let stopped: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    logger.info({}, "server.stopping");
    await front.stop(config.terminateGraceMs);
    await coordination.stop();
    await metricsServer?.stop();
    metrics.stop();
    await queue.readyQueue.close();
    await database.close();
    await embedded?.close();
    logger.info({}, "server.stopped");
  };
  return {
    grpcAddress: `${address.host}:${address.port}`,
    metricsAddress: metricsServer === null ? null : `${config.metricsHost}:${metricsServer.port}`,
    stop: () => (stopped ??= stop()),
  };
}

/** Brings the database to the newest schema. @returns the names of what was applied now */
export async function migrate(options: { readonly config: Config }): Promise<readonly string[]> {
  const logger = createLogger({ level: "warn", format: "json", base: {}, destination: 2 });
  const { database, embedded } = await openDatabase(options.config, logger);
  try {
    return await migrateDatabase(database.kysely);
  } finally {
    await database.close();
    await embedded?.close();
  }
}

async function openDatabase(
  config: Config,
  logger: Logger,
): Promise<{ database: Database; embedded: EmbeddedPostgres | null }> {
  const embedded = config.databaseUrl === null ? await openEmbeddedPostgres(config.dataDir) : null;
  const connection =
    config.databaseUrl === null ? { config: embedded?.config ?? {} } : { url: config.databaseUrl };
  const database = new Database({
    connection,
    poolMax: config.postgresPoolMax,
    onError: (error) => logger.warn({ error }, "postgres.connection_lost"),
  });
  return { database, embedded };
}

/** A dependency that is away is waited for. Anything else (a bad password, a broken migration) ends the start. */
async function untilMigrated(database: Database, logger: Logger): Promise<void> {
  for (;;) {
    try {
      const applied = await migrateDatabase(database.kysely);
      if (applied.length > 0) logger.info({ applied }, "store.migrated");
      return;
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
    /^(ECONN|ETIMEDOUT|ENOTFOUND|EAI_|EHOST|ENET|57P|08|53)/.test(code) ||
    (error instanceof Error && /Connection terminated|timeout exceeded/.test(error.message))
  );
}

async function openReadyQueue(
  config: Config,
  logger: Logger,
): Promise<{ readyQueue: ReadyQueue; nudges: Nudges }> {
  const ageing = { lowToMediumMs: config.ageingLowMs, toHighMs: config.ageingMediumMs };
  if (config.redisUrl === null) {
    return { readyQueue: new MemoryReadyQueue(ageing, CLOCK.nowMs), nudges: new MemoryNudges() };
  }
  const link = new RedisLink({
    url: config.redisUrl,
    prefix: config.redisKeyPrefix,
    commandTimeoutMs: config.redisTimeoutMs,
    onError: (error) => logger.warn({ error }, "redis.connection_error"),
  });
  // Redis may be away at the start as at any other time; only a wrong setting is refused.
  const problem = await evictionPolicyProblem(link).catch(() => null);
  if (problem !== null) {
    if (!config.allowEviction)
      throw new Error(`${problem}. Set MUSTER_ALLOW_EVICTION=true to start all the same.`);
    logger.warn({ problem }, "redis.eviction_allowed");
  }
  return { readyQueue: new RedisReadyQueue(link, ageing), nudges: new RedisNudges(link) };
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

async function serveMetrics(config: Config, metrics: ServedMetrics, health: () => Health) {
  if (config.metricsPort === null) return null;
  return startMetricsServer({
    host: config.metricsHost,
    port: config.metricsPort,
    scrape: () => metrics.scrape(),
    health,
  });
}

function upDown(isUp: boolean): string {
  return isUp ? "up" : "down";
}

function sha256(parts: Iterable<string | Uint8Array>): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}
