/**
 * One connection through the proxy: two sockets and what stands between them. Delays, holds and swallows bytes, and
 * resets both ends. The proxy decides which fault is on; this carries it out.
 */
import type { Socket } from "node:net";

export type Direction = "to_target" | "to_client";

export interface PairListener {
  readonly onClosed: () => void;
  /** Before they are passed on. */
  readonly onClientBytes: (bytes: Buffer) => void;
}

/** Of what the client sent last; patterns are shorter. */
const TAIL_BYTES = 256;

export class ProxyPair {
  latencyMs = 0;
  readonly #client: Socket;
  readonly #target: Socket;
  readonly #listener: PairListener;
  #held: ReadonlySet<Direction> = new Set();
  #sent = Buffer.alloc(0);
  #swallowing: { readonly until: Buffer; readonly done: () => void; seen: Buffer } | null = null;
  /** What is late, in order. */
  readonly #underWay: { readonly act: () => void; readonly dueMono: number }[] = [];
  #isAbandoned = false;
  #isClosed = false;

  constructor(client: Socket, target: Socket, listener: PairListener) {
    this.#client = client;
    this.#target = target;
    this.#listener = listener;
    client.setNoDelay(true);
    target.setNoDelay(true);
    for (const socket of [client, target]) {
      socket.on("error", () => this.reset());
      socket.on("close", () => this.#closed());
    }
    client.on("data", (bytes: Buffer) => {
      const before = this.#sent.subarray(Math.max(0, this.#sent.length - TAIL_BYTES));
      this.#sent = Buffer.concat([before, bytes]);
      listener.onClientBytes(bytes);
      this.#forward(client, target, bytes);
    });
    target.on("data", (bytes: Buffer) => {
      if (this.#swallowing === null) this.#forward(target, client, bytes);
      else this.#swallow(this.#swallowing, bytes);
    });
    client.on("end", () => this.#later(() => target.end()));
    target.on("end", () => this.#later(() => client.end()));
  }

  /** Whether the last bytes of the client hold it. */
  hasSent(pattern: Buffer): boolean {
    return this.#sent.includes(pattern);
  }

  /** From now on the client hears nothing; after the target has said `until`, both ends are reset. */
  swallowReply(until: Buffer, done: () => void): void {
    this.#swallowing ??= { until, done, seen: Buffer.alloc(0) };
  }

  hold(which: ReadonlySet<Direction>): void {
    if (this.#isAbandoned) return;
    this.#held = which;
    for (const socket of [this.#client, this.#target]) {
      if (this.#isHeld(socket)) socket.pause();
      else socket.resume();
    }
  }

  abandon(): void {
    this.hold(new Set(["to_target", "to_client"]));
    this.#isAbandoned = true;
  }

  reset(): void {
    if (this.#isClosed) return;
    for (const socket of [this.#client, this.#target]) {
      // A reset of a socket that is shutting down is refused, and leaves a handle that never closes.
      if (socket.connecting || socket.writableEnded) socket.destroy();
      else socket.resetAndDestroy();
    }
    this.#closed();
  }

  #swallow(
    swallowing: { readonly until: Buffer; readonly done: () => void; seen: Buffer },
    bytes: Buffer,
  ): void {
    swallowing.seen = Buffer.concat([swallowing.seen, bytes]);
    if (!swallowing.seen.includes(swallowing.until)) return;
    this.reset();
    swallowing.done();
  }

  #forward(from: Socket, to: Socket, bytes: Buffer): void {
    this.#later(() => {
      if (to.destroyed || to.write(bytes)) return;
      from.pause();
      to.once("drain", () => this.#isHeld(from) || from.resume());
    });
  }

  #isHeld(from: Socket): boolean {
    return this.#held.has(from === this.#client ? "to_target" : "to_client");
  }

  /** In order, also when the latency has become shorter since: nothing overtakes what is on its way. */
  #later(act: () => void): void {
    if (this.latencyMs === 0 && this.#underWay.length === 0) return act();
    const dueMono = performance.now() + this.latencyMs;
    if (this.#underWay.push({ act, dueMono }) === 1) this.#deliver();
  }

  /** What is due, and the rest when it is. */
  #deliver(): void {
    for (let next = this.#underWay[0]; next !== undefined && !this.#isClosed; next = this.#underWay[0]) {
      const waitMs = next.dueMono - performance.now();
      if (waitMs > 0) {
        setTimeout(() => this.#deliver(), Math.ceil(waitMs));
        return;
      }
      next.act();
      this.#underWay.shift();
    }
  }

  #closed(): void {
    if (!this.#client.destroyed || !this.#target.destroyed) {
      // One end is gone for good: so is the other, once it has what was sent.
      if (this.#client.destroyed) this.#target.end();
      else this.#client.end();
    }
    if (this.#isClosed || !(this.#client.destroyed && this.#target.destroyed)) return;
    this.#isClosed = true;
    this.#listener.onClosed();
  }
}
