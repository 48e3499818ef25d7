/**
 * The server's own TCP front: accepts connections, bounds how many there are and how long one may stay silent,
 * and hands them to gRPC. Owns the sockets because a stalled stream cannot be ended through gRPC itself: its
 * error waits behind the data that the peer does not read, and only the socket's end tells both sides.
 */
import { createServer, type AddressInfo, type Socket } from "node:net";
import type { Logger } from "../core/ports.js";

export interface ListenerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly connectionsMax: number;
  readonly connectionsPerAddressMax: number;
  /** A connection that has not sent a client's first frames by then is closed. */
  readonly handshakeMs: number;
}

export interface Listener {
  /** Rejects when the address cannot be had. */
  listen(): Promise<AddressInfo>;
  /** Closes a peer's connection without any farewell. False when there is none. */
  destroyPeer(peer: string): boolean;
  connections(): number;
  /** Accepts no more; open connections stay. */
  stopAccepting(): void;
  /** Resolves when the last connection is gone. */
  closed(): Promise<void>;
  destroyAll(): void;
}

/** HTTP/2's preface and an empty SETTINGS frame; a TLS hello is longer. */
const FIRST_BYTES = 33;

/** @param inject takes over a socket; called once for each accepted connection */
export function createListener(
  options: ListenerOptions,
  inject: (socket: Socket) => void,
  logger: Logger,
): Listener {
  const sockets = new Map<string, Socket>();
  const perAddress = new Map<string, number>();
  // Without noDelay small frames would wait for acknowledgements. Not half-open, unlike http2's own servers: those
  // keep the socket of a peer that closed its side before it said anything.
  const server = createServer({ noDelay: true, keepAlive: true, allowHalfOpen: false }, (socket) => {
    socket.on("error", (error) => logger.debug({ error }, "rpc.connection_error"));
    const address = socket.remoteAddress;
    if (address === undefined) return void socket.destroy();
    const fromAddress = perAddress.get(address) ?? 0;
    if (sockets.size >= options.connectionsMax || fromAddress >= options.connectionsPerAddressMax) {
      logger.debug({ address, connections: sockets.size, fromAddress }, "rpc.connection_refused");
      return void socket.destroy();
    }
    const peer = `${address}:${socket.remotePort}`;
    sockets.set(peer, socket);
    perAddress.set(address, fromAddress + 1);
    const silence = setTimeout(() => {
      if (socket.bytesRead < FIRST_BYTES) socket.destroy();
    }, options.handshakeMs);
    silence.unref();
    socket.once("close", () => {
      clearTimeout(silence);
      sockets.delete(peer);
      const left = (perAddress.get(address) ?? 1) - 1;
      if (left === 0) perAddress.delete(address);
      else perAddress.set(address, left);
    });
    inject(socket);
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= new Promise((resolve) => server.close(() => resolve()));
    return closing;
  };
  return {
    listen: () =>
      new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(options.port, options.host, () => {
          server.off("error", reject);
          server.on("error", (error) => logger.error({ error }, "rpc.listener_error"));
          resolve(server.address() as AddressInfo);
        });
      }),
    destroyPeer: (peer) => sockets.get(peer)?.destroy() !== undefined,
    connections: () => sockets.size,
    stopAccepting: () => void close(),
    closed: close,
    destroyAll: () => {
      for (const socket of sockets.values()) socket.destroy();
    },
  };
}
