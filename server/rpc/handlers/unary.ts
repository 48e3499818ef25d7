/**
 * Turns an async function into a unary gRPC handler: always answered, exactly once, within the server's own time
 * limit. grpc-js has none, and a handler that rejects unheard would leave its client waiting.
 */
import type { handleUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import { toStatus } from "../status.js";
import type { HandlerContext } from "./context.js";
import { within } from "./limits.js";

/** @param run may throw or reject with anything; a MusterError keeps its code */
export function unary<Request, Response>(
  context: HandlerContext,
  method: string,
  run: (request: Request) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return ({ request }, callback) => {
    void answer(context, method, async () => run(request), callback);
  };
}

async function answer<Response>(
  context: HandlerContext,
  method: string,
  run: () => Promise<Response>,
  callback: sendUnaryData<Response>,
): Promise<void> {
  let response: Response;
  try {
    response = await within(context.unaryTimeoutMs, run());
  } catch (error) {
    callback(toStatus(error, { logger: context.logger, method }));
    return;
  }
  callback(null, response);
}
