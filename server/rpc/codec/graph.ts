/** Graphs as the jobs service shows them. Encodes only; a graph comes in as a submission. */
import type { Graph } from "../../../proto/gen/muster/jobs/v1/Graph.js";
import type { GraphView } from "../../core/job.js";
import { encodeOptionalDuration, encodeOptionalTimestamp, encodeTimestamp } from "./time.js";

export function encodeGraph(graph: GraphView): Graph {
  return {
    graphId: graph.publicId,
    namespace: graph.namespace,
    name: graph.name,
    jobCount: graph.jobCount,
    counts: { ...graph.counts },
    createdAt: encodeTimestamp(graph.createdAt),
    firstStartedAt: encodeOptionalTimestamp(graph.firstStartedAt),
    finishedAt: encodeOptionalTimestamp(graph.finishedAt),
    timeout: encodeOptionalDuration(graph.timeoutMs),
  } satisfies Graph;
}
