/**
 * The sockets of our connections to Postgres, so that all of them can be dropped at once. A failover or a firewall
 * may leave connections that never answer and are never closed; when one of them shows it, the others are as dead,
 * and waiting for each in turn would cost a timeout each. Used by database.ts alone.
 */
import { Socket } from "node:net";

/** After this long without a packet the kernel asks the other side for a sign of life. */
const KEEPALIVE_MS = 10_000;

export class OpenSockets {
  readonly #open = new Set<Socket>();

  /** A socket for one new connection. */
  readonly create = (): Socket => {
    const socket = new Socket();
    socket.setKeepAlive(true, KEEPALIVE_MS);
    this.#open.add(socket);
    socket.once("close", () => this.#open.delete(socket));
    return socket;
  };

  /** What was sent on them may or may not have been carried out. @returns how many */
  dropAll(): number {
    const count = this.#open.size;
    for (const socket of [...this.#open]) socket.destroy();
    return count;
  }
}
