/**
 * Watching jobs and graphs: the state now, then at each change, until the terminal one. A change of this replica
 * wakes its watchers through JobChanges; a slow poll stands behind it. An outage of the store only pauses a watch.
 * Part of JobOperations, called by the rpc layer; ends without an error when the caller's signal aborts.
 */
import { MusterError } from "../core/errors.js";
import { formatId } from "../core/job-id.js";
import { isTerminal, type GraphView, type JobView } from "../core/job.js";
import type { Metrics } from "../core/metrics.js";
import type { JobOperations } from "../core/operations.js";
import type { Clock } from "../core/ports.js";
import { graphView, type GraphHead, type StoreViews } from "../core/views.js";
import { decodeJobId, graphNotFound, jobNotFound } from "./not-found.js";
import { findGraph } from "./queries.js";
import type { JobChanges } from "./watch-changes.js";
import { WatchFeed, type WatchSource } from "./watch-feed.js";
import type { WatchStates } from "./watch-states.js";

export interface WatchOptions {
  readonly views: StoreViews;
  readonly changes: JobChanges;
  readonly metrics: Pick<Metrics, "noticesDropped">;
  readonly clock: Pick<Clock, "monoMs">;
  /** How long a change made elsewhere and not announced may stay unseen. Default 1,000. */
  readonly jobPollMs?: number;
  /** The same for graphs. Default 250. */
  readonly graphPollMs?: number;
}

const JOB_POLL_MS = 1_000;
const GRAPH_POLL_MS = 250;
/** Least time between two states of one graph. */
const GRAPH_COALESCE_MS = 50;
const JOBS_BATCH = 1_000;
const GRAPHS_BATCH = 20;

interface Watched {
  readonly id: number;
}

export class Watches implements Pick<JobOperations, "watchJob" | "watchGraph"> {
  readonly #views: StoreViews;
  readonly #jobs: WatchFeed<Watched, JobView>;
  readonly #graphs: WatchFeed<GraphHead, GraphView>;
  #isClosed = false;

  constructor(options: WatchOptions) {
    const { views, changes, metrics, clock } = options;
    this.#views = views;
    const onDropped = (): void => metrics.noticesDropped(1);
    const jobs = jobSource(views, changes, options.jobPollMs ?? JOB_POLL_MS);
    const graphs = graphSource(views, changes, options.graphPollMs ?? GRAPH_POLL_MS);
    this.#jobs = new WatchFeed({ source: jobs, clock, onDropped });
    this.#graphs = new WatchFeed({ source: graphs, clock, onDropped });
  }

  watchJob(namespace: string, publicId: string, signal: AbortSignal): WatchStates<JobView> {
    const begin = (): Watched => {
      this.#refuseWhenClosed();
      return decodeJobId(namespace, publicId);
    };
    const isLast = (job: JobView): boolean => {
      if (
        job.namespace !== namespace ||
        job.createdAt.getTime() !== decodeJobId(namespace, publicId).createdMs
      ) {
        throw jobNotFound(namespace, publicId);
      }
      return isTerminal(job.state);
    };
    return this.#jobs.follow({ begin, isLast, signal });
  }

  watchGraph(namespace: string, publicId: string, signal: AbortSignal): WatchStates<GraphView> {
    const begin = (): Promise<GraphHead> => {
      this.#refuseWhenClosed();
      return findGraph(this.#views, namespace, publicId);
    };
    return this.#graphs.follow({ begin, isLast: hasEnded, signal });
  }

  /** Ends every watch with DRAINING and refuses new ones; clients go on at another replica. */
  close(): void {
    this.#isClosed = true;
    this.#jobs.fail(draining());
    this.#graphs.fail(draining());
  }

  #refuseWhenClosed(): void {
    if (this.#isClosed) throw draining();
  }
}

function jobSource(views: StoreViews, changes: JobChanges, pollMs: number): WatchSource<Watched, JobView> {
  return {
    pollMs,
    coalesceMs: 0,
    // A few look-ups by keys, on a connection of their own: whoever waits for a job must not wait for a rest.
    busyShare: 1 / 2,
    batchMax: JOBS_BATCH,
    // Versions first where nothing is said to have changed: most polls find nothing new, and payloads may be large.
    async *read(watched) {
      const stale = watched.filter(({ isDirty }) => isDirty).map(({ subject }) => subject.id);
      const polled = watched.filter(({ isDirty }) => !isDirty);
      const ids = polled.map(({ subject }) => subject.id);
      const versions = ids.length === 0 ? new Map<number, string>() : await views.jobVersions(ids);
      for (const { subject, known } of polled) {
        const version = versions.get(subject.id);
        if (version !== known) stale.push(subject.id);
      }
      const gone = new Set(stale);
      // A part is with its watchers before the next is in memory.
      for (let left: readonly number[] = stale; left.length > 0;) {
        const some = await views.someJobs(left);
        left = some.left;
        for (const [id, { version, view }] of some.jobs) {
          gone.delete(id);
          yield [id, { version, value: view }];
        }
      }
      for (const id of gone) yield [id, "gone"];
    },
    listen: ({ id }, wake) => changes.onJob(id, wake),
    gone: ({ id }) => new MusterError("JOB_NOT_FOUND", `no job with internal id ${id}`),
  };
}

function graphSource(
  views: StoreViews,
  changes: JobChanges,
  pollMs: number,
): WatchSource<GraphHead, GraphView> {
  return {
    pollMs,
    coalesceMs: GRAPH_COALESCE_MS,
    busyShare: 1 / 5,
    batchMax: GRAPHS_BATCH,
    async *read(watched) {
      const progress = await views.graphProgress(watched.map(({ subject }) => subject));
      for (const { subject } of watched) {
        const own = progress.get(subject.id);
        if (own === undefined) continue;
        const value = graphView(subject, formatId(subject.id, subject.createdMs), own);
        yield [subject.id, { version: JSON.stringify(own), value }];
      }
    },
    listen: (head, wake) => changes.onRange(head, wake),
    gone: ({ id, createdMs, namespace }) => graphNotFound(namespace, formatId(id, createdMs)),
  };
}

/** Nothing is open. Also true when all its jobs were pruned, which leaves no time of the end. */
function hasEnded({ counts }: GraphView): boolean {
  return counts.blocked + counts.scheduled + counts.ready + counts.running === 0;
}

function draining(): MusterError {
  return new MusterError("DRAINING", "this replica is stopping: watch at another one", { retryDelayMs: 100 });
}
