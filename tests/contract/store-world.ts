/**
 * What the tests of the store stand on: the store and its views over an open database, the coordinator's verbs that
 * decide under locks, and short ways to submit, run and look at jobs. Nothing runs by itself: no dispatcher, no
 * timers. Used by the contract suite, the races and the planner tests.
 */
import { createHash } from "node:crypto";
import { Aftermath } from "../../server/coordinator/aftermath.js";
import { Cancel } from "../../server/coordinator/cancel.js";
import { EnforceDeadlines } from "../../server/coordinator/enforce-deadlines.js";
import { Finish } from "../../server/coordinator/finish.js";
import { GiveBack } from "../../server/coordinator/give-back.js";
import { ONE_LANE } from "../../server/coordinator/group-commit.js";
import { Registrations } from "../../server/coordinator/registrations.js";
import { Retry } from "../../server/coordinator/retry.js";
import type { GivenBack } from "../../server/core/decide.js";
import type { DecodedId } from "../../server/core/job-id.js";
import { stateOf, type JobState, type NewJob, type Outcome, type Verdict } from "../../server/core/job.js";
import { NO_METRICS, type Metrics } from "../../server/core/metrics.js";
import { planSubmission } from "../../server/core/plan.js";
import { NO_LOG } from "../../server/core/ports.js";
import { NEW_JOB } from "../support/new-job.js";
import { NO_SEATS } from "../support/no-seats.js";
import type { LimitedClaimed } from "../../server/core/limit-store.js";
import type { Claimed, LinkedSubmission, LinkedSubmitted, RegisterRequest } from "../../server/core/store.js";
import type { StoreViews } from "../../server/core/views.js";
import type { Database } from "../../server/store/database.js";
import { PostgresLimits } from "../../server/store/limits.js";
import { GraphIds } from "../../server/store/graph-ids.js";
import { PostgresStore } from "../../server/store/store.js";
import { storeViews } from "../../server/store/views/store-views.js";
import { freshName } from "../support/fresh-name.js";
import { registration } from "../support/registration.js";
import { backdate, withDeadline } from "./backdate.js";

export interface Held {
  readonly sessionId: number;
  readonly epoch: number;
}

export interface SubmitOptions {
  readonly namespace?: string;
  readonly queue?: string;
  readonly graph?: string;
  readonly graphTimeoutMs?: number;
}

export interface LinkedOptions extends SubmitOptions {
  readonly graphKey?: string;
  /** What was submitted, for the idempotency hashes; two different texts are two different bodies. */
  readonly body?: string;
}

export const LOSSES_MAX = 3;
export const TIMEOUT_GRACE_MS = 5_000;
/** Of what one assignment carries of its parents' outputs. */
export const OUTPUT_BYTES_MAX = 100;
/** Within a key; a test that wants a job to have waited so long sets its ready_at back. */
const AGEING = { lowToMediumMs: 60_000, toHighMs: 120_000 };

/** Ageing that has not begun. */
export const NOT_AGED = { ageingLowMs: 3_600_000, ageingMediumMs: 7_200_000 };

const noop = (): void => undefined;
export { freshName };

export class StoreWorld {
  readonly database: Database;
  readonly store: PostgresStore;
  readonly limits: PostgresLimits;
  readonly views: StoreViews;
  readonly cancel: Cancel;
  readonly retry: Retry;
  readonly #registrations: Registrations;
  readonly #finish: Finish;
  readonly #giveBack: GiveBack;
  readonly #deadlines: EnforceDeadlines;

  constructor(database: Database, metrics: Metrics = NO_METRICS) {
    this.database = database;
    const assignments = { graphIds: new GraphIds(database), outputBytesMax: OUTPUT_BYTES_MAX };
    const store = new PostgresStore({ database, metrics, assignments });
    const aftermath = new Aftermath({
      store: { lowerAncestors: () => Promise.resolve([]) },
      ready: { offer: noop, putBack: noop, freed: noop },
      logger: NO_LOG,
      onScheduled: noop,
      onChanged: noop,
    });
    this.store = store;
    this.#registrations = new Registrations(store, ONE_LANE);
    this.limits = new PostgresLimits({
      database,
      metrics,
      assignments,
      ageing: AGEING,
    });
    this.views = storeViews(database, metrics);
    this.cancel = new Cancel({ store, aftermath, onOrders: noop, onSettled: noop });
    this.retry = new Retry({ store, aftermath, logger: NO_LOG });
    this.#finish = new Finish({
      store,
      aftermath,
      metrics,
      ...NO_SEATS,
      lanes: { max: 4, patienceMs: 0 },
      random01: () => 0,
    });
    this.#deadlines = new EnforceDeadlines({
      store,
      aftermath,
      cancel: this.cancel,
      metrics,
      graceMs: TIMEOUT_GRACE_MS,
      random01: () => 0,
      onOrders: noop,
      onSettled: noop,
    });
    this.#giveBack = new GiveBack({ store, aftermath, metrics, lossesMax: LOSSES_MAX, onSettled: noop });
  }

  async queueId(name: string, namespace = "default"): Promise<number> {
    return (await this.store.resolveQueues([{ namespace, name }]))[0]?.id ?? 0;
  }

  /** Jobs without earlier parents, in topological order; the graph, when named, spans them. @returns their ids */
  async submit(jobs: readonly Partial<NewJob>[], options: SubmitOptions = {}): Promise<number[]> {
    return (await this.submitGraph(jobs, options)).ids;
  }

  async submitGraph(
    jobs: readonly Partial<NewJob>[],
    options: SubmitOptions = {},
  ): Promise<{ ids: number[]; createdMs: number; graphId: number }> {
    const { rows, graphs, ...submitted } = await this.prepare(jobs, options);
    await this.store.insert({ createdMs: submitted.createdMs, jobs: rows, graphs });
    return submitted;
  }

  /** Jobs that are written at once, each to the session at its place; null for those that wait. */
  async submitAssigned(
    jobs: readonly Partial<NewJob>[],
    takers: readonly (Held | null)[],
    options: SubmitOptions = {},
  ): Promise<{ ids: number[]; taken: ReadonlySet<number>; again: () => Promise<void> }> {
    const { rows, graphs, ids, createdMs } = await this.prepare(jobs, options);
    const requests = takers.flatMap((taker, at) =>
      taker === null ? [] : [{ jobId: ids[at] ?? 0, sessionId: taker.sessionId, epoch: taker.epoch }],
    );
    const inserted = await this.store.insertOnce({ createdMs, jobs: rows, graphs }, requests, []);
    return {
      ids,
      taken: inserted?.taken ?? new Set(),
      again: () => this.store.insert({ createdMs, jobs: rows, graphs }, true),
    };
  }

  /** Numbers jobs and makes their rows, without writing them. */
  async prepare(jobs: readonly Partial<NewJob>[], options: SubmitOptions = {}) {
    const namespace = options.namespace ?? "default";
    const full = jobs.map((job) => ({ ...NEW_JOB, queue: options.queue ?? "default", ...job }));
    const queueId = await this.queueId(options.queue ?? "default", namespace);
    const blocks = await this.store.allocateIdBlocks(Math.ceil((jobs.length + 1) / 1_000));
    const all = blocks.flatMap((first) => Array.from({ length: 1_000 }, (_, at) => first + at));
    const [graphId = 0, ...ids] = all.slice(0, jobs.length + 1);
    const createdMs = Date.now();
    const inGraph = options.graph === undefined ? null : graphId;
    const rows = planSubmission(full, ids, new Map(), createdMs).jobs.map((planned, at) => ({
      planned,
      queueId,
      graphId: inGraph,
      readyUs: planned.state === "ready" ? createdMs * 1_000 + at : null,
    }));
    const graph = {
      id: graphId,
      namespace,
      name: options.graph ?? "",
      jobCount: jobs.length,
      firstJobId: ids[0] ?? 0,
      lastJobId: ids.at(-1) ?? 0,
      timeoutMs: options.graphTimeoutMs ?? null,
    };
    return { ids, createdMs, graphId, rows, graphs: options.graph === undefined ? [] : [graph] };
  }

  /** Jobs with earlier parents or idempotency keys; `earlierParents` of the jobs are looked up by id. */
  async submitLinked(
    jobs: readonly Partial<NewJob>[],
    options: LinkedOptions = {},
  ): Promise<LinkedSubmitted> {
    return this.store.submitLinked(await this.linked(jobs, options));
  }

  /** What `submitLinked` sends. */
  async linked(jobs: readonly Partial<NewJob>[], options: LinkedOptions = {}): Promise<LinkedSubmission> {
    const namespace = options.namespace ?? "default";
    const queueId = await this.queueId(options.queue ?? "default", namespace);
    const full = jobs.map((job) => ({ ...NEW_JOB, queue: options.queue ?? "default", ...job }));
    const parents = new Set(full.flatMap((job) => job.earlierParents));
    return {
      namespace,
      jobs: full,
      queueIds: full.map(() => queueId),
      jobHashes: full.map((job, at) =>
        job.idempotencyKey === null ? null : hashOf(`${options.body ?? ""}/${job.type}/${at}`),
      ),
      earlierParents: await this.decoded([...parents]),
      graph:
        options.graph === undefined
          ? null
          : {
              name: options.graph,
              idempotencyKey: options.graphKey ?? null,
              timeoutMs: options.graphTimeoutMs ?? null,
              hash: hashOf(options.body ?? ""),
            },
    };
  }

  /** A dependent of earlier jobs. @returns its id */
  async child(
    parentIds: readonly number[],
    job: Partial<NewJob> = {},
    options: SubmitOptions = {},
  ): Promise<number> {
    const submitted = await this.submitLinked([{ earlierParents: parentIds, ...job }], options);
    return submitted.jobs[0]?.id ?? 0;
  }

  async decoded(ids: readonly number[]): Promise<DecodedId[]> {
    if (ids.length === 0) return [];
    const rows = await this.database.kysely
      .selectFrom("jobs")
      .select(["id", "created_at"])
      .where("id", "in", [...ids])
      .execute();
    return rows.map((row) => ({ id: row.id, createdMs: row.created_at.getTime() }));
  }

  register(over: Partial<RegisterRequest["hello"]> = {}, request: Partial<RegisterRequest> = {}) {
    return this.#registrations.register({ ...registration(over), ...request });
  }

  claim(session: Held, jobIds: readonly number[]): Promise<Claimed> {
    return this.store.claim(
      jobIds.map((jobId) => ({ jobId, sessionId: session.sessionId, epoch: session.epoch })),
    );
  }

  /** Claims under limits; the jobs are of one queue, the most urgent first. */
  async claimLimited(queue: string, session: Held, jobIds: readonly number[]): Promise<LimitedClaimed> {
    const requests = jobIds.map((jobId) => ({ jobId, sessionId: session.sessionId, epoch: session.epoch }));
    return this.limits.claimLimited(await this.queueId(queue), requests);
  }

  /** Claims jobs that must all be ready. */
  async run(session: Held, jobIds: readonly number[]): Promise<void> {
    const { assignments } = await this.claim(session, jobIds);
    if (assignments.length !== jobIds.length)
      throw new Error(`expected ${jobIds.length} claimed, got ${assignments.length}`);
  }

  async succeed(jobIds: readonly number[], leaseEpoch = 1): Promise<number[]> {
    const { recorded } = await this.store.finishSucceeded(
      jobIds.map((jobId) => ({ ref: { jobId, leaseEpoch }, output: null })),
    );
    return [...recorded];
  }

  /** As a worker reports it, through the verb that decides under locks. */
  async report(jobId: number, outcome: Outcome, leaseEpoch = 1): Promise<Verdict> {
    const [verdict] = await this.#finish.finish([{ ref: { jobId, leaseEpoch }, outcome, startedAtMs: null }]);
    if (verdict === undefined) throw new Error("no verdict");
    return verdict;
  }

  async giveBack(
    jobIds: readonly number[],
    how: GivenBack["how"],
    leaseEpoch = 1,
    delayMs = 0,
  ): Promise<void> {
    const items = jobIds.map((jobId) => ({ ref: { jobId, leaseEpoch }, how, delayMs }));
    await this.#giveBack.giveBack(items, null);
  }

  /** As a worker reports it when the handlers begin. */
  async start(jobIds: readonly number[], leaseEpoch = 1): Promise<void> {
    await this.progress(jobIds, { started: true }, leaseEpoch);
  }

  async progress(
    jobIds: readonly number[],
    over: { readonly started?: boolean; readonly fraction?: number } = {},
    leaseEpoch = 1,
  ): Promise<void> {
    const report = { started: false, fraction: 0, note: "", checkpoint: null, ...over };
    await this.store.recordProgress(jobIds.map((jobId) => ({ ref: { jobId, leaseEpoch }, ...report })));
  }

  /** Looks at everything whose deadline has come. */
  async enforce(): Promise<void> {
    while (await this.#deadlines.enforce());
  }

  backdate(id: number, ms: number): Promise<void> {
    return backdate(this.database, id, ms);
  }

  /** Which of them have a deadline. */
  deadlines(ids: readonly number[]): Promise<number[]> {
    return withDeadline(this.database, ids);
  }

  async row(id: number) {
    const row = await this.database.kysely
      .selectFrom("jobs")
      .selectAll()
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    return { ...row, state: stateOf(row.state) };
  }

  async states(ids: readonly number[]): Promise<JobState[]> {
    const rows = await this.database.kysely
      .selectFrom("jobs")
      .select(["id", "state"])
      .where("id", "in", [...ids])
      .execute();
    const byId = new Map(rows.map((row) => [row.id, stateOf(row.state)]));
    return ids.map((id) => byId.get(id) ?? "blocked");
  }

  executions(jobId: number) {
    return this.database.kysely
      .selectFrom("job_executions")
      .selectAll()
      .where("job_id", "=", jobId)
      .orderBy("lease_epoch")
      .execute();
  }

  session(id: number) {
    return this.database.kysely
      .selectFrom("worker_sessions")
      .innerJoin("session_leases", "session_leases.session_id", "worker_sessions.id")
      .selectAll()
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
  }

  async setLease(sessionId: number, expiresAt: Date): Promise<void> {
    await this.database.kysely
      .updateTable("session_leases")
      .set({ expires_at: expiresAt })
      .where("session_id", "=", sessionId)
      .execute();
  }
}

export function failure(
  over: { nonRetryable?: boolean; timedOut?: boolean; retryAfterMs?: number } = {},
): Outcome {
  return {
    kind: "failed",
    error: { errorType: "Error", message: "it failed", stackTrace: "" },
    nonRetryable: over.nonRetryable ?? false,
    timedOut: over.timedOut ?? false,
    retryAfterMs: over.retryAfterMs ?? null,
  };
}

export function bytes(text: string) {
  return { contentType: "text/plain", body: Buffer.from(text), uri: null };
}

function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
