/**
 * Whether a failed write may be tried again by the worker: the store was away, or left it open whether it
 * committed. Such a failure is answered on the stream and never ends it (R20).
 */
import { MusterError } from "../../core/errors.js";

export function isStoreAway(error: unknown): boolean {
  return error instanceof MusterError && (error.code === "STORE_DOWN" || error.code === "OUTCOME_UNKNOWN");
}
