/**
 * Starts one of our own programs as a child process, waits until it says that it is ready, keeps what it prints
 * and ends it by its process id. A child that is still running at the end of its suite fails the suite.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { signal } from "./signal.js";
import { track } from "./leftovers.js";
import { endWithUs } from "./watchdog.js";

export interface SpawnNodeOptions {
  /** Over the environment of the tests; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The line on stdout that means ready; null: ready as soon as it runs. */
  readonly readyLine: RegExp | null;
  readonly readyDeadlineMs?: number;
  /** Options of node itself, before the entry. */
  readonly nodeArgs?: readonly string[];
  readonly cwd?: string;
}

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface SpawnedNode {
  readonly pid: number;
  /** What `readyLine` matched; null when it was not asked for. */
  readonly ready: RegExpExecArray | null;
  /** Lines of stdout so far. */
  readonly stdout: readonly string[];
  /** Lines of stderr so far. */
  readonly stderr: readonly string[];
  /** Resolves when it has ended and its output was read. */
  readonly ended: Promise<Ending>;
  /** The next line of stdout that matches and was not returned before. */
  line(pattern: RegExp, deadlineMs?: number): Promise<RegExpExecArray>;
  /** Sends a signal. Resolves when it has ended, except after SIGSTOP and SIGCONT. */
  kill(how?: NodeJS.Signals): Promise<void>;
}

const READY_DEADLINE_MS = 15_000;

/** @throws Error when it ends or the deadline passes before it is ready; the message holds what it printed */
export async function spawnNode(
  entry: string,
  args: readonly string[],
  options: SpawnNodeOptions,
): Promise<SpawnedNode> {
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), entry, ...args], {
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const stdout: string[] = [];
  const stderr: string[] = [];
  const lines = signal<string | null>(); // null: it ended
  createInterface({ input: child.stdout }).on("line", (text) => {
    stdout.push(text);
    lines.fire(text);
  });
  createInterface({ input: child.stderr }).on("line", (text) => stderr.push(text));
  await once(child, "spawn");
  const pid = child.pid ?? 0;
  const gone = endWithUs(pid);
  const untrack = track(`process ${pid} (${entry} ${args.join(" ")})`, () => kill("SIGKILL"));
  const ended = new Promise<Ending>((resolve) => {
    child.once("close", (code, how) => {
      gone();
      untrack();
      lines.fire(null);
      resolve({ code, signal: how });
    });
  });

  async function kill(how: NodeJS.Signals = "SIGKILL"): Promise<void> {
    child.kill(how);
    if (how !== "SIGSTOP" && how !== "SIGCONT") await ended;
  }

  async function line(pattern: RegExp, deadlineMs = READY_DEADLINE_MS): Promise<RegExpExecArray> {
    const endMono = performance.now() + deadlineMs;
    for (;;) {
      const text = await lines.next(Math.max(1, endMono - performance.now()));
      if (text === null) {
        lines.fire(null); // for whoever asks next
        throw new Error(`it ended with ${child.exitCode ?? child.signalCode}`);
      }
      const match = pattern.exec(text);
      if (match !== null) return match;
    }
  }

  let ready: RegExpExecArray | null = null;
  if (options.readyLine !== null) {
    ready = await line(options.readyLine, options.readyDeadlineMs).catch(async (error: unknown) => {
      await kill("SIGKILL");
      const printed = [...stdout, ...stderr].slice(-40).join("\n");
      throw new Error(`${entry} did not become ready (${String(error)}); it printed:\n${printed}`);
    });
  }
  return { pid, ready, stdout, stderr, ended, line, kill };
}
