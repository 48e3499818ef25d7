/**
 * The read side of the store, put together from its verbs. All of them may be run again after a lost connection,
 * and are. None of them uses a hot connection, so a slow list never holds up a claim, nor a look at single jobs.
 */
import type { Metrics } from "../../core/metrics.js";
import type { StoreViews } from "../../core/views.js";
import type { Database } from "../database.js";
import { withRetries } from "../errors.js";
import { dispatchFacts, explainJob, serviceTimes } from "./explain-job.js";
import { readRedrives } from "../redrive.js";
import { groupDeadLetters, listDeadLetters } from "./dead-letters.js";
import { findGraph } from "./find-graph.js";
import { getJob } from "./get-job.js";
import { getWorker } from "./get-worker.js";
import { graphJobIds } from "./graph-job-ids.js";
import { graphProgress } from "./graph-progress.js";
import { jobVersions } from "./job-versions.js";
import { limitsHolding } from "./limits-holding.js";
import { listJobs } from "./list-jobs.js";
import { listWorkers } from "./list-workers.js";
import { queueCounts } from "./queue-counts.js";
import { readSomeJobs } from "./read-jobs.js";
import { setQueuePaused } from "./set-queue-paused.js";

export function storeViews(database: Database, metrics: Metrics): StoreViews {
  const { kysely } = database;
  const reading = <T>(read: () => Promise<T>): Promise<T> => withRetries(read, { metrics, repeatable: true });
  return {
    getJob: (namespace, id) => reading(() => getJob(database, namespace, id)),
    explainJob: (namespace, id) => reading(() => explainJob(database, namespace, id)),
    dispatchFacts: (query) => reading(() => dispatchFacts(database, query)),
    serviceTimes: (type) => reading(() => serviceTimes(database, type)),
    someJobs: (ids) => reading(() => readSomeJobs(database, ids, { bodies: true, executions: false })),
    jobVersions: (ids) => reading(() => jobVersions(database, ids)),
    listJobs: (query) => reading(() => listJobs(database, query)),
    findGraph: (namespace, id) => reading(() => findGraph(kysely, namespace, id)),
    graphProgress: (graphs) => reading(() => graphProgress(database, graphs)),
    graphJobIds: (graph) => reading(() => graphJobIds(kysely, graph)),
    getWorker: (namespace, workerId) => reading(() => getWorker(kysely, namespace, workerId)),
    listWorkers: (query) => reading(() => listWorkers(kysely, query)),
    listDeadLetters: (query, page) => reading(() => listDeadLetters(kysely, query, page)),
    groupDeadLetters: (query, limit) => reading(() => groupDeadLetters(kysely, query, limit)),
    redrives: (namespace, which) => reading(() => readRedrives(database, namespace, which)),
    queueCounts: (namespace) => reading(() => queueCounts(database, namespace)),
    limitsHolding: (jobId) => reading(() => limitsHolding(database, jobId)),
    setQueuePaused: (key, paused) => reading(() => setQueuePaused(kysely, key, paused)),
  };
}
