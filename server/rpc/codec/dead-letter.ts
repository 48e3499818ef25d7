/** Dead letters, their groups and the filter over them, as the admin service shows and takes them. */
import type { DeadLetter } from "../../../proto/gen/muster/admin/v1/DeadLetter.js";
import type {
  DeadLetterFilter as FilterMessage,
  DeadLetterFilter__Output,
} from "../../../proto/gen/muster/admin/v1/DeadLetterFilter.js";
import type { DeadLetterGroup as GroupMessage } from "../../../proto/gen/muster/admin/v1/DeadLetterGroup.js";
import type { ListDeadLetterGroupsRequest__Output } from "../../../proto/gen/muster/admin/v1/ListDeadLetterGroupsRequest.js";
import type { ListDeadLettersRequest__Output } from "../../../proto/gen/muster/admin/v1/ListDeadLettersRequest.js";
import type { RetryDeadLettersRequest__Output } from "../../../proto/gen/muster/admin/v1/RetryDeadLettersRequest.js";
import type { DeadLetterFilter, DeadLetterGroup, DeadLetterView } from "../../core/dead-letters.js";
import { Fields } from "./fields.js";
import { decodeTimestamp, encodeOptionalTimestamp, encodeTimestamp, encodeTimestampMs } from "./time.js";

const JOB_IDS_MAX = 1000;

export function encodeLetter(letter: DeadLetterView): DeadLetter {
  return {
    jobId: letter.jobPublicId,
    queue: letter.queue,
    type: letter.type,
    graphId: letter.graphPublicId ?? "",
    generation: letter.generation,
    attempts: letter.attempts,
    reason: letter.reason,
    errorType: letter.errorType,
    message: letter.message,
    fingerprint: letter.fingerprint,
    lostWorkers: [...letter.lostWorkers],
    diedAt: encodeTimestamp(letter.diedAt),
    discardedAt: encodeOptionalTimestamp(letter.discardedAt),
  } satisfies DeadLetter;
}

export function encodeLetterGroup(group: DeadLetterGroup): GroupMessage {
  return {
    fingerprint: group.fingerprint,
    errorType: group.errorType,
    message: group.message,
    count: group.count,
    firstDiedAt: encodeTimestamp(group.firstDiedAt),
    lastDiedAt: encodeTimestamp(group.lastDiedAt),
    sampleJobId: group.sampleJobPublicId,
    types: [...group.types],
  } satisfies GroupMessage;
}

export function encodeLetterFilter(filter: DeadLetterFilter): FilterMessage {
  const { diedAfterMs, diedBeforeMs } = filter;
  return {
    jobIds: [...(filter.jobPublicIds ?? [])],
    graphId: filter.graphPublicId ?? "",
    queue: filter.queue ?? "",
    type: filter.type ?? "",
    fingerprint: filter.fingerprint ?? "",
    reason: filter.reason ?? "",
    errorType: filter.errorType ?? "",
    diedAfter: diedAfterMs === null ? null : encodeTimestampMs(diedAfterMs),
    diedBefore: diedBeforeMs === null ? null : encodeTimestampMs(diedBeforeMs),
    all: !isNarrow(filter),
  } satisfies FilterMessage;
}

/** @throws MusterError INVALID_REQUEST */
export function decodeListLetters(request: ListDeadLettersRequest__Output) {
  const fields = new Fields();
  const decoded = {
    filter: decodeFilter(fields, request.namespace, request.filter),
    pageSize: fields.pageSize(request.pageSize),
    pageToken: fields.pageToken(request.pageToken),
    isDiscarded: request.discarded ?? false,
  };
  fields.check();
  return decoded;
}

/** @throws MusterError INVALID_REQUEST */
export function decodeListGroups(request: ListDeadLetterGroupsRequest__Output) {
  const fields = new Fields();
  const filter = decodeFilter(fields, request.namespace, request.filter);
  const limit = request.limit ?? 0;
  if (!Number.isSafeInteger(limit) || limit < 0 || limit > 1000)
    fields.bad("limit", "1 to 1000, or 0 for 100", String(limit));
  fields.check();
  return { filter, limit: limit === 0 ? 100 : limit };
}

/** For retry and discard, which have the same shape. @throws MusterError INVALID_REQUEST */
export function decodeLetterPage(request: RetryDeadLettersRequest__Output) {
  const fields = new Fields();
  const decoded = {
    filter: decodeNarrowFilter(fields, request.namespace, request.filter),
    pageSize: fields.pageSize(request.pageSize),
    pageToken: fields.pageToken(request.pageToken),
  };
  fields.check();
  return decoded;
}

/** Nobody means every dead letter by having forgotten to say which. */
export function decodeNarrowFilter(
  fields: Fields,
  namespace: string | undefined,
  input: DeadLetterFilter__Output | undefined,
): DeadLetterFilter {
  const filter = decodeFilter(fields, namespace, input);
  const all = input?.all ?? false;
  if (!isNarrow(filter) && !all) fields.bad("filter", "at least one field, or all", "an empty filter");
  if (isNarrow(filter) && all) fields.bad("filter.all", "no other field beside it", "both");
  return filter;
}

function decodeFilter(
  fields: Fields,
  namespace: string | undefined,
  input: DeadLetterFilter__Output = {},
): DeadLetterFilter {
  const jobIds = input.jobIds ?? [];
  if (jobIds.length > JOB_IDS_MAX)
    fields.bad("filter.job_ids", `at most ${JOB_IDS_MAX} ids`, String(jobIds.length));
  const text = (field: string, value: string | undefined): string | null => {
    const given = fields.text(field, value);
    return given === "" ? null : given;
  };
  return {
    namespace: fields.namespace(namespace),
    jobPublicIds:
      jobIds.length === 0
        ? null
        : jobIds.slice(0, JOB_IDS_MAX).map((id, at) => fields.publicId(`filter.job_ids[${at}]`, id)),
    graphPublicId: fields.optionalPublicId("filter.graph_id", input.graphId),
    queue: fields.optionalName("filter.queue", input.queue),
    type: fields.optionalName("filter.type", input.type),
    fingerprint: text("filter.fingerprint", input.fingerprint),
    reason: text("filter.reason", input.reason),
    errorType: text("filter.error_type", input.errorType),
    diedAfterMs: decodeTimestamp(fields, "filter.died_after", input.diedAfter) ?? null,
    diedBeforeMs: decodeTimestamp(fields, "filter.died_before", input.diedBefore) ?? null,
  };
}

function isNarrow(filter: DeadLetterFilter): boolean {
  return Object.entries(filter).some(([field, value]) => field !== "namespace" && value !== null);
}
