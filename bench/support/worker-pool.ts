/**
 * The bench's side of its worker processes: starts them, waits for what they have settled, and merges what they
 * saw. A job counts when its result was committed and acknowledged, which is what `settled` counts.
 */
import { fileURLToPath } from "node:url";
import { Program } from "./program.js";
import type { FromWorker, Receipts, ToWorker, WorkerSettings } from "./worker-messages.js";

const MAIN = fileURLToPath(new URL("./worker-process.js", import.meta.url));
const START_MS = 30_000;

interface Member {
  readonly program: Program;
  received: number;
  settled: number;
  refused: number;
  readonly inbox: FromWorker[];
}

export class WorkerPool {
  readonly #members: Member[] = [];
  #onChange: () => void = () => undefined;

  /** Starts the processes; they connect when told to. */
  static async start(
    settings: readonly WorkerSettings[],
    nodeArgs: readonly string[] = [],
  ): Promise<WorkerPool> {
    return WorkerPool.startProgram(MAIN, settings, nodeArgs);
  }

  /** The same with another program that speaks these messages: a peer's worker. */
  static async startProgram(
    main: string,
    settings: readonly object[],
    nodeArgs: readonly string[] = [],
  ): Promise<WorkerPool> {
    const pool = new WorkerPool();
    for (const each of settings) pool.#add([...nodeArgs, main, JSON.stringify(each)]);
    await pool.#expect("ready");
    return pool;
  }

  get pids(): readonly number[] {
    return this.#members.map((member) => member.program.pid);
  }

  get settled(): number {
    return this.#sum((member) => member.settled);
  }

  get received(): number {
    return this.#sum((member) => member.received);
  }

  /** Resolves when all are registered. */
  async connect(): Promise<void> {
    this.#tell({ kind: "connect" });
    await this.#expect("registered");
  }

  /** Tells them to connect and does not wait: a backlog is there for whoever comes first. */
  connectSoon(): void {
    this.#tell({ kind: "connect" });
  }

  /** Forgets what was; jobs 0..capacity-1 come next. */
  async begin(capacity: number): Promise<void> {
    for (const member of this.#members) member.received = member.settled = member.refused = 0;
    this.#tell({ kind: "begin", capacity });
    await this.#expect("begun");
  }

  /** Resolves when so many results were committed and acknowledged. @throws Error at the deadline, with the counts */
  async waitSettled(jobs: number, deadlineMs: number): Promise<void> {
    await this.#waitFor(deadlineMs, () => this.settled >= jobs, `${jobs} settled results`);
  }

  async waitReceived(jobs: number, deadlineMs: number): Promise<void> {
    await this.#waitFor(deadlineMs, () => this.received >= jobs, `${jobs} received jobs`);
  }

  /** What all of them saw since `begin`; of a job that several had, the last moment. */
  async collect(): Promise<Receipts> {
    this.#tell({ kind: "collect" });
    const parts = (await this.#expect("collected")).filter((part) => part.kind === "collected");
    const [first, ...others] = parts;
    if (first === undefined) throw new Error("no worker is left to collect from");
    for (const other of others) {
      for (const name of ["receivedUs", "returnedUs", "settledUs"] as const) {
        const [into, from] = [first[name], other[name]];
        for (let seq = 0; seq < into.length; seq++) into[seq] = Math.max(into[seq] ?? 0, from[seq] ?? 0);
      }
    }
    const sum = (of: (part: Receipts) => number): number =>
      parts.reduce((total, part) => total + of(part), 0);
    return { ...first, received: sum((part) => part.received), refused: sum((part) => part.refused) };
  }

  /** SIGKILL of one process; its jobs are whose lease says so. */
  async kill(position: number): Promise<void> {
    const [member] = this.#members.splice(position, 1);
    await member?.program.stop("SIGKILL");
  }

  async stop(): Promise<void> {
    this.#tell({ kind: "leave" });
    await Promise.all(this.#members.map((member) => endOf(member.program)));
  }

  #add(args: readonly string[]): void {
    const program = new Program({
      command: process.execPath,
      args,
      ipc: true,
      spawn: { serialization: "advanced" },
    });
    const member: Member = { program, received: 0, settled: 0, refused: 0, inbox: [] };
    program.child.on("message", (message) => {
      const from = message as FromWorker;
      if (from.kind === "counts") {
        member.received = from.received;
        member.settled = from.settled;
        member.refused = from.refused;
      } else {
        member.inbox.push(from);
      }
      this.#onChange();
    });
    program.child.on("exit", () => this.#onChange());
    this.#members.push(member);
  }

  #tell(message: ToWorker): void {
    for (const { program } of this.#members) if (program.child.connected) program.child.send(message);
  }

  /** One message of this kind from each. */
  async #expect(kind: FromWorker["kind"]): Promise<FromWorker[]> {
    const has = (member: Member): boolean => member.inbox.some((message) => message.kind === kind);
    await this.#waitFor(START_MS, () => this.#members.every(has), `"${kind}" from every worker`);
    return this.#members.flatMap((member) => {
      const at = member.inbox.findIndex((message) => message.kind === kind);
      return member.inbox.splice(at, 1);
    });
  }

  async #waitFor(deadlineMs: number, holds: () => boolean, what: string): Promise<void> {
    const { promise, resolve, reject } = outcome();
    const check = (): void => {
      const dead = this.#members.find((member) => member.program.hasEnded);
      if (holds()) resolve();
      else if (dead !== undefined) reject(new Error(`a worker process ended:\n${dead.program.tail}`));
    };
    const fail = (): void => {
      const counts = `received ${this.received}, settled ${this.settled}, refused ${this.#sum((m) => m.refused)}`;
      reject(new Error(`${what}: not within ${deadlineMs} ms (${counts})`));
    };
    const timer = setTimeout(fail, deadlineMs);
    this.#onChange = check;
    check();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#onChange = () => undefined;
    }
  }

  #sum(of: (member: Member) => number): number {
    return this.#members.reduce((total, member) => total + of(member), 0);
  }
}

/** A worker that is told to leave does; one that cannot, because its server is gone, is ended. */
async function endOf(program: Program): Promise<void> {
  const timer = setTimeout(() => program.child.kill("SIGKILL"), 10_000);
  while (!program.hasEnded) await new Promise((resolve) => program.child.once("exit", resolve));
  clearTimeout(timer);
  await program.stop("SIGKILL");
}

function outcome(): {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
} {
  let resolve: () => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((onDone, onError) => {
    resolve = onDone;
    reject = onError;
  });
  return { promise, resolve, reject };
}
