/**
 * What the tests of the read side stand on: a migrated database of their own with the store and the views over it,
 * and short ways to submit, run and end jobs through the real store.
 */
import { formatId } from "../../server/core/job-id.js";
import type { JobError, NewJob } from "../../server/core/job.js";
import { NO_METRICS } from "../../server/core/metrics.js";
import { planSubmission } from "../../server/core/plan.js";
import { unchanged, type JobChange, type LockedJob } from "../../server/core/settlement.js";
import type { StoreViews } from "../../server/core/views.js";
import { Database } from "../../server/store/database.js";
import { migrate } from "../../server/store/migrate.js";
import { GraphIds } from "../../server/store/graph-ids.js";
import { PostgresStore } from "../../server/store/store.js";
import { storeViews } from "../../server/store/views/store-views.js";
import { freshDatabase, type FreshDatabase } from "../support/databases.js";
import { NEW_JOB } from "../support/new-job.js";

export interface Submitted {
  readonly ids: readonly number[];
  readonly publicIds: readonly string[];
  readonly createdMs: number;
  readonly graphId: number;
  readonly graphPublicId: string;
}

export interface Session {
  readonly sessionId: number;
  readonly epoch: number;
}

export interface SubmitOptions {
  readonly namespace?: string;
  readonly graph?: string;
  readonly queue?: string;
}

export class World {
  readonly fresh: FreshDatabase;
  readonly database: Database;
  readonly store: PostgresStore;
  readonly views: StoreViews;
  #clockMs = 1_700_000_000_000;

  private constructor(fresh: FreshDatabase) {
    this.fresh = fresh;
    this.database = new Database({ connection: { url: fresh.url }, poolMax: 5, onError: () => undefined });
    const metrics = NO_METRICS;
    const assignments = { graphIds: new GraphIds(this.database), outputBytesMax: 1_000_000 };
    this.store = new PostgresStore({ database: this.database, metrics, assignments });
    this.views = storeViews(this.database, metrics);
  }

  static async open(): Promise<World> {
    const world = new World(await freshDatabase());
    await migrate(world.database.kysely);
    return world;
  }

  async close(): Promise<void> {
    await this.database.close();
    await this.fresh.drop();
  }

  /** Submits jobs in topological order; each submission is created at another millisecond. */
  async submit(jobs: readonly Partial<NewJob>[], options: SubmitOptions = {}): Promise<Submitted> {
    const namespace = options.namespace ?? "default";
    const full = jobs.map((job) => ({ ...NEW_JOB, queue: options.queue ?? "default", ...job }));
    const queues = await this.store.resolveQueues(
      [...new Set(full.map((job) => job.queue))].map((name) => ({ namespace, name })),
    );
    const queueId = new Map(queues.map((queue) => [queue.name, queue.id]));
    const blocks = await this.store.allocateIdBlocks(Math.ceil((jobs.length + 1) / 1_000));
    const ids = blocks.flatMap((first) => Array.from({ length: 1_000 }, (_, at) => first + at));
    const [graphId = 0, ...jobIds] = ids.slice(0, jobs.length + 1);
    const createdMs = this.#clockMs++;
    const plan = planSubmission(full, jobIds, new Map(), Date.now());
    await this.store.insert({
      createdMs,
      jobs: plan.jobs.map((planned) => ({
        planned,
        queueId: queueId.get(planned.job.queue) ?? 0,
        graphId: options.graph === undefined ? null : graphId,
        readyUs: planned.state === "ready" ? Date.now() * 1_000 : null,
      })),
      graphs:
        options.graph === undefined
          ? []
          : [
              {
                id: graphId,
                namespace,
                name: options.graph,
                jobCount: jobs.length,
                firstJobId: jobIds[0] ?? 0,
                lastJobId: jobIds.at(-1) ?? 0,
                timeoutMs: null,
              },
            ],
    });
    return {
      ids: jobIds,
      publicIds: jobIds.map((id) => formatId(id, createdMs)),
      createdMs,
      graphId,
      graphPublicId: formatId(graphId, createdMs),
    };
  }

  async register(
    workerId: string,
    options: { readonly namespace?: string; readonly queues?: readonly string[] } = {},
  ): Promise<Session> {
    const request = {
      serverId: "replica-1",
      leaseTtlMs: 30_000,
      resumeSessionId: null,
      hello: {
        namespace: options.namespace ?? "default",
        workerId,
        instanceId: `${workerId}-instance`,
        workerName: `${workerId} by name`,
        subscriptions: (options.queues ?? ["default"]).map((queue) => ({
          queue,
          jobTypes: ["resize"],
          maxInFlight: 3,
        })),
        maxInFlight: 32,
        maxInFlightBytes: 0,
        labels: { zone: "a" },
        sdk: "typescript/1",
        buildId: "build-7",
        resume: null,
        inFlight: [],
      },
    };
    const [registered] = await this.store.register([request]);
    return registered as Session;
  }

  /** Claims the jobs for the session; all of them have to be ready. */
  async claim({ sessionId, epoch }: Session, jobIds: readonly number[]): Promise<void> {
    const claimed = await this.store.claim(jobIds.map((jobId) => ({ jobId, sessionId, epoch })));
    if (claimed.assignments.length !== jobIds.length) throw new Error("a job was not ready");
  }

  async succeed(jobId: number, output: string | null = null, leaseEpoch = 1): Promise<void> {
    const payload =
      output === null ? null : { contentType: "text/plain", body: Buffer.from(output), uri: null };
    const { recorded } = await this.store.finishSucceeded([{ ref: { jobId, leaseEpoch }, output: payload }]);
    if (!recorded.has(jobId)) throw new Error(`the result of ${jobId} was refused`);
  }

  async change(jobId: number, to: Partial<JobChange>): Promise<void> {
    await this.store.settle({
      ids: [jobId],
      mayEnd: () => false,
      decide: ({ jobs }) => ({
        changes: [{ ...unchanged(jobs.get(jobId) as LockedJob), ...to }],
        orders: [],
      }),
    });
  }

  /** Ends the running attempt with an error and has the job ready again. */
  async failAttempt(jobId: number, error: JobError): Promise<void> {
    await this.change(jobId, { state: "ready", error, executionEnds: "failed" });
  }
}
