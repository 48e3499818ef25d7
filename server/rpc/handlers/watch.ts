/**
 * Turns an async iterable into a server stream. One message is under way at a time and the next one is only asked
 * for when the transport took it, so a slow reader costs one view and the source may merge what it missed. Ends
 * when the source ends, when the client goes away, or with DRAINING when this replica stops.
 */
import type { handleServerStreamingCall, ServerWritableStream } from "@grpc/grpc-js";
import { MusterError } from "../../core/errors.js";
import { toStatus } from "../status.js";
import type { HandlerContext } from "./context.js";
import { unlessAborted } from "./limits.js";

export interface Watch<Request, View, Response> {
  /** `signal` aborts when nobody listens any more. */
  open(request: Request, signal: AbortSignal): AsyncIterable<View>;
  encode(view: View): Response;
}

export function watch<Request, View, Response>(
  context: HandlerContext,
  method: string,
  source: Watch<Request, View, Response>,
): handleServerStreamingCall<Request, Response> {
  return (call) => {
    void follow(context, method, source, call);
  };
}

async function follow<Request, View, Response>(
  { logger, draining }: HandlerContext,
  method: string,
  source: Watch<Request, View, Response>,
  call: ServerWritableStream<Request, Response>,
): Promise<void> {
  const gone = new AbortController();
  const ending = new AbortController();
  const end = (): void => ending.abort();
  const leave = (): void => {
    gone.abort();
    end();
  };
  call.once("cancelled", leave);
  call.once("close", leave);
  // Not AbortSignal.any: a signal that lives as long as the process remembers every signal derived from it.
  draining.addEventListener("abort", end, { once: true });
  if (draining.aborted) end();
  const over = ending.signal;
  try {
    await send(source, call, over);
    if (gone.signal.aborted) return;
    if (draining.aborted)
      throw new MusterError("DRAINING", "this replica is stopping; watch again on another one");
    call.end();
  } catch (error) {
    const isEcho = over.aborted && error instanceof Error && error.name === "AbortError";
    if (isEcho && gone.signal.aborted) return;
    const status = toStatus(isEcho ? new MusterError("DRAINING", "this replica is stopping") : error, {
      logger,
      method,
    });
    if (!gone.signal.aborted) call.emit("error", status);
  } finally {
    draining.removeEventListener("abort", end);
  }
}

async function send<Request, View, Response>(
  source: Watch<Request, View, Response>,
  call: ServerWritableStream<Request, Response>,
  over: AbortSignal,
): Promise<void> {
  const views = source.open(call.request, over)[Symbol.asyncIterator]();
  try {
    while (await sendNext(source, views, call, over));
  } finally {
    // A source that ignores the signal must not hold the call: its end is not waited for.
    views.return?.().catch(() => undefined);
  }
}

/** In a call of its own, so that no view is kept while the next is waited for. @returns false when nothing comes after */
async function sendNext<Request, View, Response>(
  source: Watch<Request, View, Response>,
  views: AsyncIterator<View>,
  call: ServerWritableStream<Request, Response>,
  over: AbortSignal,
): Promise<boolean> {
  const next = await unlessAborted(over, views.next());
  if (next === null || next.done === true) return false;
  return (await unlessAborted(over, write(call, source.encode(next.value)))) !== null;
}

/** Resolves when the transport has taken the message; never, when the peer went away before. */
function write<Response>(call: ServerWritableStream<unknown, Response>, message: Response): Promise<true> {
  return new Promise((resolve) => {
    call.write(message, () => resolve(true));
  });
}
