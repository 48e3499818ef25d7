/** A filter as it was asked for, with its public ids taken apart. Whoever asked has checked that they are well formed. */
import type { DeadLetterFilter, DeadLetterQuery } from "./dead-letters.js";
import { parseId } from "./job-id.js";

/** What cannot be an id of ours matches nothing. */
const NO_ID = 0;

export function letterQuery(filter: DeadLetterFilter): Omit<DeadLetterQuery, "isDiscarded"> {
  const { jobPublicIds, graphPublicId, ...rest } = filter;
  return {
    ...rest,
    jobIds: jobPublicIds?.map((id) => parseId(id)?.id ?? NO_ID) ?? null,
    graphId: graphPublicId === null ? null : (parseId(graphPublicId)?.id ?? NO_ID),
  };
}
