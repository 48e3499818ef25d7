/**
 * Drives the real thing beside the reference model: the coordinator's verbs over the Postgres store. Nothing else
 * runs, so what becomes ready is claimed only when a step says so. Each driver has jobs and workers of its own and
 * may share a database with others.
 */
import { createHash } from "node:crypto";
import { Aftermath } from "../../server/coordinator/aftermath.js";
import { Cancel } from "../../server/coordinator/cancel.js";
import { DatabaseClock } from "../../server/coordinator/database-clock.js";
import { Finish } from "../../server/coordinator/finish.js";
import { GiveBack } from "../../server/coordinator/give-back.js";
import { Insert } from "../../server/coordinator/insert.js";
import { QueueDirectory } from "../../server/coordinator/queue-directory.js";
import { Retry } from "../../server/coordinator/retry.js";
import { Submit } from "../../server/coordinator/submit.js";
import { MusterError } from "../../server/core/errors.js";
import { parseId } from "../../server/core/job-id.js";
import { stateOf, type JobRef, type Outcome } from "../../server/core/job.js";
import { NO_METRICS } from "../../server/core/metrics.js";
import type { JobInput } from "../../server/core/operations.js";
import { NO_LOG } from "../../server/core/ports.js";
import { SUBMISSION_LIMITS } from "../../server/core/submission-limits.js";
import type { Database } from "../../server/store/database.js";
import type { Registered } from "../../server/core/store.js";
import { GraphIds } from "../../server/store/graph-ids.js";
import { PostgresStore } from "../../server/store/store.js";
import { SESSIONS } from "./commands.js";
import { causeOf, type Driver } from "./driver.js";
import type { ModelOutcome, ModelRef, ModelSpec, SeenJob } from "./reference-model.js";
import { NO_LIMIT_STORE } from "../support/no-limits.js";
import { NO_SEATS } from "../support/no-seats.js";
import { registration } from "../support/registration.js";

const DELAY_MS = 3_600_000;

interface Session {
  readonly sessionId: number;
  readonly epoch: number;
}

export class StoreDriver implements Driver {
  readonly #database: Database;
  readonly #store: PostgresStore;
  readonly #name: string;
  readonly #verbs: { submit: Submit; finish: Finish; giveBack: GiveBack; cancel: Cancel; retry: Retry };
  /** By job number. */
  readonly #ids: number[] = [];
  readonly #publicIds: string[] = [];
  /** By slot. */
  readonly #sessions: Session[] = [];

  /** @param name of its workers; distinct in the database */
  static async open(database: Database, name: string, lossesMax: number): Promise<StoreDriver> {
    const driver = new StoreDriver(database, name, lossesMax);
    for (let slot = 0; slot < SESSIONS; slot++) driver.#sessions.push(await driver.#register(slot));
    return driver;
  }

  private constructor(database: Database, name: string, lossesMax: number) {
    const metrics = NO_METRICS;
    const assignments = { graphIds: new GraphIds(database), outputBytesMax: 1_000_000 };
    const store = new PostgresStore({ database, metrics, assignments });
    const clock = new DatabaseClock(store, { nowMs: () => Date.now(), monoMs: () => performance.now() });
    const nothing = (): void => undefined;
    const aftermath = new Aftermath({
      store,
      ready: { offer: nothing, putBack: nothing, freed: nothing },
      logger: NO_LOG,
      onScheduled: nothing,
      onChanged: nothing,
    });
    this.#database = database;
    this.#store = store;
    this.#name = name;
    this.#verbs = {
      submit: new Submit({
        store,
        limitStore: NO_LIMIT_STORE,
        insert: new Insert({
          store,
          clock,
          aftermath,
          logger: NO_LOG,
          reserve: () => [],
          onWritten: nothing,
          push: nothing,
          recount: nothing,
        }),
        queues: new QueueDirectory(store),
        clock,
        aftermath,
        metrics,
        limits: SUBMISSION_LIMITS,
        lanes: { max: 1, patienceMs: 0 },
        backlogJobsMax: 1000,
        hash: (parts) => {
          const hash = createHash("sha256");
          for (const part of parts) hash.update(part);
          return hash.digest();
        },
      }),
      finish: new Finish({
        store,
        aftermath,
        metrics,
        ...NO_SEATS,
        lanes: { max: 1, patienceMs: 0 },
        random01: () => 0.5,
      }),
      giveBack: new GiveBack({ store, aftermath, metrics, lossesMax, onSettled: nothing }),
      cancel: new Cancel({ store, aftermath, onOrders: nothing, onSettled: nothing }),
      retry: new Retry({ store, aftermath, logger: NO_LOG }),
    };
  }

  async submit(specs: readonly ModelSpec[]): Promise<void> {
    const first = this.#ids.length;
    const jobs = specs.map((spec, at) => this.#jobInput(spec, first, first + at));
    const submitted = await this.#verbs.submit.submit({ namespace: "default", jobs, graph: null });
    for (const { publicId } of submitted.jobs) {
      this.#publicIds.push(publicId);
      this.#ids.push(parseId(publicId)?.id ?? 0);
    }
  }

  async claim(job: number, session: number): Promise<number | null> {
    const jobId = this.#id(job);
    const request = { jobId, ...this.#session(session) };
    // A job that someone else has locked for a moment is skipped and said to be still ready.
    for (;;) {
      const { assignments, stillReady } = await this.#store.claim([request]);
      if (assignments.length > 0) return assignments[0]?.leaseEpoch ?? null;
      if (stillReady.length === 0) return null;
    }
  }

  async finish(ref: ModelRef, outcome: ModelOutcome): Promise<boolean> {
    const result = { ref: this.#ref(ref), outcome: workersWord(outcome), startedAtMs: null };
    const [verdict] = await this.#verbs.finish.finish([result]);
    return verdict?.disposition === "committed";
  }

  async release(ref: ModelRef, later: boolean): Promise<boolean> {
    const wasHeld = await this.#isHeld(this.#ref(ref));
    const delayMs = later ? DELAY_MS : 0;
    await this.#verbs.giveBack.giveBack([{ ref: this.#ref(ref), how: "released", delayMs }], null);
    return wasHeld && !(await this.#isHeld(this.#ref(ref)));
  }

  async loseSession(slot: number): Promise<void> {
    const { sessionId } = this.#session(slot);
    await this.#store.endSessions([this.#session(slot)], "lost", "the test lost it");
    const held = await this.#store.jobsOfSessions([sessionId]);
    const items = held.map(
      ({ jobId, leaseEpoch }) => ({ ref: { jobId, leaseEpoch }, how: "lost", delayMs: 0 }) as const,
    );
    await this.#verbs.giveBack.giveBack(items, null);
    this.#sessions[slot] = await this.#register(slot);
  }

  async cancel(job: number): Promise<boolean> {
    return (await this.#verbs.cancel.cancelJob(this.#id(job), "not needed", 60_000)).won;
  }

  async retry(job: number): Promise<"ready" | "blocked" | "refused"> {
    try {
      const { state } = await this.#verbs.retry.retryJob(this.#id(job));
      return state === "ready" ? "ready" : "blocked";
    } catch (error) {
      if (error instanceof MusterError && error.code === "ILLEGAL_TRANSITION") return "refused";
      throw error;
    }
  }

  async advance(): Promise<void> {
    await this.#database.kysely
      .updateTable("jobs")
      .set({ run_at: new Date(0) })
      .where("id", "in", this.#ids)
      .where("run_at", "is not", null)
      .where("finished_at", "is", null)
      .execute();
    // Rows that are locked for a moment are skipped, so it goes on until nothing of ours is scheduled.
    while ((await this.readAll()).some(({ state }) => state === "scheduled"))
      await this.#store.promoteDue(1000);
  }

  async readAll(): Promise<readonly SeenJob[]> {
    if (this.#ids.length === 0) return [];
    const rows = await this.#database.kysely
      .selectFrom("jobs")
      .select(["id", "state", "attempt", "generation", "losses", "lease_epoch"])
      .select(["pending_parents", "cancel_requested", "state_reason"])
      .where("id", "in", this.#ids)
      .execute();
    const byId = new Map(rows.map((row) => [row.id, row]));
    return this.#ids.map((id) => {
      const row = byId.get(id);
      if (row === undefined) throw new Error(`job ${id} has no row`);
      const state = stateOf(row.state);
      return {
        state,
        attempt: row.attempt,
        generation: row.generation,
        losses: row.losses,
        leaseEpoch: row.lease_epoch,
        pendingParents: state === "blocked" ? row.pending_parents : 0,
        cancelRequested: state === "running" && row.cancel_requested,
        cause: causeOf(state, row.state_reason),
      };
    });
  }

  #jobInput(spec: ModelSpec, first: number, number: number): JobInput {
    return {
      key: `k${number}`,
      type: "t",
      maxAttempts: spec.maxAttempts,
      onParentFailure: spec.onParentFailure,
      backoff: { kind: "fixed", baseMs: DELAY_MS, jitter: 0 },
      dependsOn: spec.parents.map((parent) =>
        parent >= first ? `k${parent}` : (this.#publicIds[parent] ?? ""),
      ),
      ...(spec.later ? { runAtMs: Date.now() + DELAY_MS } : {}),
    };
  }

  async #register(slot: number): Promise<Session> {
    const worker = registration({ workerId: `${this.#name}-${slot}`, maxInFlight: 1000 });
    const [registered] = await this.#store.register([{ ...worker, leaseTtlMs: DELAY_MS }]);
    const { sessionId, epoch } = registered as Registered;
    return { sessionId, epoch };
  }

  async #isHeld({ jobId, leaseEpoch }: JobRef): Promise<boolean> {
    const job = (await this.readAll())[this.#ids.indexOf(jobId)];
    return job?.state === "running" && job.leaseEpoch === leaseEpoch;
  }

  #ref({ job, leaseEpoch }: ModelRef): JobRef {
    return { jobId: this.#id(job), leaseEpoch };
  }

  #id(job: number): number {
    const id = this.#ids[job];
    if (id === undefined) throw new RangeError(`no job ${job}`);
    return id;
  }

  #session(slot: number): Session {
    const session = this.#sessions[slot];
    if (session === undefined) throw new RangeError(`no session ${slot}`);
    return session;
  }
}

function workersWord(outcome: ModelOutcome): Outcome {
  if (outcome === "succeeded") return { kind: "succeeded", output: null };
  if (outcome === "cancelled") return { kind: "cancelled", reason: "" };
  const error = { errorType: "Error", message: "it failed", stackTrace: "" };
  const nonRetryable = outcome === "failed_for_good";
  return { kind: "failed", error, nonRetryable, retryAfterMs: null, timedOut: false };
}
