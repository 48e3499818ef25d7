/**
 * What clients may ask about jobs without changing anything: get, list, get a graph. Names what is missing; the
 * views decide what is found. Part of JobOperations, called by the rpc layer.
 */
import { formatId } from "../core/job-id.js";
import type { JobOperations } from "../core/operations.js";
import { graphView, type GraphHead, type StoreViews } from "../core/views.js";
import { decodeGraphId, decodeJobId, graphNotFound, jobNotFound } from "./not-found.js";

export type JobQueries = Pick<JobOperations, "getJob" | "listJobs" | "getGraph">;

export function jobQueries(views: StoreViews): JobQueries {
  return {
    async getJob(namespace, publicId) {
      const job = await views.getJob(namespace, decodeJobId(namespace, publicId));
      if (job === null) throw jobNotFound(namespace, publicId);
      return job;
    },

    async listJobs({ graphPublicId, ...filter }) {
      const graph = graphPublicId === null ? null : await findGraph(views, filter.namespace, graphPublicId);
      return views.listJobs({ ...filter, graph });
    },

    async getGraph(namespace, publicId) {
      const head = await findGraph(views, namespace, publicId);
      const progress = (await views.graphProgress([head])).get(head.id);
      if (progress === undefined) throw graphNotFound(namespace, publicId);
      return graphView(head, formatId(head.id, head.createdMs), progress);
    },
  };
}

/** @throws MusterError GRAPH_NOT_FOUND */
export async function findGraph(views: StoreViews, namespace: string, publicId: string): Promise<GraphHead> {
  const head = await views.findGraph(namespace, decodeGraphId(namespace, publicId));
  if (head === null) throw graphNotFound(namespace, publicId);
  return head;
}
