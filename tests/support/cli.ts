/** Runs the `muster` command as people do: a process of its own, its output and its exit code. */
import { fileURLToPath } from "node:url";
import { spawnNode, type SpawnedNode } from "./spawn-node.js";

const MAIN = fileURLToPath(new URL("../../server/cli/main.js", import.meta.url)); // from dist/tests/support

/** Nothing of the tests' own environment decides what a command does. */
const ENVIRONMENT = {
  DATABASE_URL: undefined,
  REDIS_URL: undefined,
  MUSTER_ADDRESS: undefined,
  MUSTER_NAMESPACE: undefined,
  MUSTER_DEBUG: undefined,
};

export interface CliOptions {
  /** Options of node itself. */
  readonly nodeArgs?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

export interface CliEnding {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs it to its end. */
export async function cli(args: readonly string[], options: CliOptions = {}): Promise<CliEnding> {
  const started = await startCli(args, null, options);
  const { code } = await started.ended;
  return { code, stdout: started.stdout.join("\n"), stderr: started.stderr.join("\n") };
}

/** @param readyLine the line on stdout that means ready; null: do not wait for one */
export async function startCli(
  args: readonly string[],
  readyLine: RegExp | null,
  options: CliOptions = {},
): Promise<SpawnedNode> {
  return spawnNode(MAIN, args, {
    readyLine,
    readyDeadlineMs: 60_000,
    env: { ...ENVIRONMENT, ...options.env },
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    ...(options.nodeArgs !== undefined && { nodeArgs: options.nodeArgs }),
  });
}
