/** Runs what must be refused and gives the code of the refusal. */
import { MusterError } from "../../server/core/errors.js";

export async function codeOf(attempt: () => Promise<unknown>): Promise<string> {
  try {
    await attempt();
  } catch (error) {
    return codeOfError(error);
  }
  throw new Error("expected a refusal, but it was accepted");
}

/** @throws what is no refusal of ours */
export function codeOfError(error: unknown): string {
  if (error instanceof MusterError) return error.code;
  throw error;
}
