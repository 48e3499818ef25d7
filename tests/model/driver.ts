/**
 * What the commands of the model test drive: the real server, or a part of it, one step at a time. Jobs and
 * sessions have the model's numbers; the driver knows which rows they are. Nothing may move on its own: no
 * dispatcher, no scheduler, no rescuer runs beside it, and delays are long enough that only `advance` ends them.
 */
import type { ModelCause, ModelOutcome, ModelRef, ModelSpec, SeenJob } from "./reference-model.js";

export interface Driver {
  /** All in one submission; the new jobs have the next free numbers. A parent's number may lie among them. */
  submit(specs: readonly ModelSpec[]): Promise<void>;
  /** @returns the lease epoch, or null when the job was not claimed */
  claim(job: number, session: number): Promise<number | null>;
  /** @returns whether the result was committed */
  finish(ref: ModelRef, outcome: ModelOutcome): Promise<boolean>;
  /** @returns whether the job was given back */
  release(ref: ModelRef, later: boolean): Promise<boolean>;
  /** Ends the session as lost, rescues its jobs, and opens another in its slot. */
  loseSession(session: number): Promise<void>;
  /** @returns whether the cancel won */
  cancel(job: number): Promise<boolean>;
  retry(job: number): Promise<"ready" | "blocked" | "refused">;
  /** Makes everything due that waits for a time, and promotes what is scheduled. */
  advance(): Promise<void>;
  /** All jobs by number. */
  readAll(): Promise<readonly SeenJob[]>;
}

/** The model's word for `state_reason`. Whoever cancels gives a reason of their own. */
export function causeOf(state: string, reason: string | null): ModelCause | null {
  if (state !== "dead" && state !== "cancelled") return null;
  if (reason === "parent_failed" || reason === "parent_cancelled") return "parent";
  if (state === "cancelled") return "cancelled";
  if (reason === "exhausted" || reason === "non_retryable" || reason === "poison") return reason;
  throw new Error(`a dead job: expected a reason of the contract, got ${reason}`);
}
