/** Decodes public ids for the verbs; what cannot be an id of ours names nothing, so it is not found. */
import { MusterError } from "../core/errors.js";
import { parseId, type DecodedId } from "../core/job-id.js";
import { shown } from "../core/validate.js";

/** @throws MusterError JOB_NOT_FOUND */
export function decodeJobId(namespace: string, publicId: string): DecodedId {
  const decoded = parseId(publicId);
  if (decoded === null) throw jobNotFound(namespace, publicId);
  return decoded;
}

/** @throws MusterError GRAPH_NOT_FOUND */
export function decodeGraphId(namespace: string, publicId: string): DecodedId {
  const decoded = parseId(publicId);
  if (decoded === null) throw graphNotFound(namespace, publicId);
  return decoded;
}

export function jobNotFound(namespace: string, publicId: string): MusterError {
  return new MusterError("JOB_NOT_FOUND", `no job ${shown(publicId)} in namespace ${shown(namespace)}`);
}

export function graphNotFound(namespace: string, publicId: string): MusterError {
  return new MusterError("GRAPH_NOT_FOUND", `no graph ${shown(publicId)} in namespace ${shown(namespace)}`);
}
