/**
 * Reads rich errors as a stock client does: google.rpc definitions loaded on their own, with the loader's default
 * options, from the trailer that every gRPC library looks at.
 */
import { loadSync } from "@grpc/proto-loader";
import type { Metadata } from "@grpc/grpc-js";
import { PROTO_ROOT } from "../../../proto/load.js";
import { message } from "./messages.js";

const GOOGLE_RPC = loadSync(["google/rpc/status.proto", "google/rpc/error_details.proto"], {
  includeDirs: [PROTO_ROOT],
});

export interface RichError {
  readonly code: number;
  readonly message: string;
  readonly bytes: number;
  readonly reason: string;
  readonly domain: string;
  readonly info: Readonly<Record<string, string>>;
  readonly violations: readonly { readonly field: string; readonly description: string }[];
  readonly retryDelay: { readonly seconds: number; readonly nanos: number } | null;
}

export function richError(metadata: Metadata): RichError {
  const [bytes] = metadata.get("grpc-status-details-bin");
  if (!Buffer.isBuffer(bytes)) throw new Error("no grpc-status-details-bin in the trailers");
  const status = message("google.rpc.Status", GOOGLE_RPC).deserialize(bytes);
  const details = new Map<string, Record<string, unknown>>();
  for (const part of status["details"] as { typeUrl?: string; type_url?: string; value: Buffer }[]) {
    const url = part.type_url ?? part.typeUrl ?? "";
    const type = url.replace("type.googleapis.com/", "");
    details.set(type, message(type, GOOGLE_RPC).deserialize(part.value));
  }
  const info = details.get("google.rpc.ErrorInfo") ?? {};
  const retry = details.get("google.rpc.RetryInfo")?.["retryDelay"] as
    { seconds?: number | { toNumber(): number }; nanos?: number } | undefined;
  return {
    code: status["code"] as number,
    message: status["message"] as string,
    bytes: bytes.length,
    reason: info["reason"] as string,
    domain: info["domain"] as string,
    info: (info["metadata"] ?? {}) as Record<string, string>,
    violations: (details.get("google.rpc.BadRequest")?.["fieldViolations"] ?? []) as RichError["violations"],
    retryDelay: retry === undefined ? null : { seconds: Number(retry.seconds ?? 0), nanos: retry.nanos ?? 0 },
  };
}
