/**
 * Turns whatever a command threw into an exit code and one line for standard error. Knows the errors of the
 * client, of commander, of the configuration and of gRPC by shape, so that none of them has to be loaded here.
 */
import { CommanderError } from "commander";
import { CliError, EXIT, type ExitCode } from "./exit-codes.js";

export interface Failure {
  readonly exitCode: ExitCode;
  /** Without the program's name; empty when there is nothing left to say. */
  readonly message: string;
}

/** By gRPC status, for what the server or the connection refused. */
const EXIT_BY_STATUS: Readonly<Record<string, ExitCode>> = {
  INVALID_ARGUMENT: EXIT.badInput,
  FAILED_PRECONDITION: EXIT.badInput,
  ALREADY_EXISTS: EXIT.badInput,
  OUT_OF_RANGE: EXIT.badInput,
  RESOURCE_EXHAUSTED: EXIT.badInput,
  UNAUTHENTICATED: EXIT.badInput,
  PERMISSION_DENIED: EXIT.badInput,
  NOT_FOUND: EXIT.notFound,
  UNAVAILABLE: EXIT.unreachable,
  DEADLINE_EXCEEDED: EXIT.unreachable,
  CANCELLED: EXIT.interrupted,
};

export function toFailure(error: unknown): Failure {
  if (error instanceof CliError) return { exitCode: error.exitCode, message: error.message };
  if (error instanceof CommanderError) return fromCommander(error);
  if (!(error instanceof Error)) return { exitCode: EXIT.unexpected, message: String(error) };
  if (error.name === "ConfigError") return { exitCode: EXIT.badInput, message: error.message };
  if (error.name === "AbortError") return { exitCode: EXIT.interrupted, message: "" };
  if (error.name === "MusterClientError" && "grpcStatus" in error && "code" in error) {
    const exitCode = EXIT_BY_STATUS[String(error.grpcStatus)] ?? EXIT.unexpected;
    return { exitCode, message: `${oneLine(error.message)} (${String(error.code)})` };
  }
  return { exitCode: EXIT.unexpected, message: oneLine(error.message) };
}

/** Help and version are no failures; commander has printed the rest itself. */
function fromCommander(error: CommanderError): Failure {
  const isFine = error.exitCode === 0 || error.code === "commander.help";
  return { exitCode: isFine ? EXIT.ok : EXIT.badInput, message: "" };
}

function oneLine(text: string): string {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("; ");
}

/** True for the server's word that there is no such thing. */
export function isNotFound(error: unknown): boolean {
  return toFailure(error).exitCode === EXIT.notFound;
}
