/**
 * The worker processes of `muster dev`: real children of this process, each a `muster worker`, so that a crash or a
 * blocked loop of one is what it would be elsewhere. They are ended by process id, kindly first; their standard
 * error goes to ours. Nothing else may start or end them.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { CliError, EXIT } from "../exit-codes.js";

const MAIN = fileURLToPath(new URL("../main.js", import.meta.url));
const KILL_AFTER_MS = 10_000;

export interface WorkerProcessOptions {
  readonly count: number;
  readonly address: string;
  readonly namespace: string;
  /** What follows `muster worker --address ... --id ...`. */
  readonly args: readonly string[];
}

export class WorkerProcesses {
  readonly #children: readonly ChildProcess[];
  #stopping = false;
  /** Rejects when a worker ends although nobody asked it to. */
  readonly failed: Promise<never>;

  constructor(options: WorkerProcessOptions) {
    this.#children = Array.from({ length: options.count }, (_, index) => startWorker(options, index + 1));
    this.failed = Promise.race(this.#children.map((child, index) => this.#untilItFails(child, index + 1)));
    this.failed.catch(() => undefined); // whoever races it hears of it; nobody else has to
  }

  /** SIGTERM drains a worker; one that does not leave is killed. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#children.map(endChild));
  }

  async #untilItFails(child: ChildProcess, number: number): Promise<never> {
    const [code, signalName] = (await once(child, "exit")) as [number | null, string | null];
    if (this.#stopping) return new Promise(() => undefined); // as asked: never settles
    const got = code === null ? `signal ${signalName ?? "?"}` : `exit code ${code}`;
    throw new CliError(EXIT.unexpected, `worker ${number}: expected it to keep running, got ${got}`);
  }
}

function startWorker(options: WorkerProcessOptions, number: number): ChildProcess {
  const where = [
    "--address",
    options.address,
    "--namespace",
    options.namespace,
    "--id",
    `dev-${process.pid}-${number}`,
  ];
  return spawn(process.execPath, [MAIN, "worker", ...where, ...options.args], {
    // Its own standard output would mix into ours; a pipe on standard input tells it when we are gone.
    stdio: ["pipe", "ignore", "inherit"],
    // Ctrl-C on the terminal reaches only us: workers leave before the server does, in that order.
    detached: true,
  });
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const killer = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
  await ended;
  clearTimeout(killer);
}
