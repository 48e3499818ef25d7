/**
 * Where the stream's half of a worker runs. `thread` (the default) keeps heartbeats going while handlers block
 * the main loop; `inline` saves the hop between threads for handlers that never block.
 */
import { Worker as Thread } from "node:worker_threads";
import type { FromTransport, SessionConfig, ToTransport } from "./messages.js";
import { Session } from "./session.js";
import type { Vitals } from "./vitals.js";

export type TransportKind = "thread" | "inline";

export interface Transport {
  /** Buffers in `transfer` are given away. */
  send(message: ToTransport, transfer?: ArrayBuffer[]): void;
}

export interface TransportListener {
  message(message: FromTransport): void;
  /** The thread died of a bug; no message comes any more. */
  crashed(error: Error): void;
}

export function openTransport(
  kind: TransportKind,
  config: SessionConfig,
  vitals: Vitals,
  listener: TransportListener,
): Transport {
  return kind === "inline" ? openInline(config, vitals, listener) : openThread(config, vitals, listener);
}

function openThread(config: SessionConfig, vitals: Vitals, listener: TransportListener): Transport {
  let isEnded = false;
  const thread = new Thread(new URL("./session-thread.js", import.meta.url), {
    workerData: { config, memory: vitals.memory },
    name: "muster-transport",
  });
  thread.on("message", (message: FromTransport) => {
    isEnded ||= message.kind === "ended";
    listener.message(message);
  });
  thread.on("error", (error: unknown) => {
    isEnded = true;
    listener.crashed(error instanceof Error ? error : new Error(String(error)));
  });
  thread.on("exit", (code) => {
    if (!isEnded) listener.crashed(new Error(`the transport's thread ended with code ${code}`));
  });
  return { send: (message, transfer) => thread.postMessage(message, transfer ?? []) };
}

function openInline(config: SessionConfig, vitals: Vitals, listener: TransportListener): Transport {
  const session = new Session(config, vitals, (message) => listener.message(message));
  // As with a thread, nothing is heard before the caller holds the transport.
  setImmediate(() => session.start());
  return { send: (message) => session.handle(message) };
}
