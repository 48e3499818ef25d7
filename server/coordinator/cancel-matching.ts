/**
 * Cancels what a filter names, one bounded page a call, newest job first: a parent that ends can then reach nothing
 * that is not decided already, and what is submitted meanwhile lies behind the walk. The list is read without locks;
 * whether a job is still in a state that was asked for is decided under its lock. Called by the rpc layer.
 */
import { type CancelledPage, type CancelPageQuery, OPEN_STATES } from "../core/cancelling.js";
import type { JobFilter } from "../core/job-filter.js";
import { parseId } from "../core/job-id.js";
import type { StoreViews } from "../core/views.js";
import type { Cancel } from "./cancel.js";
import { findGraph } from "./queries.js";

export class CancelMatching {
  readonly #views: StoreViews;
  readonly #cancel: Cancel;

  constructor(views: StoreViews, cancel: Cancel) {
    this.#views = views;
    this.#cancel = cancel;
  }

  /** @throws MusterError GRAPH_NOT_FOUND, INVALID_REQUEST for a page token that is not of such a walk */
  async cancelPage(filter: JobFilter, page: CancelPageQuery): Promise<CancelledPage> {
    const { graphPublicId, ...named } = filter;
    const states = filter.states.length === 0 ? OPEN_STATES : filter.states;
    const { jobs, nextPageToken } = await this.#views.listJobs({
      ...named,
      states,
      graph: graphPublicId === null ? null : await findGraph(this.#views, filter.namespace, graphPublicId),
      pageSize: page.pageSize,
      pageToken: page.pageToken,
      oldestFirst: false,
      omitBodies: true,
    });
    const found = { matched: jobs.length, nextPageToken };
    const jobPublicIds = jobs.map((job) => job.publicId);
    if (page.isDryRun) return { ...found, cancelled: 0, requested: 0, jobPublicIds };
    const ids = jobPublicIds.flatMap((publicId) => parseId(publicId)?.id ?? []);
    const counts = await this.#cancel.cancelJobs(
      ids.toReversed(),
      page.reason,
      page.graceMs,
      new Set(states),
    );
    return { ...found, cancelled: counts.cancelled, requested: counts.requested, jobPublicIds: [] };
  }
}
