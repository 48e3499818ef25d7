/**
 * The gRPC front of a server: jobs, admin, health, reflection and whatever else is plugged in, on one port. Calls
 * only the operations it is given. Made and stopped by main.ts.
 */
import { setMaxListeners } from "node:events";
import type { Server, ServerCredentials } from "@grpc/grpc-js";
import { allServices } from "../../proto/load.js";
import type { DeadLetterOperations } from "../core/dead-letters.js";
import type { AdminOperations, JobOperations } from "../core/operations.js";
import type { Logger } from "../core/ports.js";
import type { RedriveOperations } from "../core/redrive.js";
import { adminService } from "./admin-service.js";
import { deadLettersHandlers } from "./dead-letters.js";
import { trackCalls, type RpcObserver } from "./call-tracker.js";
import { createGrpcServer, type GrpcServerConfig } from "./grpc-server.js";
import type { HandlerContext } from "./handlers/context.js";
import { createHealth, type Health } from "./health.js";
import { jobsService } from "./jobs-service.js";
import { registerReflection } from "./reflection.js";

export interface GrpcFrontConfig extends GrpcServerConfig {
  /** Longest a unary call may take before CALL_TIMEOUT. */
  readonly unaryTimeoutMs: number;
  /** Serves grpc.reflection; it tells the contract to whoever can connect. */
  readonly reflects: boolean;
}

export const GRPC_FRONT_DEFAULTS: GrpcFrontConfig = {
  /** Loopback: nothing here asks who is calling. */
  host: "127.0.0.1",
  port: 7_878,
  receiveBytesMax: 16 * 1_048_576,
  sendBytesMax: 64 * 1_048_576,
  /** A worker needs one, a client a few; who waits for many jobs has one open for each. */
  streamsPerConnectionMax: 1_000,
  connectionsMax: 20_000,
  connectionsPerAddressMax: 10_000,
  handshakeMs: 10_000,
  keepaliveMs: 30_000,
  keepaliveTimeoutMs: 20_000,
  connectionIdleMs: 60_000,
  unaryTimeoutMs: 30_000,
  reflects: true,
};

/** What a plugged-in service may use of the front. */
export interface RpcHost {
  readonly server: Server;
  /** Closes the connection of `call.getPeer()` at once; the only way to end a stalled stream. */
  destroyPeer(peer: string): boolean;
  /** Aborts when `stop()` begins. */
  readonly draining: AbortSignal;
  /** For handlers of the common kinds. */
  readonly context: HandlerContext;
}

export interface RpcService {
  /** Full names for the health service, e.g. `muster.worker.v1.WorkerService`. */
  readonly names: readonly string[];
  register(host: RpcHost): void;
  /** Called when `stop()` begins: end the streams within `graceMs`; after that they are cut. */
  drain?(graceMs: number): Promise<void>;
}

export interface GrpcFrontParts {
  readonly config?: Partial<GrpcFrontConfig>;
  readonly jobs: JobOperations;
  readonly admin: AdminOperations;
  readonly deadLetters: DeadLetterOperations & RedriveOperations;
  readonly logger: Logger;
  readonly observer: RpcObserver;
  readonly extraServices?: readonly RpcService[];
  /** Plain text when absent. */
  readonly credentials?: ServerCredentials;
}

export interface GrpcFront {
  /** Everything is NOT_SERVING until told otherwise; `start()` tells it, `stop()` takes it back. */
  readonly health: Pick<Health, "setServing" | "setNotServing">;
  destroyPeer(peer: string): boolean;
  connections(): number;
  /** Listens, then reports SERVING. Rejects when the address cannot be had. */
  start(): Promise<{ readonly host: string; readonly port: number }>;
  /** NOT_SERVING, watches end with DRAINING, open calls get up to `graceMs`, the rest is cut. Again: the same promise. */
  stop(graceMs: number): Promise<void>;
}

export function createGrpcFront(parts: GrpcFrontParts): GrpcFront {
  const { jobs, admin, deadLetters, logger, observer, extraServices = [] } = parts;
  const config: GrpcFrontConfig = { ...GRPC_FRONT_DEFAULTS, ...parts.config };
  const tracker = trackCalls(observer);
  const { server, ...transport } = createGrpcServer(config, tracker, logger, parts.credentials);
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal); // every watch listens to it
  const context: HandlerContext = {
    logger,
    observer,
    unaryTimeoutMs: config.unaryTimeoutMs,
    draining: stopping.signal,
  };
  const contractServices = allServices();
  server.addService(contractServices.jobs.JobsService.service, jobsService(context, jobs));
  server.addService(contractServices.admin.AdminService.service, {
    ...adminService(context, admin),
    ...deadLettersHandlers(context, deadLetters),
  });
  const host: RpcHost = { server, destroyPeer: transport.destroyPeer, draining: stopping.signal, context };
  for (const service of extraServices) service.register(host);
  const names = extraServices.flatMap((service) => service.names);
  const health = createHealth(["muster.jobs.v1.JobsService", "muster.admin.v1.AdminService", ...names]);
  health.register(server);
  if (config.reflects) registerReflection(server);
  const stop = async (graceMs: number): Promise<void> => {
    health.setNotServing();
    stopping.abort();
    tracker.endForeignStreams();
    const drained = Promise.allSettled(extraServices.map(async (service) => service.drain?.(graceMs)));
    await transport.stop(graceMs);
    for (const outcome of await drained) {
      if (outcome.status === "rejected") logger.error({ error: outcome.reason }, "rpc.drain_failed");
    }
  };
  let stopped: Promise<void> | undefined;
  return {
    health,
    destroyPeer: transport.destroyPeer,
    connections: transport.connections,
    start: async () => {
      const address = await transport.start();
      health.setServing();
      return address;
    },
    stop: (graceMs) => (stopped ??= stop(graceMs)),
  };
}
