/**
 * Entry of the transport's thread: one session, fed and heard over the parent port. Loaded by `transport.ts` only.
 */
import { parentPort, workerData } from "node:worker_threads";
import { loadFrames } from "./frames.js";
import { connectPath } from "./link.js";
import type { Loaded, SessionConfig, Start, ToTransport } from "./messages.js";
import { Session } from "./session.js";
import { Vitals } from "./vitals.js";

const { config, memory } = workerData as {
  readonly config: SessionConfig;
  readonly memory: SharedArrayBuffer;
};
const port = parentPort;
if (port === null) throw new Error("session-thread runs in a worker thread only");

const session = new Session(config, new Vitals(memory), (message, transfer) => {
  port.postMessage(message, transfer ?? []);
  // Nothing comes after this: let the thread end.
  if (message.kind === "ended") port.close();
});
port.on("message", (message: ToTransport | Start) => {
  if (message.kind === "start") session.start();
  else session.handle(message);
});
loadFrames();
connectPath();
port.postMessage({ kind: "loaded" } satisfies Loaded);
