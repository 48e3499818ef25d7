/**
 * What a worker is made with, checked at once and completed. Every problem is named in one error, so that a bad
 * configuration is fixed in one go.
 */
import { randomUUID } from "node:crypto";
import { RECONNECT } from "../backoff.js";
import type { Credentials } from "../credentials.js";
import type { SessionConfig } from "../transport/messages.js";
import { WINDOW_MAX } from "../transport/window.js";
import type { TransportKind } from "../transport/transport.js";
import type { Handler } from "./job-context.js";

const HANDSHAKE_MS = 20_000;

export interface SubscriptionOptions {
  readonly queue: string;
  /** Default: the names of the handlers; every type if one of them is `*`. */
  readonly jobTypes?: readonly string[];
  /** Default: bounded by the window alone. */
  readonly maxInFlight?: number;
}

/** The shape of pino's logger and of others. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface WorkerOptions {
  /** `host:port`, or any target grpc-js understands. */
  readonly address: string;
  /** Default: `default`. */
  readonly namespace?: string;
  /** Default: `default`. Not together with `subscriptions`. */
  readonly queue?: string;
  readonly subscriptions?: readonly SubscriptionOptions[];
  /** By job type; `*` takes every type without a handler of its own. */
  readonly handlers: Readonly<Record<string, Handler>>;
  /** Handlers at once, 1..10,000; default 32. */
  readonly concurrency?: number;
  /**
   * Jobs held at once, those waiting included, up to 10,000. Default: `concurrency`, plus what the handlers finish
   * in 100 ms. What waits here starts in the order of urgency; a job that waits for a second goes back, so that
   * another worker may take it.
   */
  readonly window?: number;
  /** Stable name; default: new for every process. Two processes must not share one. */
  readonly workerId?: string;
  /** For people. */
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly buildId?: string;
  readonly credentials?: Credentials;
  readonly logger?: Logger;
  /**
   * `thread` (default): the stream lives on a thread of its own, so that a handler that blocks the main loop
   * does not silence the heartbeats. `inline`: on the main thread, for handlers that never block.
   */
  readonly transport?: TransportKind;
  /** Default: full jitter, 200 ms to 15 s. */
  readonly reconnect?: { readonly baseMs: number; readonly capMs: number };
}

export interface CheckedOptions {
  readonly session: SessionConfig;
  readonly handlers: ReadonlyMap<string, Handler>;
  readonly concurrency: number;
  readonly credentials: Credentials | undefined;
  readonly logger: Logger | undefined;
  readonly transport: TransportKind;
}

/** @throws TypeError that names every problem */
export function checkOptions(options: WorkerOptions): CheckedOptions {
  const handlers = new Map(Object.entries(options.handlers));
  const concurrency = options.concurrency ?? 32;
  const problems = problemsOf(options, handlers, concurrency);
  if (problems.length > 0) throw new TypeError(`bad worker options: ${problems.join("; ")}`);
  const instanceId = randomUUID();
  return {
    handlers,
    concurrency,
    credentials: options.credentials,
    logger: options.logger,
    transport: options.transport ?? "thread",
    session: {
      address: options.address,
      namespace: options.namespace ?? "default",
      tls: options.credentials?.tls,
      hasToken: options.credentials?.token !== undefined,
      workerId: options.workerId ?? instanceId,
      instanceId,
      workerName: options.name ?? "",
      subscriptions: subscriptionsOf(options, handlers),
      labels: { ...options.labels },
      buildId: options.buildId ?? "",
      slots: concurrency,
      window: options.window,
      reconnect: options.reconnect ?? RECONNECT,
      handshakeMs: HANDSHAKE_MS,
    },
  };
}

function problemsOf(
  options: WorkerOptions,
  handlers: ReadonlyMap<string, Handler>,
  concurrency: number,
): string[] {
  const problems: string[] = [];
  const inRange = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= WINDOW_MAX;
  if (options.address === "") problems.push("address: expected host:port, got an empty string");
  if (handlers.size === 0) problems.push("handlers: expected at least one, got none");
  for (const [type, handler] of handlers) {
    if (typeof handler !== "function")
      problems.push(`handlers.${type}: expected a function, got ${typeof handler}`);
  }
  if (!inRange(concurrency)) problems.push(`concurrency: expected 1..${WINDOW_MAX}, got ${concurrency}`);
  const { window } = options;
  if (window !== undefined && !inRange(window))
    problems.push(`window: expected 1..${WINDOW_MAX}, got ${window}`);
  if (options.queue !== undefined && options.subscriptions !== undefined) {
    problems.push("queue, subscriptions: expected one of them, got both");
  }
  if (options.subscriptions?.length === 0) problems.push("subscriptions: expected at least one, got none");
  return problems;
}

function subscriptionsOf(
  options: WorkerOptions,
  handlers: ReadonlyMap<string, Handler>,
): SessionConfig["subscriptions"] {
  const names = handlers.has("*") ? [] : [...handlers.keys()];
  const asked = options.subscriptions ?? [{ queue: options.queue ?? "default" }];
  return asked.map((each) => ({
    queue: each.queue,
    jobTypes: [...(each.jobTypes ?? names)],
    maxInFlight: each.maxInFlight ?? 0,
  }));
}
