/**
 * What `muster worker --exec` does with a job: it runs the command line in its payload, without a shell. Whoever may
 * submit a job then runs programs on this machine as this user, which is why it is off unless asked for. A job that
 * is cancelled takes its whole process group with it: SIGTERM first, SIGKILL after a while.
 */
import { type ChildProcess, spawn } from "node:child_process";

const KEPT_BYTES_MAX = 4_096;
const KILL_AFTER_MS = 5_000;

export interface ExecJob {
  /** Program and arguments. */
  readonly command: readonly string[];
  /** Added to the environment of this process. */
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface ExecOutcome {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signalName: string | null;
  /** The last 4 KiB: it becomes the job's output, which its dependents get. */
  readonly stdout: string;
  readonly stderr: string;
}

/** The command of a payload such as `{ "command": ["echo", "hello"] }`; null when there is none. */
export function commandOf(payload: unknown): readonly string[] | null {
  if (typeof payload !== "object" || payload === null || !("command" in payload)) return null;
  const { command } = payload;
  if (!Array.isArray(command) || command.length === 0) return null;
  return command.every((part): part is string => typeof part === "string") ? command : null;
}

/** @throws Error with a `code` such as ENOENT when the program cannot be started */
export async function exec(job: ExecJob): Promise<ExecOutcome> {
  const [program = "", ...rest] = job.command;
  const child = spawn(program, rest, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...job.environment },
    detached: true, // a process group of its own, which can be ended as a whole
  });
  const stdout = new Tail(child.stdout);
  const stderr = new Tail(child.stderr);
  const onAbort = (): void => endGroup(child);
  job.signal.addEventListener("abort", onAbort, { once: true });
  if (job.signal.aborted) onAbort();
  try {
    const [exitCode, signalName] = await new Promise<[number | null, string | null]>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, name) => resolve([code, name]));
    });
    return { exitCode, signalName, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    job.signal.removeEventListener("abort", onAbort);
  }
}

function endGroup(child: ChildProcess): void {
  signalGroup(child, "SIGTERM");
  const killer = setTimeout(() => signalGroup(child, "SIGKILL"), KILL_AFTER_MS);
  child.once("close", () => clearTimeout(killer));
}

function signalGroup(child: ChildProcess, name: "SIGTERM" | "SIGKILL"): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    // It has ended in the meantime.
  }
}

/** Keeps the end of a stream, so that a talkative program costs no memory. */
class Tail {
  #kept = Buffer.alloc(0);

  constructor(stream: NodeJS.ReadableStream) {
    stream.on("data", (chunk: Buffer) => {
      const both = Buffer.concat([this.#kept, chunk]);
      this.#kept = both.subarray(Math.max(0, both.length - KEPT_BYTES_MAX));
    });
  }

  text(): string {
    return this.#kept.toString("utf8");
  }
}
