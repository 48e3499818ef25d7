/**
 * The process's one gRPC server: transport options, the TCP front and its life cycle. Knows services only as
 * things that can be registered and told to drain. Called by front.ts.
 *
 * Failure table: a silent or dead peer is pinged after 30 s and closed 20 s later; one connection carries at most
 * 100 streams; a connection without streams ends after a minute; a message over the limit ends its own call with
 * RESOURCE_EXHAUSTED, one that cannot be parsed with INTERNAL; after the grace of a stop everything is cut.
 */
import { Server, ServerCredentials, type ServerOptions } from "@grpc/grpc-js";
import type { Logger } from "../core/ports.js";
import type { CallTracker } from "./call-tracker.js";
import { createListener } from "./listener.js";

export interface GrpcServerConfig {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly receiveBytesMax: number;
  readonly sendBytesMax: number;
  readonly streamsPerConnectionMax: number;
  readonly connectionsMax: number;
  readonly connectionsPerAddressMax: number;
  readonly handshakeMs: number;
  readonly keepaliveMs: number;
  /** 20 s or more: our own loop, when it is blocked, must not take a healthy peer for dead. */
  readonly keepaliveTimeoutMs: number;
  readonly connectionIdleMs: number;
}

export interface GrpcServer {
  readonly server: Server;
  destroyPeer(peer: string): boolean;
  connections(): number;
  start(): Promise<{ readonly host: string; readonly port: number }>;
  /** No new connections or calls from now on; waits up to `graceMs` for the open ones, then cuts them. */
  stop(graceMs: number): Promise<void>;
}

export function createGrpcServer(
  config: GrpcServerConfig,
  tracker: CallTracker,
  logger: Logger,
  credentials: ServerCredentials = ServerCredentials.createInsecure(),
): GrpcServer {
  const server = new Server(optionsOf(config, tracker));
  const injector = server.createConnectionInjector(credentials);
  const listener = createListener(config, (socket) => injector.injectConnection(socket), logger);
  return {
    server,
    destroyPeer: listener.destroyPeer,
    connections: listener.connections,
    start: async () => {
      const { address, port } = await listener.listen();
      logger.info({ host: address, port }, "rpc.listening");
      return { host: address, port };
    },
    stop: async (graceMs) => {
      listener.stopAccepting();
      const isClean = await shutDown(server, graceMs);
      if (!isClean) {
        logger.warn({ graceMs, connections: listener.connections() }, "rpc.cut");
        server.forceShutdown();
      }
      listener.destroyAll();
      await listener.closed();
    },
  };
}

/** False when calls were still open after `graceMs`. */
async function shutDown(server: Server, graceMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), graceMs);
  });
  const done = new Promise<true>((resolve) => server.tryShutdown(() => resolve(true)));
  try {
    return await Promise.race([done, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * `grpc-node.max_session_memory` stays at the library's "no limit": Node serves a session badly once it is reached,
 * and what one connection can hold is bounded by its streams, one message under way on each.
 */
function optionsOf(config: GrpcServerConfig, tracker: CallTracker): ServerOptions {
  return {
    interceptors: [tracker.interceptor],
    // Its counters cost every call and every message; ours are in the metrics.
    "grpc.enable_channelz": 0,
    "grpc.keepalive_time_ms": config.keepaliveMs,
    "grpc.keepalive_timeout_ms": config.keepaliveTimeoutMs,
    "grpc.max_concurrent_streams": config.streamsPerConnectionMax,
    "grpc.max_connection_idle_ms": config.connectionIdleMs,
    "grpc.max_receive_message_length": config.receiveBytesMax,
    "grpc.max_send_message_length": config.sendBytesMax,
  };
}
