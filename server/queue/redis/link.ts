/**
 * The connection to Redis that the ready queue and the nudges share: one client for commands, one for
 * subscriptions. It owns timeouts, reconnecting and the answer to "is Redis up". Nothing waits for Redis longer
 * than the timeout, nothing is queued while it is away, and nothing is sent twice by itself.
 *
 * | what happens           | what is done                                                        |
 * |------------------------|---------------------------------------------------------------------|
 * | connection lost        | down at once; reconnects for ever, capped and jittered               |
 * | a command times out    | ReadyQueueDown for its caller, then a PING to see whether it hangs   |
 * | several in a row       | down; the connection is thrown away and made anew                    |
 * | our own process paused | answers that lie in the socket are read before a timeout counts      |
 * | part of a cluster away | down, until a probe finds every master and every slot served         |
 */
import { randomBytes } from "node:crypto";
import { ReadyQueueDown } from "../../core/ports.js";
import { type ClientSettings, isPartAway, openClient, type RedisClient, signOfLife } from "./client.js";
import { Subscriptions } from "./subscriptions.js";

export interface RedisLinkOptions {
  /** `redis://` or `rediss://`; a cluster's nodes with commas between them, see client.ts. */
  readonly url: string;
  /** First part of every key and channel. */
  readonly prefix?: string;
  /** Longest wait for an answer, ms. */
  readonly commandTimeoutMs?: number;
  /** Timeouts in a row after which Redis counts as down. */
  readonly timeoutsUntilDown?: number;
  /** How often an idle connection is asked for a sign of life, ms. */
  readonly probeEveryMs?: number;
  /** Longest pause between two attempts to connect, ms. */
  readonly reconnectCapMs?: number;
  /** Told about every error of a connection, for the log. */
  readonly onError?: (error: Error) => void;
}

/** An answer that came after its timeout; `value` is what the caller did not get. */
type LateAnswer<T> = (value: T) => void;

const DEFAULTS = { commandTimeoutMs: 500, timeoutsUntilDown: 3, probeEveryMs: 1_000, reconnectCapMs: 2_000 };
const FIRST_RECONNECT_MS = 20;
/** Over the command timeout: how long a late answer is still waited for, and how long a handshake may take. */
const LATE_FACTOR = 4;

export class RedisLink {
  readonly prefix: string;
  /** Marks our own messages, which we do not want to hear. */
  readonly sender = randomBytes(9).toString("base64url");
  readonly subscriptions: Subscriptions;
  readonly #redis: RedisClient;
  readonly #timeoutMs: number;
  readonly #timeoutsUntilDown: number;
  readonly #probe: NodeJS.Timeout;
  readonly #listeners = new Set<(isUp: boolean) => void>();
  #up = false;
  #timeouts = 0;
  #probing = false;
  #lastError = "not connected yet";

  /** Begins to connect and returns; `untilUp` waits. Never throws because Redis is away. */
  constructor(options: RedisLinkOptions) {
    this.prefix = options.prefix ?? "muster";
    this.#timeoutMs = options.commandTimeoutMs ?? DEFAULTS.commandTimeoutMs;
    this.#timeoutsUntilDown = options.timeoutsUntilDown ?? DEFAULTS.timeoutsUntilDown;
    const onError = (error: Error): void => {
      this.#lastError = error.message;
      options.onError?.(error);
    };
    const settings = clientOptions(this.#timeoutMs, options.reconnectCapMs ?? DEFAULTS.reconnectCapMs);
    this.#redis = openClient(options.url, { ...settings, connectionName: "muster" });
    this.#redis.on("error", onError);
    this.#redis.on("ready", () => this.#becomes(true));
    this.#redis.on("close", () => this.#becomes(false));
    this.subscriptions = new Subscriptions(
      openClient(options.url, { ...settings, connectionName: "muster-sub" }),
      onError,
    );
    this.#probe = setInterval(() => this.#probeNow(), options.probeEveryMs ?? DEFAULTS.probeEveryMs);
    this.#probe.unref();
  }

  isUp(): boolean {
    return this.#up;
  }

  onUpDown(listener: (isUp: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** True as soon as commands and subscriptions work, false when that took longer than `deadlineMs`. */
  async untilUp(deadlineMs: number): Promise<boolean> {
    const endMono = performance.now() + deadlineMs;
    if (!this.#up) {
      await new Promise<void>((resolve) => {
        const finish = (): void => {
          clearTimeout(timer);
          stop();
          resolve();
        };
        const timer = setTimeout(finish, deadlineMs);
        const stop = this.onUpDown(finish);
      });
    }
    return this.#up && (await this.subscriptions.untilReady(endMono - performance.now()));
  }

  /**
   * Runs one command or script.
   * @param onLate gets the answer when it comes after the timeout, since what it did is done
   * @throws ReadyQueueDown when Redis is down, does not answer in time, or refuses the command; `cause` says why
   */
  async run<T>(command: (redis: RedisClient) => Promise<T>, onLate?: LateAnswer<T>): Promise<T> {
    if (!this.#up) throw new ReadyQueueDown(`Redis is not reachable: ${this.#lastError}`);
    try {
      const value = await this.#withTimeout(command(this.#redis), onLate);
      this.#timeouts = 0;
      return value;
    } catch (error) {
      if (error instanceof ReadyQueueDown) throw error;
      if (isPartAway(this.#redis, error)) this.#becomes(false); // until a probe finds all of it there
      const message = error instanceof Error ? error.message : String(error);
      throw new ReadyQueueDown(`Redis refused a command: ${message}`, { cause: error });
    }
  }

  /** Fire and forget: whoever should hear it has a slow poll behind it. */
  publish(channel: string, message: string): void {
    this.run((redis) => redis.publish(channel, message)).catch(() => undefined);
  }

  async close(): Promise<void> {
    clearInterval(this.#probe);
    if (this.#up) await this.run((redis) => redis.quit()).catch(() => undefined);
    this.#becomes(false);
    this.#redis.disconnect();
    this.subscriptions.close();
  }

  #withTimeout<T>(answer: Promise<T>, onLate?: LateAnswer<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let late = false;
      const timeOut = (): void => {
        late = true;
        this.#timedOut();
        reject(new ReadyQueueDown(`Redis did not answer within ${this.#timeoutMs} ms`));
      };
      // After a pause of our own process timers run before the socket is read; the immediate runs after that.
      let immediate: NodeJS.Immediate | undefined;
      const timer = setTimeout(() => (immediate = setImmediate(timeOut)), this.#timeoutMs);
      const settle = (): void => {
        clearTimeout(timer);
        clearImmediate(immediate);
      };
      answer.then(
        (value) => {
          settle();
          if (late) onLate?.(value);
          else resolve(value);
        },
        (error: unknown) => {
          settle();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  }

  #timedOut(): void {
    this.#timeouts += 1;
    this.#lastError = `no answer within ${this.#timeoutMs} ms, ${this.#timeouts} times in a row`;
    if (this.#timeouts >= this.#timeoutsUntilDown && this.#up) {
      this.#becomes(false);
      this.#redis.disconnect(true);
    } else {
      setImmediate(() => this.#probeNow());
    }
  }

  #probeNow(): void {
    this.subscriptions.probe(this.#timeoutMs * 2);
    if (this.#redis.status !== "ready" || this.#probing) return;
    this.#probing = true;
    const done = (): void => void (this.#probing = false);
    const asked = this.#up
      ? this.run(signOfLife)
      : this.#withTimeout(signOfLife(this.#redis)).then(() => this.#becomes(true));
    asked.then(done, done);
  }

  #becomes(up: boolean): void {
    if (this.#up === up) return;
    this.#up = up;
    this.#timeouts = 0;
    for (const listener of this.#listeners) listener(up);
  }
}

function clientOptions(commandTimeoutMs: number, reconnectCapMs: number) {
  return {
    // The timeout that callers see is ours; this one bounds handshakes and how long a late answer is waited for.
    commandTimeout: commandTimeoutMs * LATE_FACTOR,
    connectTimeout: 2_000,
    disconnectTimeout: 200,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // Subscriptions does it. The client would not hear that its own attempt was rejected, which ends the process.
    autoResubscribe: false,
    retryStrategy: (attempt: number) => {
      const delayMs = Math.min(FIRST_RECONNECT_MS * 2 ** Math.min(attempt, 20), reconnectCapMs);
      return delayMs * (0.5 + Math.random() / 2);
    },
  } satisfies Omit<ClientSettings, "connectionName">;
}
