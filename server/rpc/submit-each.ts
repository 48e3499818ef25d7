/** JobsService.SubmitEach: each submission of the stream is decided by itself, as SubmitJobs decides one. */
import type { Submission__Output } from "../../proto/gen/muster/jobs/v1/Submission.js";
import type { SubmissionAnswer } from "../../proto/gen/muster/jobs/v1/SubmissionAnswer.js";
import type { SubmitEachRequest__Output } from "../../proto/gen/muster/jobs/v1/SubmitEachRequest.js";
import type { SubmitEachResponse } from "../../proto/gen/muster/jobs/v1/SubmitEachResponse.js";
import type { JobOperations } from "../core/operations.js";
import { Fields } from "./codec/fields.js";
import { decodeSubmitJobs, encodeSubmittedJob } from "./codec/submission.js";
import { each, type Each } from "./handlers/each.js";
import type { HandlerContext } from "./handlers/context.js";
import { statusOf } from "./status.js";

/** Of one message. */
const SUBMISSIONS_MAX = 1_000;
const JOB_BYTES = 500;

export function submitEach(context: HandlerContext, jobs: JobOperations) {
  return each(context, "JobsService/SubmitEach", {
    items,
    name: "submission",
    idOf: ({ id }) => id ?? 0,
    bytesOf,
    run: async (submission) => {
      const { jobs: accepted } = await jobs.submit(decodeSubmitJobs(submission));
      return { id: submission.id ?? 0, jobs: accepted.map(encodeSubmittedJob) };
    },
    refusal: ({ id }, status) => ({ id: id ?? 0, error: statusOf(status) }),
    respond: (answers) => ({ answers }),
  } satisfies Each<SubmitEachRequest__Output, SubmitEachResponse, Submission__Output, SubmissionAnswer>);
}

/** Payloads, and what else a job may be. */
function bytesOf({ jobs = [] }: Submission__Output): number {
  return jobs.reduce((sum, { payload }) => sum + JOB_BYTES + (payload?.inline?.length ?? 0), 0);
}

function items(
  { submissions = [] }: SubmitEachRequest__Output,
  isUnderWay: (id: number) => boolean,
): Submission__Output[] {
  const fields = new Fields();
  if (submissions.length < 1 || submissions.length > SUBMISSIONS_MAX)
    fields.bad("submissions", `1 to ${SUBMISSIONS_MAX} submissions`, String(submissions.length));
  const seen = new Set<number>();
  for (const [at, { id = 0 }] of submissions.entries()) {
    if (id < 1 || seen.has(id) || isUnderWay(id))
      fields.bad(`submissions[${at}].id`, "1 or more, and of none that is still to be answered", String(id));
    seen.add(id);
  }
  fields.check("INVALID_REQUEST");
  return submissions;
}
