/** Requests that name one job, graph, worker or queue. All of them @throw MusterError INVALID_REQUEST. */
import type { Duration__Output } from "../../../proto/gen/google/protobuf/Duration.js";
import { Fields } from "./fields.js";
import { decodeDuration } from "./time.js";

/** How long a running job may take to stop unless the caller says. */
export const CANCEL_GRACE_MS = 30_000;
const DRAIN_TIMEOUT_MS = 600_000;

export interface PublicRef {
  readonly namespace: string;
  /** Well-formed; whether it exists is for the coordinator to say. */
  readonly publicId: string;
}

export function decodeJobRef(request: { namespace?: string; jobId?: string }): PublicRef {
  return decodePublicRef("job_id", request.jobId, request.namespace);
}

export function decodeGraphRef(request: { namespace?: string; graphId?: string }): PublicRef {
  return decodePublicRef("graph_id", request.graphId, request.namespace);
}

/** @param field `job_id` or `graph_id`, with its value */
export function decodeCancel(
  field: string,
  id: string | undefined,
  request: { namespace?: string; reason?: string; grace?: Duration__Output },
): PublicRef & { readonly reason: string; readonly graceMs: number } {
  const fields = new Fields();
  const namespace = fields.namespace(request.namespace);
  const publicId = fields.publicId(field, id);
  const reason = fields.text("reason", request.reason);
  const graceMs = decodeDuration(fields, "grace", request.grace) ?? CANCEL_GRACE_MS;
  fields.check();
  return { namespace, publicId, reason, graceMs };
}

/** @param field `worker_id` or `queue`, with its value */
export function decodeNamed(
  field: string,
  value: string | undefined,
  request: { namespace?: string },
): { readonly namespace: string; readonly name: string } {
  const fields = new Fields();
  const namespace = fields.namespace(request.namespace);
  const name = fields.name(field, value);
  fields.check();
  return { namespace, name };
}

export function decodeDrainWorker(request: {
  namespace?: string;
  workerId?: string;
  timeout?: Duration__Output;
}): {
  readonly namespace: string;
  readonly workerId: string;
  readonly timeoutMs: number;
} {
  const fields = new Fields();
  const namespace = fields.namespace(request.namespace);
  const workerId = fields.name("worker_id", request.workerId);
  const timeoutMs = decodeDuration(fields, "timeout", request.timeout) ?? DRAIN_TIMEOUT_MS;
  fields.check();
  return { namespace, workerId, timeoutMs };
}

export function decodeNamespaceOnly(request: { namespace?: string }): string {
  const fields = new Fields();
  const namespace = fields.namespace(request.namespace);
  fields.check();
  return namespace;
}

function decodePublicRef(
  field: string,
  id: string | undefined,
  namespaceText: string | undefined,
): PublicRef {
  const fields = new Fields();
  const namespace = fields.namespace(namespaceText);
  const publicId = fields.publicId(field, id);
  fields.check();
  return { namespace, publicId };
}
