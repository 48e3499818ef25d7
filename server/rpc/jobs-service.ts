/**
 * muster.jobs.v1.JobsService: decodes, calls JobOperations, encodes. Decides nothing itself: defaults and names
 * are settled by the codec, everything about jobs by the coordinator. Registered by front.ts.
 */
import type { JobsServiceHandlers } from "../../proto/gen/muster/jobs/v1/JobsService.js";
import type { StreamJobsRequest__Output } from "../../proto/gen/muster/jobs/v1/StreamJobsRequest.js";
import type { StreamJobsResponse } from "../../proto/gen/muster/jobs/v1/StreamJobsResponse.js";
import type { JobOperations } from "../core/operations.js";
import { decodeCancelJobs, encodeCancelledPage } from "./codec/cancel.js";
import { JOB_STATE } from "./codec/enums.js";
import { encodeExplanation } from "./codec/explanation.js";
import { encodeGraph } from "./codec/graph.js";
import { decodeListJobs, encodeJob, encodeListJobsResponse } from "./codec/job.js";
import {
  decodeSubmitGraph,
  decodeSubmitJobs,
  encodeSubmitGraphResponse,
  encodeSubmitJobsResponse,
} from "./codec/submission.js";
import { decodeCancel, decodeGraphRef, decodeJobRef } from "./codec/refs.js";
import type { HandlerContext } from "./handlers/context.js";
import { intake, type Intake } from "./handlers/intake.js";
import { unary } from "./handlers/unary.js";
import { watch } from "./handlers/watch.js";
import { submitEach } from "./submit-each.js";

export function jobsService(context: HandlerContext, jobs: JobOperations): JobsServiceHandlers {
  return {
    SubmitJobs: unary(context, "JobsService/SubmitJobs", async (request) =>
      encodeSubmitJobsResponse(await jobs.submit(decodeSubmitJobs(request))),
    ),
    SubmitGraph: unary(context, "JobsService/SubmitGraph", async (request) =>
      encodeSubmitGraphResponse(await jobs.submit(decodeSubmitGraph(request))),
    ),
    StreamJobs: intake(context, "JobsService/StreamJobs", () => bulk(jobs)),
    SubmitEach: submitEach(context, jobs),
    GetJob: unary(context, "JobsService/GetJob", async (request) => {
      const { namespace, publicId } = decodeJobRef(request);
      return { job: encodeJob(await jobs.getJob(namespace, publicId)) };
    }),
    ExplainJob: unary(context, "JobsService/ExplainJob", async (request) => {
      const { namespace, publicId } = decodeJobRef(request);
      return encodeExplanation(await jobs.explainJob(namespace, publicId));
    }),
    ListJobs: unary(context, "JobsService/ListJobs", async (request) =>
      encodeListJobsResponse(await jobs.listJobs(decodeListJobs(request))),
    ),
    GetGraph: unary(context, "JobsService/GetGraph", async (request) => {
      const { namespace, publicId } = decodeGraphRef(request);
      return { graph: encodeGraph(await jobs.getGraph(namespace, publicId)) };
    }),
    CancelJob: unary(context, "JobsService/CancelJob", async (request) => {
      const { namespace, publicId, reason, graceMs } = decodeCancel("job_id", request.jobId, request);
      const { state, won } = await jobs.cancelJob(namespace, publicId, reason, graceMs);
      return { state: JOB_STATE[state], won };
    }),
    CancelGraph: unary(context, "JobsService/CancelGraph", async (request) => {
      const { namespace, publicId, reason, graceMs } = decodeCancel("graph_id", request.graphId, request);
      const { cancelled, requested, alreadyTerminal } = await jobs.cancelGraph(
        namespace,
        publicId,
        reason,
        graceMs,
      );
      return { cancelled, requested, alreadyTerminal };
    }),
    CancelJobs: unary(context, "JobsService/CancelJobs", async (request) => {
      const { filter, page } = decodeCancelJobs(request);
      return encodeCancelledPage(await jobs.cancelMatching(filter, page));
    }),
    RetryJob: unary(context, "JobsService/RetryJob", async (request) => {
      const { namespace, publicId } = decodeJobRef(request);
      const { state, generation } = await jobs.retryJob(namespace, publicId);
      return { state: JOB_STATE[state], generation };
    }),
    WatchJob: watch(context, "JobsService/WatchJob", {
      open: (request, signal) => {
        const { namespace, publicId } = decodeJobRef(request);
        return jobs.watchJob(namespace, publicId, signal);
      },
      encode: (view) => ({ job: encodeJob(view) }),
    }),
    WatchGraph: watch(context, "JobsService/WatchGraph", {
      open: (request, signal) => {
        const { namespace, publicId } = decodeGraphRef(request);
        return jobs.watchGraph(namespace, publicId, signal);
      },
      encode: (view) => ({ graph: encodeGraph(view) }),
    }),
  };
}

/** Each message is a submission of its own. */
function bulk(jobs: JobOperations): Intake<StreamJobsRequest__Output, StreamJobsResponse> {
  let acceptedJobs = 0;
  let acceptedMessages = 0;
  return {
    take: async (request) => {
      const { jobs: accepted } = await jobs.submit(decodeSubmitJobs(request));
      acceptedJobs += accepted.length;
      acceptedMessages += 1;
    },
    finish: () => ({ acceptedJobs, acceptedMessages }) satisfies StreamJobsResponse,
    progress: () => ({ accepted_jobs: String(acceptedJobs), accepted_messages: String(acceptedMessages) }),
  };
}
