/** Runs what must be refused and gives the code of the refusal. */
import { MusterError } from "../../server/core/errors.js";

export async function codeOf(attempt: () => Promise<unknown>): Promise<string> {
  try {
    await attempt();
  } catch (error) {
    if (error instanceof MusterError) return error.code;
    throw error;
  }
  throw new Error("expected a refusal, but it was accepted");
}
