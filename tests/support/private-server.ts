/**
 * What a private Postgres and a private Redis have in common: a process of our own on a free loopback port, with its
 * log in a temporary directory, that can be killed, stopped, continued and started again on the same port. It ends
 * with the test process, however that went. The classes on top of it say how the server is started and when it is up.
 */
import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "./eventually.js";
import { freePort } from "./free-port.js";
import { track } from "./leftovers.js";
import { endWithUs, removeWithUs } from "./watchdog.js";

/** How the process is started, and what shows that it serves. */
export interface Launch {
  readonly program: string;
  readonly args: readonly string[];
  readonly account?: Pick<SpawnOptions, "uid" | "gid">;
  readonly answers: () => Promise<boolean>;
  readonly withinMs: number;
}

const START_TRIES = 3;
const LOG_END = -4_000;

/** @typeParam Ending signals that end the process, the one that `stop` sends among them */
export abstract class PrivateServer<Ending extends NodeJS.Signals> {
  readonly directory: string;
  readonly logFile: string;
  readonly #name: string;
  readonly #untrack: () => void;
  #port = 0;
  #child: ChildProcess | null = null;
  #gone: () => void = () => undefined;

  protected constructor(name: "postgres" | "redis", isShared: boolean) {
    this.#name = name;
    this.directory = mkdtempSync(join(tmpdir(), `muster-${name}-`));
    this.logFile = join(this.directory, `${name}.log`);
    removeWithUs(this.directory);
    this.#untrack = isShared ? () => undefined : track(`a private ${name} server`, () => this.stop());
  }

  protected abstract readonly stopsBy: Ending;
  protected abstract launch(): Launch;

  get port(): number {
    return this.#port;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error(`the private ${this.#name} is not running`);
    return pid;
  }

  protected async startOnFreePort(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        this.#port = await freePort();
        return await this.start();
      } catch (error) {
        if (attempt === START_TRIES) {
          await this.stop();
          throw error;
        }
        await this.kill(this.stopsBy); // another process took the port first
      }
    }
  }

  /** Starts it again on its port after a `kill`. Resolves when it answers. @throws Error with the end of its log */
  async start(): Promise<void> {
    const { program, args, account, answers, withinMs } = this.launch();
    const log = openSync(this.logFile, "a");
    const child = spawn(program, args, {
      ...account,
      cwd: this.directory,
      detached: true,
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    await once(child, "spawn");
    child.unref();
    this.#child = child;
    this.#gone = endWithUs(this.pid);
    await eventually(() => child.exitCode !== null || answers(), withinMs);
    if (child.exitCode !== null)
      throw new Error(`${this.#name} ended with ${child.exitCode}:\n${this.log().slice(LOG_END)}`);
  }

  /** SIGSTOP and SIGCONT reach the process alone, not its children. Resolves when it has ended, if it is to end. */
  async kill(how: Ending | "SIGSTOP" | "SIGCONT"): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    if (how === "SIGSTOP" || how === "SIGCONT") {
      child.kill(how);
      return;
    }
    const ended = this.died();
    child.kill(how);
    await ended;
  }

  /** Resolves when it has ended by itself; `start` then starts it again. */
  async died(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    if (child.exitCode === null && child.signalCode === null) {
      child.ref();
      await once(child, "exit");
    }
    this.#gone();
    this.#child = null;
  }

  /** Ends it and removes its directory. */
  async stop(): Promise<void> {
    await this.kill(this.stopsBy);
    rmSync(this.directory, { recursive: true, force: true });
    this.#untrack();
  }

  log(): string {
    try {
      return readFileSync(this.logFile, "utf8");
    } catch {
      return "(no log)";
    }
  }
}
