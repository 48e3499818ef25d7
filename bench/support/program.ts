/**
 * Starts a program of ours or a database as a child process, waits for the line that says it is ready, and ends it
 * by its process id. Keeps the end of what it printed for the error message, nothing more: a server that logs a lot
 * must not fill the memory of the process that measures it.
 */
import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { endWithUs } from "./guard.js";

const LINES_KEPT = 40;
const STOP_MS = 25_000;

export interface ProgramOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Over the environment of the bench; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly spawn?: Pick<SpawnOptions, "cwd" | "uid" | "gid" | "detached" | "serialization">;
  /** With a channel for messages, as `fork` makes it. */
  readonly ipc?: boolean;
}

export class Program {
  readonly child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #waiting: { pattern: RegExp; resolve: (match: RegExpExecArray) => void }[] = [];
  readonly #ended: Promise<void>;
  readonly #gone: () => void;

  constructor(options: ProgramOptions) {
    const stdio = ["ignore", "pipe", "pipe", ...(options.ipc ? ["ipc" as const] : [])] as const;
    this.child = spawn(options.command, options.args, {
      ...options.spawn,
      env: { ...process.env, ...options.env },
      stdio: [...stdio],
    });
    this.#gone = endWithUs(this.pid);
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on("line", (line) => this.#line(line));
    }
    this.#ended = once(this.child, "close").then(() => this.#gone());
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** The end of what it printed. */
  get tail(): string {
    return this.#lines.join("\n");
  }

  /** The first line from now on, or among the last ones, that matches. @throws Error when it ends first or is late */
  async line(pattern: RegExp, deadlineMs: number): Promise<RegExpExecArray> {
    for (const line of this.#lines) {
      const match = pattern.exec(line);
      if (match !== null) return match;
    }
    const found = new Promise<RegExpExecArray>((resolve) => this.#waiting.push({ pattern, resolve }));
    const fail = async (): Promise<never> => {
      const late = AbortSignal.timeout(deadlineMs);
      await Promise.race([this.#ended, once(late, "abort")]);
      throw new Error(
        `${this.child.spawnargs.join(" ")}: no line like ${pattern}; it printed:\n${this.tail}`,
      );
    };
    return Promise.race([found, fail()]);
  }

  /** Sends a signal. Resolves when it has ended; a polite signal is followed by SIGKILL after 25 s. */
  async stop(how: NodeJS.Signals = "SIGTERM"): Promise<void> {
    if (this.hasEnded) return this.#ended;
    const timer = setTimeout(() => this.child.kill("SIGKILL"), STOP_MS);
    this.child.kill(how);
    await this.#ended;
    clearTimeout(timer);
  }

  #line(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > LINES_KEPT) this.#lines.shift();
    for (const [position, { pattern, resolve }] of this.#waiting.entries()) {
      const match = pattern.exec(line);
      if (match === null) continue;
      this.#waiting.splice(position, 1);
      resolve(match);
      return;
    }
  }
}
