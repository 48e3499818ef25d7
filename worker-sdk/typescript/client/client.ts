/**
 * The client of Muster: submitting, following and steering jobs, and what an operator needs. Hands out its own
 * types, never the contract's. Calls are retried while that is safe, see `calls.ts`; every failure is a
 * MusterClientError.
 */
import { services } from "../../../proto/load.js";
import type { Credentials } from "../credentials.js";
import { toDuration } from "../times.js";
import { Admin } from "./admin.js";
import { Calls } from "./calls.js";
import {
  cancelFields,
  cancelMatching,
  type CancelFilter,
  type CancelledMatching,
  type CancelMatchingOptions,
  type CancelOptions,
} from "./cancel-jobs.js";
import { toExplanationView, type ExplanationView } from "./explanation-view.js";
import { DeadLetters } from "./dead-letters.js";
import { GRAPH_ORDER, namedKey, toJobSpec, type GraphOrder, type JobInput } from "./job-input.js";
import {
  isGraphDone,
  isTerminal,
  fromWireState,
  toGraphView,
  toJobView,
  toSubmittedJob,
  toWireState,
  type GraphView,
  type JobState,
  type JobView,
  type SubmittedJob,
} from "./job-view.js";
import { Schedules } from "./schedules.js";
import { streamJobs } from "./stream-jobs.js";
import { bytesOf, Submissions } from "./submissions.js";
import { watch } from "./watch.js";

export interface ClientOptions {
  /** `host:port`, or any target grpc-js understands. */
  readonly address: string;
  /** Default: `default`. */
  readonly namespace?: string;
  readonly credentials?: Credentials;
  /** For one call with all its retries, ms; default 30,000. */
  readonly deadlineMs?: number;
}

export interface ListFilter {
  readonly states?: readonly JobState[];
  readonly queue?: string;
  readonly type?: string;
  readonly graphId?: string;
  /** All must match. */
  readonly labels?: Readonly<Record<string, string>>;
  /** 1..1000, default 100. */
  readonly pageSize?: number;
  readonly pageToken?: string;
  readonly oldestFirst?: boolean;
  /** Leave payload and output out. */
  readonly omitBodies?: boolean;
}

export interface GraphInput {
  readonly name?: string;
  /** In any order. */
  readonly jobs: readonly JobInput[];
  /** Given to every job. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly idempotencyKey?: string;
  /** After this, ms, every job that has not ended is cancelled, reason `graph_timeout`. Default: never. */
  readonly timeoutMs?: number;
  /**
   * Which of its ready jobs starts first where their priorities are alike: as they become ready, the default, or what
   * the graph's end waits for, by the `expectedDurationMs` of its jobs.
   */
  readonly order?: GraphOrder;
}

/** Submissions of no more jobs share a stream; a larger one is worth a call of its own, and holds up nobody. */
const SMALL_JOBS_MAX = 50;
const SMALL_BYTES_MAX = 512 * 1024;

const jobsService = () => services().jobs.JobsService.service;

export class Client extends Admin {
  /** Work that the server submits again and again, at the times of cron expressions. */
  readonly schedules: Schedules;
  /** Jobs that are dead and were not retried. */
  readonly deadLetters: DeadLetters;
  readonly #calls: Calls;
  readonly #submissions: Submissions;
  readonly #namespace: string;

  constructor(options: ClientOptions) {
    const calls = new Calls({
      address: options.address,
      credentials: options.credentials,
      deadlineMs: options.deadlineMs ?? 30_000,
    });
    const namespace = options.namespace ?? "default";
    super(calls, namespace);
    this.schedules = new Schedules(calls, namespace);
    this.deadLetters = new DeadLetters(calls, namespace);
    this.#calls = calls;
    this.#submissions = new Submissions(calls);
    this.#namespace = namespace;
  }

  /**
   * Accepts every job, or none. Jobs may depend on each other by key.
   * @throws MusterClientError INVALID_JOB, CYCLE, PARENT_MISSING, JOB_CONFLICT, PAYLOAD_TOO_LARGE, ...
   */
  async submit(job: JobInput): Promise<SubmittedJob>;
  async submit(jobs: readonly JobInput[]): Promise<readonly SubmittedJob[]>;
  async submit(input: JobInput | readonly JobInput[]): Promise<SubmittedJob | readonly SubmittedJob[]> {
    const jobs = isList(input) ? input : [input];
    const request = { namespace: this.#namespace, jobs: jobs.map(toJobSpec) };
    const idempotent = jobs.every((job) => job.idempotencyKey !== undefined);
    const accepted =
      jobs.length > SMALL_JOBS_MAX || bytesOf(request) > SMALL_BYTES_MAX
        ? (await this.#calls.unary(jobsService().SubmitJobs, request, { idempotent })).jobs
        : await this.#submissions.submit(request, idempotent);
    const submitted = (accepted ?? []).map(toSubmittedJob);
    if (isList(input)) return submitted;
    const [first] = submitted;
    if (first === undefined) throw new Error("the server accepted the job and named none");
    return first;
  }

  /** The same for one graph, which can then be watched, listed and cancelled as a whole. */
  async submitGraph(graph: GraphInput): Promise<{
    readonly graphId: string;
    readonly jobs: readonly SubmittedJob[];
    readonly existed: boolean;
  }> {
    const request = {
      namespace: this.#namespace,
      name: graph.name ?? "",
      jobs: graph.jobs.map(toJobSpec),
      labels: { ...graph.labels },
      idempotencyKey: graph.idempotencyKey === undefined ? "" : namedKey(graph.idempotencyKey),
      ...(graph.timeoutMs !== undefined && { timeout: toDuration(graph.timeoutMs) }),
      ...(graph.order !== undefined && { order: GRAPH_ORDER[graph.order] }),
    };
    const idempotent = graph.idempotencyKey !== undefined;
    const response = await this.#calls.unary(jobsService().SubmitGraph, request, { idempotent });
    return {
      graphId: response.graphId ?? "",
      jobs: (response.jobs ?? []).map(toSubmittedJob),
      existed: response.existed ?? false,
    };
  }

  /**
   * Bulk submission: each batch is one transaction of its own. Never sent twice.
   * @throws MusterClientError of the first refused batch; what was accepted before it stays
   */
  async stream(
    batches: AsyncIterable<readonly JobInput[]> | Iterable<readonly JobInput[]>,
  ): Promise<{ readonly acceptedJobs: number; readonly acceptedBatches: number }> {
    return streamJobs(this.#calls, this.#namespace, batches);
  }

  /** @throws MusterClientError JOB_NOT_FOUND */
  async get(jobId: string): Promise<JobView> {
    const request = { namespace: this.#namespace, jobId };
    const response = await this.#calls.unary(jobsService().GetJob, request, { idempotent: true });
    return toJobView(response.job ?? {});
  }

  /** Why it is not running: what has to go, in order. @throws MusterClientError JOB_NOT_FOUND */
  async explain(jobId: string): Promise<ExplanationView> {
    const request = { namespace: this.#namespace, jobId };
    return toExplanationView(
      await this.#calls.unary(jobsService().ExplainJob, request, { idempotent: true }),
    );
  }

  /** One page, newest first unless `oldestFirst`; `nextPageToken` is undefined on the last. */
  async list(filter: ListFilter = {}): Promise<{
    readonly jobs: readonly JobView[];
    readonly nextPageToken: string | undefined;
  }> {
    const request = {
      namespace: this.#namespace,
      states: (filter.states ?? []).map(toWireState),
      queue: filter.queue ?? "",
      type: filter.type ?? "",
      graphId: filter.graphId ?? "",
      labels: { ...filter.labels },
      pageSize: filter.pageSize ?? 0,
      pageToken: filter.pageToken ?? "",
      oldestFirst: filter.oldestFirst ?? false,
      omitBodies: filter.omitBodies ?? false,
    };
    const response = await this.#calls.unary(jobsService().ListJobs, request, { idempotent: true });
    const token = response.nextPageToken ?? "";
    return { jobs: (response.jobs ?? []).map(toJobView), nextPageToken: token === "" ? undefined : token };
  }

  /** Every job of every page. */
  async *listAll(filter: Omit<ListFilter, "pageToken"> = {}): AsyncGenerator<JobView, void, undefined> {
    let pageToken: string | undefined;
    do {
      const page = await this.list({ ...filter, ...(pageToken !== undefined && { pageToken }) });
      yield* page.jobs;
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined);
  }

  /** @throws MusterClientError GRAPH_NOT_FOUND */
  async getGraph(graphId: string): Promise<GraphView> {
    const request = { namespace: this.#namespace, graphId };
    const response = await this.#calls.unary(jobsService().GetGraph, request, { idempotent: true });
    return toGraphView(response.graph ?? {});
  }

  /** `won` is false when the job had ended before. A running job's worker is told, and answers in its time. */
  async cancel(
    jobId: string,
    options: CancelOptions = {},
  ): Promise<{ readonly state: JobView["state"]; readonly won: boolean }> {
    const request = { namespace: this.#namespace, jobId, ...cancelFields(options) };
    const response = await this.#calls.unary(jobsService().CancelJob, request, { idempotent: true });
    return { state: fromWireState(response.state), won: response.won ?? false };
  }

  async cancelGraph(
    graphId: string,
    options: CancelOptions = {},
  ): Promise<{ readonly cancelled: number; readonly requested: number; readonly alreadyTerminal: number }> {
    const request = { namespace: this.#namespace, graphId, ...cancelFields(options) };
    const response = await this.#calls.unary(jobsService().CancelGraph, request, { idempotent: true });
    return {
      cancelled: response.cancelled ?? 0,
      requested: response.requested ?? 0,
      alreadyTerminal: response.alreadyTerminal ?? 0,
    };
  }

  /**
   * Cancels what matches and has not ended, newest first, page by page; or says in a dry run what that would be.
   * Waiting dependents of a cancelled job follow their policy, whether they match or not.
   * @throws MusterClientError INVALID_REQUEST for an empty filter
   */
  async cancelMatching(
    filter: CancelFilter,
    options: CancelMatchingOptions = {},
  ): Promise<CancelledMatching> {
    return cancelMatching(this.#calls, this.#namespace, filter, options);
  }

  /** Opens a new generation of a dead or cancelled job. */
  async retry(jobId: string): Promise<{ readonly state: JobView["state"]; readonly generation: number }> {
    const request = { namespace: this.#namespace, jobId };
    const response = await this.#calls.unary(jobsService().RetryJob, request, { idempotent: false });
    return { state: fromWireState(response.state), generation: response.generation ?? 0 };
  }

  /** The job now and at every change; ends after its terminal state. Subscribes again when the server is lost. */
  watchJob(
    jobId: string,
    options: { readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<JobView, void, undefined> {
    return watch({
      open: () =>
        this.#calls.serverStream(
          jobsService().WatchJob,
          { namespace: this.#namespace, jobId },
          options.signal,
        ),
      pause: (ms) => this.#calls.pause(ms, options.signal),
      view: (message) => toJobView(message.job ?? {}),
      isOver: (job) => isTerminal(job.state),
      mark: (job) =>
        `${job.generation}/${job.leaseEpoch}/${job.state}/${job.effectivePriority}/${job.pendingParents}/` +
        `${job.cancelRequested}/${job.startedAt?.getTime()}/${job.progress}/${job.progressNote}`,
      signal: options.signal,
    });
  }

  /** Counts by state now and as they change; ends when every job is terminal. */
  watchGraph(
    graphId: string,
    options: { readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<GraphView, void, undefined> {
    return watch({
      open: () =>
        this.#calls.serverStream(
          jobsService().WatchGraph,
          { namespace: this.#namespace, graphId },
          options.signal,
        ),
      pause: (ms) => this.#calls.pause(ms, options.signal),
      view: (message) => toGraphView(message.graph ?? {}),
      isOver: isGraphDone,
      mark: (graph) => JSON.stringify([graph.counts, graph.finishedAt]),
      signal: options.signal,
    });
  }

  /** The job in its terminal state, whichever that is: look at `state`. */
  async waitFor(jobId: string, options: { readonly signal?: AbortSignal } = {}): Promise<JobView> {
    for await (const job of this.watchJob(jobId, options)) {
      if (isTerminal(job.state)) return job;
    }
    return this.get(jobId);
  }

  /** Calls and watches still under way, or that wait for their turn, fail with CANCELLED. */
  close(): void {
    this.#submissions.close();
    this.#calls.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}

function isList(input: JobInput | readonly JobInput[]): input is readonly JobInput[] {
  return Array.isArray(input);
}
