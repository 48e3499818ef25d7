/**
 * All open worker streams of this process: lets calls in or refuses them, watches them, and drains them at
 * shutdown. The only owner of the list; a stream leaves it when its call is closed.
 */
import { MusterError } from "../../core/errors.js";
import { toStatus } from "../status.js";
import { Connection } from "./connection.js";
import { FlushTurn } from "./flush-turn.js";
import { INBOUND_BOUNDS, TIMING, type DrainAllOrder, type WorkerStreamOptions } from "./settings.js";
import { Watchdog } from "./watchdog.js";
import type { WorkerCall } from "./writer.js";

const METHOD = "WorkerService/Connect";
const REFUSED_RETRY_MS = 1_000;

export class StreamRegistry {
  readonly #options: WorkerStreamOptions;
  readonly #connections = new Set<Connection>();
  readonly #room: ConstructorParameters<typeof Connection>[1];
  readonly #watchdog: Watchdog;
  #isStopping = false;
  #whenEmpty: (() => void)[] = [];

  constructor(options: WorkerStreamOptions) {
    this.#options = options;
    const timing = { ...TIMING, ...options.timing };
    this.#room = {
      ...options,
      timing,
      inbound: { ...INBOUND_BOUNDS, ...options.inbound },
      turn: new FlushTurn(),
      streams: () => this.#connections.size,
      onClosed: (connection) => this.#remove(connection),
    };
    this.#watchdog = new Watchdog({
      clock: options.clock,
      logger: options.logger,
      periodMs: timing.watchPeriodMs,
      streams: () => this.#connections,
    });
  }

  get count(): number {
    return this.#connections.size;
  }

  /** The handler of WorkerService.Connect. Never throws. */
  accept(call: WorkerCall): void {
    try {
      const refusal = this.#refusal();
      if (refusal !== null) return this.#refuse(call, refusal);
      this.#connections.add(new Connection(call, this.#room));
      this.#watchdog.start();
    } catch (error) {
      this.#refuse(call, error);
    }
  }

  /**
   * Refuses new streams, asks the open ones to go, each at its own random moment, and ends those left over.
   * @returns resolves when no stream is open any more
   */
  async drainAll(order: DrainAllOrder): Promise<void> {
    this.#isStopping = true;
    for (const connection of [...this.#connections]) {
      const reconnectAfterMs = Math.floor(this.#options.random() * order.spreadMs);
      connection.drain({ reason: order.reason, reconnectAfterMs, closeAfterMs: order.closeAfterMs });
    }
    if (this.#connections.size === 0) return this.#watchdog.stop();
    const timer = setTimeout(() => this.#endAll(), order.closeAfterMs);
    await new Promise<void>((resolve) => this.#whenEmpty.push(resolve));
    clearTimeout(timer);
  }

  #endAll(): void {
    for (const connection of [...this.#connections]) {
      connection.end(
        new MusterError("DRAINING", "this server is stopping", { retryDelayMs: REFUSED_RETRY_MS }),
      );
    }
  }

  #refusal(): MusterError | null {
    const { maxSessions } = this.#options;
    const details = { retryDelayMs: REFUSED_RETRY_MS };
    if (this.#isStopping) return new MusterError("DRAINING", "this server is stopping", details);
    if (this.#connections.size < maxSessions) return null;
    const message = `sessions: expected fewer than ${maxSessions} on this server, got ${this.#connections.size}`;
    return new MusterError("SESSION_LIMIT", message, details);
  }

  #refuse(call: WorkerCall, error: unknown): void {
    const { code, details, metadata } = toStatus(error, { logger: this.#options.logger, method: METHOD });
    call.emit("error", { code, details, metadata });
  }

  #remove(connection: Connection): void {
    this.#connections.delete(connection);
    if (this.#connections.size > 0) return;
    this.#watchdog.stop();
    const waiting = this.#whenEmpty;
    this.#whenEmpty = [];
    for (const resolve of waiting) resolve();
  }
}
