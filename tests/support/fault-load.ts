/**
 * A client that submits work at a steady rate while things break, and remembers every answer. What it was told is
 * the first witness: an acknowledged job must exist and end, an unanswered one may exist or not.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Client, type JobInput, MusterClientError } from "../../worker-sdk/typescript/index.js";
import { type ClientRecord, sha256, type SubmittedRecord } from "./history.js";
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
  /** Of ten jobs that stand alone one fails at its first attempt; default: none does. */
  readonly failures?: boolean;
  /** Of five submissions one is a job that is cancelled as soon as it is acknowledged; default: none. */
  readonly cancels?: boolean;
  /** Of two jobs that stand alone one is of another type, and every third is urgent, or the reverse; default: all alike. */
  readonly mixed?: boolean;
  /** Default: `default`. */
  readonly namespace?: string;
  /** Longest wait for one submission with its retries, ms; default 30,000. */
  readonly deadlineMs?: number;
}

interface Sent {
  readonly job: JobInput;
  readonly parents: readonly number[];
  readonly earlierParents: readonly string[];
}

const TICK_MS = 50;
/** High, medium and low. */
const MIXED_PRIORITIES = [5, 3, 1] as const;
let loads = 0;

export class Load {
  readonly submitted: SubmittedRecord[] = [];
  /** When each job's submission was begun, by job id, ms since 1970; retries of it do not count anew. */
  readonly sentMs = new Map<string, number>();
  /** Cancels that were answered with the job cancelled. */
  readonly cancelled: ClientRecord[] = [];
  /** Jobs for which a cancel was sent, answered or not. */
  readonly cancelling = new Set<string>();
  /** Codes of submissions that were refused or not answered, with their number. */
  readonly failures = new Map<string, number>();
  /** What no fault may ever look like to a client. */
  readonly bugs: string[] = [];
  readonly #options: LoadOptions;
  readonly #client: Client;
  readonly #name = `load-${process.pid}-${++loads}`;
  readonly #underWay = new Set<Promise<void>>();
  #made = 0;
  #turns = 0;
  #lastId: string | null = null;
  #running: Promise<void> | null = null;
  #isStopping = false;

  constructor(options: LoadOptions) {
    this.#options = options;
    const { addresses, deadlineMs = 30_000, namespace = "default" } = options;
    this.#client = new Client({ address: targetOf(addresses), deadlineMs, namespace });
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
    return this.#send(Array.from({ length: count }, () => this.#alone(runtimeMs)));
  }

  /** One job beside the load. @returns its id; null when the answer was lost */
  async submitOne(
    fields: Pick<JobInput, "priority" | "maxAttempts">,
    payload: { readonly runtimeMs: number; readonly failures?: number; readonly parent?: string },
  ): Promise<string | null> {
    const { job, ...alone } = this.#alone(payload.runtimeMs, payload.failures);
    const [id] = await this.#send([
      {
        job: { ...job, ...fields },
        ...alone,
        earlierParents: payload.parent === undefined ? [] : [payload.parent],
      },
    ]);
    return id ?? null;
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
        const isToCancel = this.#options.cancels === true && this.#turns % 5 === 4;
        const batch = isToCancel ? [this.#alone(this.#options.runtimeMs ?? 20)] : this.#next();
        if (isToCancel) this.#turns++;
        dueMono += (batch.length / jobsPerSecond) * 1_000;
        const sent = isToCancel ? this.#sendAndCancel(batch) : this.#send(batch).then(() => undefined);
        const sending = sent.finally(() => this.#underWay.delete(sending));
        this.#underWay.add(sending);
      }
      await sleep(TICK_MS); // the rate of the load, not a wait for something
    }
  }

  #next(): Sent[] {
    const runtimeMs = this.#options.runtimeMs ?? 20;
    const turn = this.#turns++ % 4;
    if (this.#options.graphs !== true || turn < 2) return [this.#alone(runtimeMs)];
    if (turn === 2 && this.#lastId !== null)
      return [{ ...this.#alone(runtimeMs), earlierParents: [this.#lastId] }];
    const alone = [0, 1, 2, 3].map(() => this.#alone(runtimeMs));
    return alone.map((sent, at) => ({ ...sent, parents: at === 0 ? [] : at === 3 ? [1, 2] : [0] }));
  }

  #alone(runtimeMs: number, failures = 0): Sent {
    const n = ++this.#made;
    const failing = failures > 0 ? failures : this.#options.failures === true && n % 10 === 0 ? 1 : 0;
    const idempotencyKey = `${this.#name}-${n}`;
    // A third has no key, so that submissions that cannot be sent twice are there too.
    const key = n % 3 === 0 ? {} : { idempotencyKey };
    const payload = {
      runtimeSeconds: runtimeMs / 1_000,
      n: `${this.#name}-${n}`,
      ...(failing > 0 && { failures: failing }),
    };
    const backoff = { kind: "fixed", baseMs: 100, jitter: 0 } as const;
    const kind =
      this.#options.mixed === true
        ? { type: n % 2 === 0 ? "sleep" : "nap", priority: MIXED_PRIORITIES[n % 3] ?? 3 }
        : {};
    return {
      job: { type: "sleep", ...kind, key: `j${n}`, payload, ...key, ...(failing > 0 && { backoff }) },
      parents: [],
      earlierParents: [],
    };
  }

  async #sendAndCancel(batch: readonly Sent[]): Promise<void> {
    for (const id of await this.#send(batch, false)) {
      this.cancelling.add(id);
      // Not answered: it may be cancelled or not.
      // Without grace, so that one that runs by now is cancelled as well.
      const answer = await this.#client.cancel(id, { graceMs: 0 }).catch(() => null);
      if (answer?.state !== "cancelled") continue;
      this.cancelled.push({ kind: "cancelled", atMs: performance.timeOrigin + performance.now(), jobId: id });
    }
  }

  /** @returns the ids that were acknowledged */
  async #send(batch: readonly Sent[], mayBeParent = true): Promise<readonly string[]> {
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
      if (mayBeParent) this.#lastId = ids.at(-1) ?? null;
    } catch (error) {
      const code = error instanceof MusterClientError ? error.code : String(error);
      if (!(error instanceof MusterClientError) || error.grpcStatus === "INTERNAL")
        this.bugs.push(String(error));
      this.failures.set(code, (this.failures.get(code) ?? 0) + 1);
      if (error instanceof MusterClientError && error.nothingWritten) return [];
      ids = batch.map(() => null);
    }
    for (const id of ids) if (id !== null) this.sentMs.set(id, sentMs);
    for (const [at, { job, parents, earlierParents }] of batch.entries()) {
      this.submitted.push({
        jobId: ids[at] ?? null,
        payloadSha256: sha256(Buffer.from(JSON.stringify(job.payload))),
        parents: [...parents.flatMap((parent) => ids[parent] ?? []), ...earlierParents],
        onParentFailure: "cancel",
        maxAttempts: job.maxAttempts ?? 3,
        ...(job.idempotencyKey !== undefined && { idempotencyKey: job.idempotencyKey }),
        ...(job.backoff?.baseMs !== undefined && { backoffMs: job.backoff.baseMs }),
      });
    }
    return ids.flatMap((id) => id ?? []);
  }
}
