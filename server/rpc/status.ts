/**
 * From an error to what a gRPC client sees: the one place that decides it, for unary calls and streams alike. A
 * MusterError becomes its status with rich details; anything else is a bug, and of a bug the client learns only
 * an id under which the log has the rest. Also picks the log level: a refusal is debug, a lost dependency warn, a
 * bug error. Never lets a cause, a stack or SQL text out.
 */
import { randomBytes } from "node:crypto";
import { Metadata, status, type StatusObject } from "@grpc/grpc-js";
import type { Status } from "../../proto/gen/google/rpc/Status.js";
import { ERRORS, MusterError, type ErrorCode } from "../core/errors.js";
import type { Logger } from "../core/ports.js";
import { deserializeStatus, serializeDetails } from "./status-details.js";

export const DETAILS_KEY = "grpc-status-details-bin";

/** A percent-encoded message longer than this could push the trailers over a proxy's limit. */
const MESSAGE_ENCODED_MAX = 1_500;

const LOST_DEPENDENCY: ReadonlySet<ErrorCode> = new Set(["STORE_DOWN", "OUTCOME_UNKNOWN"]);

/**
 * What RetryInfo says when whoever raised the error did not: codes whose advice is to come back after a delay. DRAINING
 * is none: another replica may be asked at once.
 */
const RETRY_DELAY_MS: Partial<Record<ErrorCode, number>> = {
  SESSION_LIMIT: 1_000,
  OVERLOADED: 500,
  STORE_DOWN: 1_000,
};

export interface StatusContext {
  readonly logger: Logger;
  /** `Service/Method`, for the log line. */
  readonly method: string;
}

/** Logs the error once and gives the status to end the call with. Never throws. */
export function toStatus(error: unknown, { logger, method }: StatusContext): StatusObject {
  if (error instanceof MusterError && error.code !== "BUG") {
    const level = LOST_DEPENDENCY.has(error.code) ? "warn" : "debug";
    const cause = error.details.cause;
    logger[level](
      { method, code: error.code, reason: error.message, ...(cause === undefined ? {} : { error: cause }) },
      "rpc.refused",
    );
    return build(error.code, error.message, error);
  }
  const bugId = randomBytes(8).toString("hex");
  logger.error({ method, bugId, error }, "rpc.bug");
  return build("BUG", `internal error; the server's log has it under id ${bugId}`, null, { id: bugId });
}

/** As a message, for an answer that refuses one item of a stream. */
export function statusOf({ metadata }: StatusObject): Status {
  const [details] = metadata.get(DETAILS_KEY);
  return deserializeStatus(Buffer.isBuffer(details) ? details : Buffer.alloc(0));
}

function build(
  code: ErrorCode,
  text: string,
  error: MusterError | null,
  metadata: Readonly<Record<string, string>> = error?.details.metadata ?? {},
): StatusObject {
  const message = fitting(text);
  const trailers = new Metadata();
  const statusCode = status[ERRORS[code].status];
  trailers.set(
    DETAILS_KEY,
    serializeDetails({
      code: statusCode,
      message,
      reason: code,
      metadata,
      violations: error?.details.violations ?? [],
      retryDelayMs: error?.details.retryDelayMs ?? RETRY_DELAY_MS[code] ?? null,
    }),
  );
  return { code: statusCode, details: message, metadata: trailers };
}

/** Cuts a message to what fits into a trailer. Lone surrogates go, because encodeURI throws on them. */
function fitting(text: string): string {
  let fit = Buffer.from(text.slice(0, MESSAGE_ENCODED_MAX)).toString();
  while (encodeURI(fit).length > MESSAGE_ENCODED_MAX) {
    fit = Buffer.from(`${fit.slice(0, Math.floor(fit.length * 0.8))}…`).toString();
  }
  return fit;
}
