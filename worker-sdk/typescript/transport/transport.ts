/**
 * Where the stream's half of a worker runs. `thread` (the default) keeps heartbeats going while handlers block
 * the main loop; `inline` saves the hop between threads for handlers that never block.
 */
import { Worker as Thread } from "node:worker_threads";
import { loadFrames } from "./frames.js";
import type { FromTransport, Loaded, SessionConfig, Start, ToTransport } from "./messages.js";
import { Session } from "./session.js";
import type { Vitals } from "./vitals.js";

export type TransportKind = "thread" | "inline";

export interface Transport {
  /** Resolves when all code that a connection needs is loaded. */
  readonly loaded: Promise<void>;
  /** Connects. Once it is loaded, it keeps no process alive until then. */
  start(): void;
  /** Buffers in `transfer` are given away. */
  send(message: ToTransport, transfer?: ArrayBuffer[]): void;
  /** Instead of `start`: it will not be wanted. */
  discard(): void;
}

export interface TransportListener {
  message(message: FromTransport): void;
  /** The thread died of a bug; no message comes any more. */
  crashed(error: Error): void;
}

/** @returns one that loads, and connects when it is started */
export function openTransport(
  kind: TransportKind,
  config: SessionConfig,
  vitals: Vitals,
  listener: TransportListener,
): Transport {
  loadFrames();
  return kind === "inline" ? openInline(config, vitals, listener) : openThread(config, vitals, listener);
}

function openThread(config: SessionConfig, vitals: Vitals, listener: TransportListener): Transport {
  let isEnded = false;
  let tellLoaded: () => void = () => undefined;
  const loaded = new Promise<void>((resolve) => (tellLoaded = resolve));
  const thread = new Thread(new URL("./session-thread.js", import.meta.url), {
    workerData: { config, memory: vitals.memory },
    name: "muster-transport",
  });
  let isStarted = false;
  thread.on("message", (message: FromTransport | Loaded) => {
    if (message.kind === "loaded") {
      if (!isStarted) thread.unref();
      return tellLoaded();
    }
    isEnded ||= message.kind === "ended";
    listener.message(message);
  });
  thread.on("error", (error: unknown) => {
    isEnded = true;
    listener.crashed(error instanceof Error ? error : new Error(String(error)));
  });
  thread.on("exit", (code) => {
    tellLoaded();
    if (!isEnded) listener.crashed(new Error(`the transport's thread ended with code ${code}`));
  });
  return {
    loaded,
    start() {
      isStarted = true;
      thread.ref();
      thread.postMessage({ kind: "start" } satisfies Start);
    },
    send: (message, transfer) => thread.postMessage(message, transfer ?? []),
    discard() {
      isEnded = true;
      void thread.terminate();
    },
  };
}

function openInline(config: SessionConfig, vitals: Vitals, listener: TransportListener): Transport {
  const session = new Session(config, vitals, (message) => listener.message(message));
  return {
    loaded: Promise.resolve(),
    start: () => session.start(),
    send: (message) => session.handle(message),
    discard: () => undefined,
  };
}
