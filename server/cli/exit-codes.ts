/**
 * The exit codes of `muster` and the one error class that carries them. Every command ends through one of these;
 * `--help` prints the table, so that scripts may rely on it. A CliError's message is one line that names the
 * field, what was expected and what was got.
 */

export const EXIT = {
  ok: 0,
  workFailed: 1,
  badInput: 2,
  unreachable: 3,
  notFound: 4,
  unexpected: 5,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Printed under the options of every command. */
export const EXIT_CODE_HELP = `
Exit codes:
  0    it worked
  1    the work failed: a job ended dead or cancelled, the server is not serving, or the doctor found a failure
  2    bad usage or bad input; nothing was changed
  3    the server cannot be reached, or cannot reach its database
  4    no such job, graph, worker, queue, schedule or redrive
  5    anything else; MUSTER_DEBUG=1 shows where
  130  interrupted`;

export class CliError extends Error {
  override readonly name = "CliError";
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.exitCode = exitCode;
  }
}

/** Bad input in the words that every error of Muster uses. */
export function badInput(field: string, expected: string, got: string): CliError {
  return new CliError(EXIT.badInput, `${field}: expected ${expected}, got ${got}`);
}
