/**
 * Turns a client stream into calls one after the other: the next message is read from the transport only when the
 * one before was dealt with, so the sender is slowed down by HTTP/2 flow control instead of by our memory. The
 * first refusal ends the stream; what was taken before stays, and the error says how much that is.
 */
import type { handleClientStreamingCall, sendUnaryData, ServerReadableStream } from "@grpc/grpc-js";
import type { Readable } from "node:stream";
import { MusterError } from "../../core/errors.js";
import { toStatus } from "../status.js";
import type { HandlerContext } from "./context.js";
import { unlessAborted, within } from "./limits.js";

/** One stream's worth of work. */
export interface Intake<Request, Response> {
  take(request: Request): Promise<void>;
  finish(): Response;
  /** What was taken so far, for the error that ends the stream. */
  progress(): Readonly<Record<string, string>>;
}

export function intake<Request, Response>(
  context: HandlerContext,
  method: string,
  open: () => Intake<Request, Response>,
): handleClientStreamingCall<Request, Response> {
  return (call, callback) => {
    void consume(context, method, open(), call, callback);
  };
}

async function consume<Request, Response>(
  { logger, draining, unaryTimeoutMs }: HandlerContext,
  method: string,
  work: Intake<Request, Response>,
  call: ServerReadableStream<Request, Response>,
  callback: sendUnaryData<Response>,
): Promise<void> {
  const admitNext = admission(call);
  const messages = call[Symbol.asyncIterator]();
  let isSettled = true;
  try {
    for (;;) {
      admitNext();
      const next = await unlessAborted(draining, messages.next());
      if (next === null)
        throw new MusterError("DRAINING", "this replica is stopping; go on with another one");
      if (next.done === true) break;
      isSettled = false;
      await within(unaryTimeoutMs, work.take(next.value as Request));
      isSettled = true;
    }
  } catch (error) {
    // The iterator rejects when the client goes away; nobody is left to tell, and nothing was under way.
    if (call.cancelled && isSettled) return;
    callback(toStatus(withProgress(error, work.progress()), { logger, method }));
    return;
  }
  callback(null, work.finish());
}

/**
 * Holds the stream's reads back: each call of the returned function lets one through. Readable would otherwise
 * read 16 messages ahead, which at 16 MiB each is too much for one client to cost.
 */
export function admission(call: Pick<Readable, "_read">): () => void {
  const read = call._read.bind(call);
  let admitted = 0;
  let waiting: number | null = null;
  call._read = (size) => {
    if (admitted === 0) {
      waiting = size;
      return;
    }
    admitted -= 1;
    read(size);
  };
  return () => {
    if (waiting === null) {
      admitted = 1;
      return;
    }
    const size = waiting;
    waiting = null;
    read(size);
  };
}

function withProgress(error: unknown, progress: Readonly<Record<string, string>>): unknown {
  if (!(error instanceof MusterError)) return error;
  const metadata = { ...error.details.metadata, ...progress };
  return new MusterError(error.code, error.message, { ...error.details, metadata });
}
