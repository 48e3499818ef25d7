/** The operations of clients on jobs and graphs: each call to the verb that carries it out. */
import { decodeJobId, jobNotFound } from "./not-found.js";
import type { JobOperations } from "../core/operations.js";
import type { StoreViews } from "../core/views.js";
import { CancelMatching } from "./cancel-matching.js";
import type { Cancel } from "./cancel.js";
import { findGraph, jobQueries } from "./queries.js";
import type { Explain } from "./explain.js";
import type { Retry } from "./retry.js";
import type { Submit } from "./submit.js";
import type { Watches } from "./watch.js";

export function jobOperations(parts: {
  readonly views: StoreViews;
  readonly submit: Submit;
  readonly cancel: Cancel;
  readonly retry: Retry;
  readonly watches: Watches;
  readonly explain: Explain;
}): JobOperations {
  const { views, submit, cancel, retry, watches, explain } = parts;
  const matching = new CancelMatching(views, cancel);

  /** The internal id of a job that exists in this namespace. */
  async function existing(namespace: string, publicId: string): Promise<number> {
    const decoded = decodeJobId(namespace, publicId);
    if ((await views.getJob(namespace, decoded)) === null) throw jobNotFound(namespace, publicId);
    return decoded.id;
  }

  return {
    ...jobQueries(views),
    submit: (input) => submit.submit(input),
    explainJob: (namespace, publicId) => explain.explainJob(namespace, publicId),
    async cancelJob(namespace, publicId, reason, graceMs) {
      return cancel.cancelJob(await existing(namespace, publicId), reason, graceMs);
    },
    async cancelGraph(namespace, publicId, reason, graceMs) {
      const graph = await findGraph(views, namespace, publicId);
      return cancel.cancelJobs(await views.graphJobIds(graph), reason, graceMs);
    },
    cancelMatching: (filter, page) => matching.cancelPage(filter, page),
    async retryJob(namespace, publicId) {
      return retry.retryJob(await existing(namespace, publicId));
    },
    watchJob: (namespace, publicId, signal) => watches.watchJob(namespace, publicId, signal),
    watchGraph: (namespace, publicId, signal) => watches.watchGraph(namespace, publicId, signal),
  };
}
