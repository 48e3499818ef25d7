/**
 * A client that submits work at a steady rate while things break, and remembers every answer. What it was told is
 * the first witness: an acknowledged job must exist and end, an unanswered one may exist or not.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Client, type JobInput, MusterClientError } from "../../worker-sdk/typescript/index.js";
import { sha256, type SubmittedRecord } from "./history.js";
import { targetOf } from "./fault-workers.js";

export interface LoadOptions {
  readonly addresses: readonly string[];
  readonly jobsPerSecond: number;
  /** Of each job; default 20. */
  readonly runtimeMs?: number;
  /** Of four submissions one is a diamond of four jobs and one hangs on the last job; default: all stand alone. */
  readonly graphs?: boolean;
  /** False: the rate is not kept for now, because the machine is behind; default: always true. */
  readonly mayGoOn?: () => boolean;
  /** Longest wait for one submission with its retries, ms; default 30,000. */
  readonly deadlineMs?: number;
}

interface Sent {
  readonly job: JobInput;
  readonly parents: readonly number[];
  readonly earlierParents: readonly string[];
}

const TICK_MS = 50;
let loads = 0;

export class Load {
  readonly submitted: SubmittedRecord[] = [];
  /** When each job's submission was begun, by job id, ms since 1970; retries of it do not count anew. */
  readonly sentMs = new Map<string, number>();
  /** Codes of submissions that were refused or not answered, with their number. */
  readonly failures = new Map<string, number>();
  readonly #options: LoadOptions;
  readonly #client: Client;
  readonly #name = `load-${process.pid}-${++loads}`;
  readonly #underWay = new Set<Promise<void>>();
  #made = 0;
  #lastId: string | null = null;
  #running: Promise<void> | null = null;
  #isStopping = false;

  constructor(options: LoadOptions) {
    this.#options = options;
    const { addresses, deadlineMs = 30_000 } = options;
    this.#client = new Client({ address: targetOf(addresses), deadlineMs });
  }

  get acknowledged(): readonly SubmittedRecord[] {
    return this.submitted.filter((record) => record.jobId !== null);
  }

  /** Submissions that are not answered yet. */
  get unanswered(): number {
    return this.#underWay.size;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** No more submissions; resolves when all of them were answered. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#running;
    await Promise.all(this.#underWay);
    this.#client.close();
  }

  /** That many jobs now, in one submission; the load need not run. */
  async submit(count: number, runtimeMs: number): Promise<readonly string[]> {
    const before = this.submitted.length;
    await this.#send(Array.from({ length: count }, () => this.#alone(runtimeMs)));
    return this.submitted.slice(before).flatMap(({ jobId }) => (jobId === null ? [] : [jobId]));
  }

  async #run(): Promise<void> {
    let dueMono = performance.now();
    while (!this.#isStopping) {
      const { jobsPerSecond, mayGoOn } = this.#options;
      while (dueMono < performance.now()) {
        if (mayGoOn?.() === false) {
          dueMono = performance.now(); // what is not sent now is not made up for
          break;
        }
        const batch = this.#next();
        dueMono += (batch.length / jobsPerSecond) * 1_000;
        const sending = this.#send(batch).finally(() => this.#underWay.delete(sending));
        this.#underWay.add(sending);
      }
      await sleep(TICK_MS); // the rate of the load, not a wait for something
    }
  }

  #next(): Sent[] {
    const runtimeMs = this.#options.runtimeMs ?? 20;
    const turn = this.#made % 4;
    if (this.#options.graphs !== true || turn < 2) return [this.#alone(runtimeMs)];
    if (turn === 2 && this.#lastId !== null)
      return [{ ...this.#alone(runtimeMs), earlierParents: [this.#lastId] }];
    const alone = [0, 1, 2, 3].map(() => this.#alone(runtimeMs));
    return alone.map((sent, at) => ({ ...sent, parents: at === 0 ? [] : at === 3 ? [1, 2] : [0] }));
  }

  #alone(runtimeMs: number): Sent {
    const n = ++this.#made;
    const idempotencyKey = `${this.#name}-${n}`;
    // A third has no key, so that submissions that cannot be sent twice are there too.
    const key = n % 3 === 0 ? {} : { idempotencyKey };
    const payload = { runtimeSeconds: runtimeMs / 1_000, n: `${this.#name}-${n}` };
    return { job: { type: "sleep", key: `j${n}`, payload, ...key }, parents: [], earlierParents: [] };
  }

  async #send(batch: readonly Sent[]): Promise<void> {
    const keyOf = (at: number): string => batch[at]?.job.key ?? "";
    const jobs = batch.map(({ job, parents, earlierParents }) => ({
      ...job,
      dependsOn: [...parents.map(keyOf), ...earlierParents],
    }));
    const sentMs = performance.timeOrigin + performance.now();
    let ids: readonly (string | null)[];
    try {
      const answered = await this.#client.submit(jobs);
      ids = answered.map((job) => job.id);
      this.#lastId = ids.at(-1) ?? null;
    } catch (error) {
      const code = error instanceof MusterClientError ? error.code : String(error);
      this.failures.set(code, (this.failures.get(code) ?? 0) + 1);
      if (error instanceof MusterClientError && error.nothingWritten) return;
      ids = batch.map(() => null);
    }
    for (const id of ids) if (id !== null) this.sentMs.set(id, sentMs);
    for (const [at, { job, parents, earlierParents }] of batch.entries()) {
      this.submitted.push({
        jobId: ids[at] ?? null,
        payloadSha256: sha256(Buffer.from(JSON.stringify(job.payload))),
        parents: [...parents.flatMap((parent) => ids[parent] ?? []), ...earlierParents],
        onParentFailure: "cancel",
        maxAttempts: 3,
        ...(job.idempotencyKey !== undefined && { idempotencyKey: job.idempotencyKey }),
      });
    }
  }
}
