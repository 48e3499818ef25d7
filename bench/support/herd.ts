/** The bench's side of a herd of bare worker streams; see herd-process.ts. */
import { fileURLToPath } from "node:url";
import type { FromHerd, HerdSettings, ToHerd } from "./herd-messages.js";
import { Program } from "./program.js";
import { waitUntil } from "./wait.js";

const MAIN = fileURLToPath(new URL("./herd-process.js", import.meta.url));
const START_MS = 30_000;

export type HerdReport = Extract<FromHerd, { kind: "collected" }>;

export class Herd {
  readonly #program: Program;
  readonly #streams: number;
  #isReady = false;
  #registered = 0;
  #settled = 0;
  #lost = 0;
  #report: HerdReport | undefined;

  private constructor(settings: HerdSettings) {
    this.#streams = settings.streams;
    this.#program = new Program({
      command: process.execPath,
      args: [MAIN, JSON.stringify(settings)],
      ipc: true,
      spawn: { serialization: "advanced" },
    });
    this.#program.child.on("message", (message) => this.#receive(message as FromHerd));
  }

  /** Its streams are not open yet. */
  static async start(settings: HerdSettings): Promise<Herd> {
    const herd = new Herd(settings);
    await waitUntil("the herd's process", START_MS, () => herd.#isReady);
    return herd;
  }

  get pid(): number {
    return this.#program.pid;
  }

  get settled(): number {
    return this.#settled;
  }

  /** Streams that were registered and ended. */
  get lost(): number {
    return this.#lost;
  }

  /** Opens every stream at once. Resolves when all are registered. */
  async connect(deadlineMs: number): Promise<void> {
    this.#tell({ kind: "connect" });
    await this.waitRegistered(deadlineMs);
  }

  /** From now on lost streams come back, each after up to this long. */
  reconnect(withinMs: number): void {
    this.#tell({ kind: "reconnect", withinMs });
  }

  async waitRegistered(deadlineMs: number): Promise<void> {
    try {
      await waitUntil("registered streams", deadlineMs, () => this.#registered >= this.#streams);
    } catch {
      const { endings } = await this.collect();
      const got = `${this.#registered} of ${this.#streams} within ${deadlineMs} ms`;
      throw new Error(`expected all streams to be registered, got ${got}; ended: ${JSON.stringify(endings)}`);
    }
  }

  /** Resolves when so many streams were lost in all and every one is registered again. */
  async waitReturned(lost: number, deadlineMs: number): Promise<void> {
    await waitUntil("lost streams", deadlineMs, () => this.#lost >= lost);
    await this.waitRegistered(deadlineMs);
  }

  async collect(): Promise<HerdReport> {
    this.#report = undefined;
    this.#tell({ kind: "collect" });
    await waitUntil("the herd's report", START_MS, () => this.#report !== undefined);
    if (this.#report === undefined) throw new Error("the herd gave no report");
    return this.#report;
  }

  /** SIGKILL: all its connections are cut. */
  async stop(): Promise<void> {
    await this.#program.stop("SIGKILL");
  }

  #tell(message: ToHerd): void {
    if (this.#program.child.connected) this.#program.child.send(message);
  }

  #receive(message: FromHerd): void {
    if (message.kind === "ready") this.#isReady = true;
    else if (message.kind === "collected") this.#report = message;
    else {
      this.#registered = message.registered;
      this.#settled = message.settled;
      this.#lost = message.lost;
    }
  }
}
