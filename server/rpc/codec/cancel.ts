/** Cancelling by a filter, as the jobs service takes it and answers. */
import type { CancelJobsRequest__Output } from "../../../proto/gen/muster/jobs/v1/CancelJobsRequest.js";
import type { CancelJobsResponse } from "../../../proto/gen/muster/jobs/v1/CancelJobsResponse.js";
import { type CancelledPage, type CancelPageQuery, OPEN_STATES } from "../../core/cancelling.js";
import type { JobFilter } from "../../core/job-filter.js";
import { decodeEnumList, JOB_STATE } from "./enums.js";
import { Fields } from "./fields.js";
import { CANCEL_GRACE_MS } from "./refs.js";
import { decodeDuration } from "./time.js";

/** Nobody means every job by having forgotten to say which. @throws MusterError INVALID_REQUEST */
export function decodeCancelJobs(request: CancelJobsRequest__Output): {
  readonly filter: JobFilter;
  readonly page: CancelPageQuery;
} {
  const fields = new Fields();
  const decoded = {
    filter: decodeFilter(fields, request),
    page: {
      reason: fields.text("reason", request.reason),
      graceMs: decodeDuration(fields, "grace", request.grace) ?? CANCEL_GRACE_MS,
      pageSize: fields.pageSize(request.pageSize),
      pageToken: fields.pageToken(request.pageToken),
      isDryRun: request.dryRun ?? false,
    },
  };
  fields.check();
  return decoded;
}

export function encodeCancelledPage(page: CancelledPage): CancelJobsResponse {
  return {
    matched: page.matched,
    cancelled: page.cancelled,
    requested: page.requested,
    jobIds: [...page.jobPublicIds],
    nextPageToken: page.nextPageToken ?? "",
  } satisfies CancelJobsResponse;
}

function decodeFilter(
  fields: Fields,
  { namespace, filter: input = {} }: CancelJobsRequest__Output,
): JobFilter {
  const states = decodeEnumList(fields, "filter.states", JOB_STATE, input.states);
  const ended = states.filter((state) => !OPEN_STATES.includes(state));
  if (ended.length > 0)
    fields.bad(
      "filter.states",
      `states of jobs that have not ended: ${OPEN_STATES.join(", ")}`,
      ended.join(", "),
    );
  const filter = {
    namespace: fields.namespace(namespace),
    states,
    queue: fields.optionalName("filter.queue", input.queue),
    type: fields.optionalName("filter.type", input.type),
    graphPublicId: fields.optionalPublicId("filter.graph_id", input.graphId),
    labels: fields.textMap("filter.labels", input.labels) ?? {},
  };
  const isNarrow =
    states.length > 0 ||
    filter.queue !== null ||
    filter.type !== null ||
    filter.graphPublicId !== null ||
    Object.keys(filter.labels).length > 0;
  const all = input.all ?? false;
  if (!isNarrow && !all) fields.bad("filter", "at least one field, or all", "an empty filter");
  if (isNarrow && all) fields.bad("filter.all", "no other field beside it", "both");
  return filter;
}
