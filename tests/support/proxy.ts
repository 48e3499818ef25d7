/**
 * A TCP proxy between two of our processes, on loopback, that misbehaves when it is told to. A black hole holds
 * bytes and delivers them when it ends, as TCP does over a network that is cut for a while; a reset loses them.
 * Everything it opened is gone after `close`. It knows nothing of what it carries, except the patterns it is given.
 */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { track } from "./leftovers.js";
import { type Direction, ProxyPair } from "./proxy-pair.js";

/** Cuts a connection after the client sent what matches, so that the client never learns what came of it. */
export interface CutAfterMatch {
  /** Looked for in what the client sends; may span chunks. */
  readonly pattern: Buffer;
  /** The reply is swallowed up to this, and then the connection is reset: what was asked for has been done. */
  readonly untilReply: Buffer;
  /** Connections to cut; the rest pass. */
  readonly times: number;
}

export class FaultProxy {
  readonly #server: Server;
  #targetPort: number;
  readonly #pairs = new Set<ProxyPair>();
  readonly #untrack: () => void;
  #held: ReadonlySet<Direction> = new Set();
  #latencyMs = 0;
  #isRefusing = false;
  #cut: (CutAfterMatch & { left: number }) | null = null;
  #bytesLeft: number | null = null;
  /** Connections that a `cutAfterMatch` or a `cutAfterBytes` has ended. */
  cuts = 0;

  private constructor(server: Server, targetPort: number) {
    this.#server = server;
    this.#targetPort = targetPort;
    this.#untrack = track(`a proxy to port ${targetPort}`, () => this.close());
    server.on("connection", (client: Socket) => this.#accept(client));
  }

  static async open(targetPort: number): Promise<FaultProxy> {
    const server = createServer({ allowHalfOpen: true });
    server.listen({ port: 0, host: "127.0.0.1" });
    await once(server, "listening");
    return new FaultProxy(server, targetPort);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  /** Ends every fault; what a black hole held is delivered. */
  pass(): void {
    this.#isRefusing = false;
    this.#latencyMs = 0;
    this.#cut = null;
    this.#bytesLeft = null;
    this.#hold(new Set());
  }

  /** Every chunk is this late, in order. */
  latency(ms: number): void {
    this.#latencyMs = ms;
    for (const pair of this.#pairs) pair.latencyMs = ms;
  }

  /** Connections stay and nothing gets through; a new one is accepted and hears nothing. */
  blackhole(which: Direction | "both" = "both"): void {
    this.#hold(new Set<Direction>(which === "both" ? ["to_target", "to_client"] : [which]));
  }

  /** Connections from now on go to another port, as after a failover; those that are there now are reset. */
  retarget(port: number): void {
    this.#targetPort = port;
    this.reset();
  }

  /** The connections that are there now never carry a byte again, and are not closed; new ones are served. */
  abandon(): number {
    for (const pair of this.#pairs) pair.abandon();
    return this.#pairs.size;
  }

  /** Ends every connection with RST, both ends. New ones are served. @returns how many */
  reset(): number {
    const count = this.#pairs.size;
    for (const pair of [...this.#pairs]) pair.reset();
    return count;
  }

  /** Like `reset`, and new connections are reset at once. */
  refuse(): void {
    this.#isRefusing = true;
    this.reset();
  }

  /** After this many further bytes from clients, over all connections, the one that sent the last is reset. */
  cutAfterBytes(bytes: number): void {
    this.#bytesLeft = bytes;
  }

  cutAfterMatch(cut: CutAfterMatch): void {
    this.#cut = { ...cut, left: cut.times };
  }

  async close(): Promise<void> {
    this.#untrack();
    this.refuse();
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    await closed;
  }

  #accept(client: Socket): void {
    if (this.#isRefusing) return void client.resetAndDestroy();
    const target = connect({ port: this.#targetPort, host: "127.0.0.1", allowHalfOpen: true });
    const pair = new ProxyPair(client, target, {
      onClosed: () => void this.#pairs.delete(pair),
      onClientBytes: (bytes) => this.#clientSent(pair, bytes),
    });
    pair.latencyMs = this.#latencyMs;
    pair.hold(this.#held);
    this.#pairs.add(pair);
  }

  #clientSent(pair: ProxyPair, bytes: Buffer): void {
    if (this.#bytesLeft !== null && (this.#bytesLeft -= bytes.length) <= 0) {
      this.#bytesLeft = null;
      this.cuts++;
      pair.reset();
      return;
    }
    const cut = this.#cut;
    if (cut === null || cut.left === 0 || !pair.hasSent(cut.pattern)) return;
    cut.left--;
    pair.swallowReply(cut.untilReply, () => {
      this.cuts++;
    });
  }

  #hold(which: ReadonlySet<Direction>): void {
    this.#held = which;
    for (const pair of this.#pairs) pair.hold(which);
  }
}
