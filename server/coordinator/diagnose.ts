/**
 * The diagnose verb behind `muster doctor`: looks at Postgres, Redis and the difference between them, runs every audit
 * query, and lets core judge. Reads only. Bounded in rows and in time; what does not fit is told as not answered. The
 * ready queue is looked at twice, before and after everything else, and only what shows both times is told: work that
 * is on its way looks like a difference for a moment. Called through AdminOperations and without a server.
 *
 * | away | what is told |
 * |---|---|
 * | Postgres | that alone |
 * | Redis | that, and everything about Postgres |
 */
import { AUDIT_NAMES } from "../core/audit-rules.js";
import type { CheckedQueue, QueueCheckup, StoreCheckup } from "../core/checkup.js";
import { MusterError } from "../core/errors.js";
import { finding, worstOf, type Finding } from "../core/findings.js";
import { judgeHints, judgeRedis, judgeService, type ComparedQueue } from "../core/judge-queue.js";
import { judgeAudit, judgeStore, schemaVersion } from "../core/judge-store.js";
import type { Diagnosis } from "../core/operations.js";
import { ReadyQueueDown, type Clock, type ReadyHint, type ReadyQueue } from "../core/ports.js";
import { levelOf } from "../core/priority.js";
import type { ChangedJob } from "../core/settlement.js";
import type { Store } from "../core/store.js";

export interface DiagnoseOptions {
  readonly store: Pick<Store, "databaseNowMs" | "readyPage">;
  readonly storeCheckup: StoreCheckup;
  readonly readyQueue: Pick<ReadyQueue, "depth" | "missing" | "isUp">;
  /** Null in embedded mode. */
  readonly queueCheckup: QueueCheckup | null;
  readonly clock: Clock;
  readonly serverId: string;
  readonly leaseTtlMs: number;
  readonly rescueIntervalMs: number;
  readonly postgresPoolMax: number;
}

/** For all audit queries together; a unary call has 30 s. */
const AUDITS_MS = 18_000;
const AUDIT_MS = 5_000;
/** Of each queue. */
const JOBS_PAGE = 2_000;
const JOBS_PAGES = 5;
const HINTS_PER_LEVEL = 2_000;
/** On top of lease and rescue interval, before a loss counts as not noticed. */
const RESCUE_SLACK_MS = 5_000;

export class Diagnose {
  readonly #options: DiagnoseOptions;
  #underWay: Promise<Diagnosis> | null = null;

  constructor(options: DiagnoseOptions) {
    this.#options = options;
  }

  /** Whoever asks while one is under way gets the same answer. */
  diagnose(): Promise<Diagnosis> {
    this.#underWay ??= this.#diagnose().finally(() => (this.#underWay = null));
    return this.#underWay;
  }

  async #diagnose(): Promise<Diagnosis> {
    const startedMono = this.#options.clock.monoMs();
    const findings = await this.#findings();
    return {
      serverId: this.#options.serverId,
      at: new Date(this.#options.clock.nowMs()),
      tookMs: this.#options.clock.monoMs() - startedMono,
      worst: worstOf(findings),
      findings,
    };
  }

  async #findings(): Promise<Finding[]> {
    try {
      const migrations = await this.#options.storeCheckup.migrations();
      const reachable = finding("store_reachable", "ok", "Postgres answers");
      const schema = schemaVersion(migrations);
      if (schema.severity === "fail") return [reachable, schema];
      const clockDifferenceMs = await this.#clockDifference();
      const queues = await this.#options.storeCheckup.queues();
      const before = await this.#compareAll(queues);
      const store = judgeStore(await this.#options.storeCheckup.facts(), {
        isEmbedded: this.#options.queueCheckup === null,
        postgresPoolMax: this.#options.postgresPoolMax,
        clockDifferenceMs,
      });
      const redis = await this.#redis();
      const audits = await this.#audits();
      const after =
        before === null ? null : await this.#compareAll(await this.#options.storeCheckup.queues());
      const hints = before === null || after === null ? [] : judgeHints(before, after);
      return [reachable, schema, ...store, ...redis, ...hints, judgeService(queues), ...audits];
    } catch (error) {
      if (!(error instanceof MusterError) || error.code !== "STORE_DOWN") throw error;
      return [finding("store_reachable", "fail", error.message)];
    }
  }

  /** Ours minus that of Postgres, from the middle of the call. */
  async #clockDifference(): Promise<number> {
    const { clock, store } = this.#options;
    const startedMs = clock.nowMs();
    const databaseMs = await store.databaseNowMs();
    return (startedMs + clock.nowMs()) / 2 - databaseMs;
  }

  async #redis(): Promise<Finding[]> {
    const { queueCheckup } = this.#options;
    if (queueCheckup === null) return [];
    try {
      const facts = await queueCheckup.facts();
      return [finding("redis_reachable", "ok", "Redis answers"), ...judgeRedis(facts)];
    } catch (error) {
      if (!(error instanceof ReadyQueueDown)) throw error;
      return [finding("redis_reachable", "warn", error.message)];
    }
  }

  async #audits(): Promise<Finding[]> {
    const { storeCheckup, clock, leaseTtlMs, rescueIntervalMs } = this.#options;
    const endMono = clock.monoMs() + AUDITS_MS;
    const rescueMs = leaseTtlMs + rescueIntervalMs + RESCUE_SLACK_MS;
    const findings: Finding[] = [];
    for (const name of AUDIT_NAMES) {
      const timeoutMs = Math.min(AUDIT_MS, endMono - clock.monoMs());
      const rows = timeoutMs < 1 ? null : await storeCheckup.audit(name, rescueMs, timeoutMs);
      findings.push(judgeAudit(name, rows));
    }
    return findings;
  }

  /** Null: the ready queue is away. */
  async #compareAll(queues: readonly CheckedQueue[]): Promise<readonly ComparedQueue[] | null> {
    try {
      const compared: ComparedQueue[] = [];
      for (const queue of queues) compared.push(await this.#compare(queue));
      return compared;
    } catch (error) {
      if (error instanceof ReadyQueueDown) return null;
      throw error;
    }
  }

  async #compare(queue: CheckedQueue): Promise<ComparedQueue> {
    const { readyQueue, queueCheckup, storeCheckup } = this.#options;
    const peeked = (await queueCheckup?.peek(queue.key, HINTS_PER_LEVEL)) ?? null;
    // Hints first, jobs after: a job that was taken meanwhile is stale in one look at most.
    const ids = peeked?.hints.map((hint) => hint.jobId) ?? [];
    const ready = ids.length === 0 ? [] : await storeCheckup.readyAmong(ids);
    const byId = new Map(ready.map((job) => [job.id, job]));
    if (peeked?.isSound === false)
      return { queue, depth: queue.ready, missing: [], looked: 0, peeked, ready: byId };
    const depth = await readyQueue.depth(queue.key);
    const missing: ReadyHint[] = [];
    let looked = 0;
    let after = 0;
    for (let page = 0; page < JOBS_PAGES; page++) {
      const jobs = await this.#options.store.readyPage(queue.id, after, JOBS_PAGE);
      looked += jobs.length;
      if (jobs.length > 0) missing.push(...(await readyQueue.missing(queue.key, jobs.map(hintOf))));
      if (jobs.length < JOBS_PAGE) break;
      after = jobs.at(-1)?.id ?? after;
    }
    return { queue, depth, missing, looked, peeked, ready: byId };
  }
}

function hintOf(job: ChangedJob): ReadyHint {
  const { id: jobId, type, readyUs } = job;
  return { jobId, type, level: levelOf(job.effectivePriority), readyUs: readyUs ?? 0 };
}
