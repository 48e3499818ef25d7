/**
 * A server stream as an AsyncIterable that survives the loss of the server: it subscribes again, with jittered
 * backoff, until the watched thing is over. The first message after a new subscription often repeats the last
 * one seen; it is dropped. Used for jobs and for graphs.
 */
import type { ClientReadableStream } from "@grpc/grpc-js";
import { backoffMs, RETRY } from "../backoff.js";
import { MusterClientError, toClientError } from "./client-error.js";

/** Lost connections look like any of these; after a CANCELLED that we asked for, nothing is opened again. */
const LOST: ReadonlySet<string> = new Set(["UNAVAILABLE", "INTERNAL", "UNKNOWN", "CANCELLED"]);

/** How long the server may take to end a stream after its last message. */
const END_MS = 5_000;

export interface WatchPlan<Message, View> {
  /** A stream that the signal ends. */
  readonly open: () => Promise<ClientReadableStream<Message>>;
  /** Throws when the client is closed or the signal aborts. */
  readonly pause: (ms: number) => Promise<void>;
  readonly view: (message: Message) => View;
  readonly isOver: (view: View) => boolean;
  /** Two views with the same mark are not worth telling apart. */
  readonly mark: (view: View) => string;
  readonly signal: AbortSignal | undefined;
}

/** Ends after the first view that `isOver`; throws the signal's reason when aborted. */
export async function* watch<Message, View>(
  plan: WatchPlan<Message, View>,
): AsyncGenerator<View, void, undefined> {
  let lastMark: string | undefined;
  for (let failures = 0; ; failures++) {
    plan.signal?.throwIfAborted();
    const call = await plan.open();
    call.on("error", () => undefined); // the loop throws it as well, while it runs
    let isOver = false;
    try {
      // Leaving this loop must not end the stream.
      for await (const message of call.iterator({ destroyOnReturn: false }) as AsyncIterable<Message>) {
        failures = 0;
        const view = plan.view(message);
        const mark = plan.mark(view);
        isOver = plan.isOver(view);
        if (mark !== lastMark) yield view;
        lastMark = mark;
        if (isOver) return;
      }
    } catch (error) {
      plan.signal?.throwIfAborted();
      const failure = toClientError(error);
      if (!(failure instanceof MusterClientError) || !LOST.has(failure.grpcStatus)) throw failure;
    } finally {
      if (isOver) letEnd(call);
      else call.cancel();
    }
    await plan.pause(backoffMs(failures, RETRY));
  }
}

/**
 * The server ends the stream of what is over. A client that cancels such streams instead, each with a reset, looks like
 * an attack after a thousand of them: HTTP/2 servers end its connection, and every call on it (CVE-2023-44487).
 */
function letEnd(call: ClientReadableStream<unknown>): void {
  const late = setTimeout(() => call.cancel(), END_MS).unref();
  call.once("status", () => clearTimeout(late));
  call.resume();
}
