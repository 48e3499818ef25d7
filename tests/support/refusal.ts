/** Runs what the command line must refuse as bad input and gives the message that a person would see. */
import { CliError, EXIT } from "../../server/cli/exit-codes.js";

export function refusalOf(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    return messageOf(error);
  }
  throw new Error("expected a refusal, but it was accepted");
}

export async function refusal(attempt: () => Promise<unknown>): Promise<string> {
  try {
    await attempt();
  } catch (error) {
    return messageOf(error);
  }
  throw new Error("expected a refusal, but it was accepted");
}

function messageOf(error: unknown): string {
  if (error instanceof CliError && error.exitCode === EXIT.badInput) return error.message;
  throw error;
}
