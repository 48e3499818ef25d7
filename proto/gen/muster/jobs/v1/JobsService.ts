// Original file: proto/muster/jobs/v1/jobs_service.proto

import type * as grpc from "@grpc/grpc-js";
import type { MethodDefinition } from "@grpc/proto-loader";
import type {
  CancelGraphRequest as _muster_jobs_v1_CancelGraphRequest,
  CancelGraphRequest__Output as _muster_jobs_v1_CancelGraphRequest__Output,
} from "../../../muster/jobs/v1/CancelGraphRequest.js";
import type {
  CancelGraphResponse as _muster_jobs_v1_CancelGraphResponse,
  CancelGraphResponse__Output as _muster_jobs_v1_CancelGraphResponse__Output,
} from "../../../muster/jobs/v1/CancelGraphResponse.js";
import type {
  CancelJobRequest as _muster_jobs_v1_CancelJobRequest,
  CancelJobRequest__Output as _muster_jobs_v1_CancelJobRequest__Output,
} from "../../../muster/jobs/v1/CancelJobRequest.js";
import type {
  CancelJobResponse as _muster_jobs_v1_CancelJobResponse,
  CancelJobResponse__Output as _muster_jobs_v1_CancelJobResponse__Output,
} from "../../../muster/jobs/v1/CancelJobResponse.js";
import type {
  CancelJobsRequest as _muster_jobs_v1_CancelJobsRequest,
  CancelJobsRequest__Output as _muster_jobs_v1_CancelJobsRequest__Output,
} from "../../../muster/jobs/v1/CancelJobsRequest.js";
import type {
  CancelJobsResponse as _muster_jobs_v1_CancelJobsResponse,
  CancelJobsResponse__Output as _muster_jobs_v1_CancelJobsResponse__Output,
} from "../../../muster/jobs/v1/CancelJobsResponse.js";
import type {
  ExplainJobRequest as _muster_jobs_v1_ExplainJobRequest,
  ExplainJobRequest__Output as _muster_jobs_v1_ExplainJobRequest__Output,
} from "../../../muster/jobs/v1/ExplainJobRequest.js";
import type {
  ExplainJobResponse as _muster_jobs_v1_ExplainJobResponse,
  ExplainJobResponse__Output as _muster_jobs_v1_ExplainJobResponse__Output,
} from "../../../muster/jobs/v1/ExplainJobResponse.js";
import type {
  GetGraphRequest as _muster_jobs_v1_GetGraphRequest,
  GetGraphRequest__Output as _muster_jobs_v1_GetGraphRequest__Output,
} from "../../../muster/jobs/v1/GetGraphRequest.js";
import type {
  GetGraphResponse as _muster_jobs_v1_GetGraphResponse,
  GetGraphResponse__Output as _muster_jobs_v1_GetGraphResponse__Output,
} from "../../../muster/jobs/v1/GetGraphResponse.js";
import type {
  GetJobRequest as _muster_jobs_v1_GetJobRequest,
  GetJobRequest__Output as _muster_jobs_v1_GetJobRequest__Output,
} from "../../../muster/jobs/v1/GetJobRequest.js";
import type {
  GetJobResponse as _muster_jobs_v1_GetJobResponse,
  GetJobResponse__Output as _muster_jobs_v1_GetJobResponse__Output,
} from "../../../muster/jobs/v1/GetJobResponse.js";
import type {
  ListJobsRequest as _muster_jobs_v1_ListJobsRequest,
  ListJobsRequest__Output as _muster_jobs_v1_ListJobsRequest__Output,
} from "../../../muster/jobs/v1/ListJobsRequest.js";
import type {
  ListJobsResponse as _muster_jobs_v1_ListJobsResponse,
  ListJobsResponse__Output as _muster_jobs_v1_ListJobsResponse__Output,
} from "../../../muster/jobs/v1/ListJobsResponse.js";
import type {
  RetryJobRequest as _muster_jobs_v1_RetryJobRequest,
  RetryJobRequest__Output as _muster_jobs_v1_RetryJobRequest__Output,
} from "../../../muster/jobs/v1/RetryJobRequest.js";
import type {
  RetryJobResponse as _muster_jobs_v1_RetryJobResponse,
  RetryJobResponse__Output as _muster_jobs_v1_RetryJobResponse__Output,
} from "../../../muster/jobs/v1/RetryJobResponse.js";
import type {
  StreamJobsRequest as _muster_jobs_v1_StreamJobsRequest,
  StreamJobsRequest__Output as _muster_jobs_v1_StreamJobsRequest__Output,
} from "../../../muster/jobs/v1/StreamJobsRequest.js";
import type {
  StreamJobsResponse as _muster_jobs_v1_StreamJobsResponse,
  StreamJobsResponse__Output as _muster_jobs_v1_StreamJobsResponse__Output,
} from "../../../muster/jobs/v1/StreamJobsResponse.js";
import type {
  SubmitEachRequest as _muster_jobs_v1_SubmitEachRequest,
  SubmitEachRequest__Output as _muster_jobs_v1_SubmitEachRequest__Output,
} from "../../../muster/jobs/v1/SubmitEachRequest.js";
import type {
  SubmitEachResponse as _muster_jobs_v1_SubmitEachResponse,
  SubmitEachResponse__Output as _muster_jobs_v1_SubmitEachResponse__Output,
} from "../../../muster/jobs/v1/SubmitEachResponse.js";
import type {
  SubmitGraphRequest as _muster_jobs_v1_SubmitGraphRequest,
  SubmitGraphRequest__Output as _muster_jobs_v1_SubmitGraphRequest__Output,
} from "../../../muster/jobs/v1/SubmitGraphRequest.js";
import type {
  SubmitGraphResponse as _muster_jobs_v1_SubmitGraphResponse,
  SubmitGraphResponse__Output as _muster_jobs_v1_SubmitGraphResponse__Output,
} from "../../../muster/jobs/v1/SubmitGraphResponse.js";
import type {
  SubmitJobsRequest as _muster_jobs_v1_SubmitJobsRequest,
  SubmitJobsRequest__Output as _muster_jobs_v1_SubmitJobsRequest__Output,
} from "../../../muster/jobs/v1/SubmitJobsRequest.js";
import type {
  SubmitJobsResponse as _muster_jobs_v1_SubmitJobsResponse,
  SubmitJobsResponse__Output as _muster_jobs_v1_SubmitJobsResponse__Output,
} from "../../../muster/jobs/v1/SubmitJobsResponse.js";
import type {
  WatchGraphRequest as _muster_jobs_v1_WatchGraphRequest,
  WatchGraphRequest__Output as _muster_jobs_v1_WatchGraphRequest__Output,
} from "../../../muster/jobs/v1/WatchGraphRequest.js";
import type {
  WatchGraphResponse as _muster_jobs_v1_WatchGraphResponse,
  WatchGraphResponse__Output as _muster_jobs_v1_WatchGraphResponse__Output,
} from "../../../muster/jobs/v1/WatchGraphResponse.js";
import type {
  WatchJobRequest as _muster_jobs_v1_WatchJobRequest,
  WatchJobRequest__Output as _muster_jobs_v1_WatchJobRequest__Output,
} from "../../../muster/jobs/v1/WatchJobRequest.js";
import type {
  WatchJobResponse as _muster_jobs_v1_WatchJobResponse,
  WatchJobResponse__Output as _muster_jobs_v1_WatchJobResponse__Output,
} from "../../../muster/jobs/v1/WatchJobResponse.js";

export interface JobsServiceClient extends grpc.Client {
  CancelGraph(
    argument: _muster_jobs_v1_CancelGraphRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_CancelGraphResponse__Output>,
  ): grpc.ClientUnaryCall;
  CancelGraph(
    argument: _muster_jobs_v1_CancelGraphRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_jobs_v1_CancelGraphResponse__Output>,
  ): grpc.ClientUnaryCall;
  CancelGraph(
    argument: _muster_jobs_v1_CancelGraphRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_CancelGraphResponse__Output>,
  ): grpc.ClientUnaryCall;
  CancelGraph(
    argument: _muster_jobs_v1_CancelGraphRequest,
    callback: grpc.requestCallback<_muster_jobs_v1_CancelGraphResponse__Output>,
  ): grpc.ClientUnaryCall;
  cancelGraph(
    argument: _muster_jobs_v1_CancelGraphRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_CancelGraphResponse__Output>,
  ): grpc.ClientUnaryCall;
  cancelGraph(
    argument: _muster_jobs_v1_CancelGraphRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_jobs_v1_CancelGraphResponse__Output>,
  ): grpc.ClientUnaryCall;
  cancelGraph(
    argument: _muster_jobs_v1_CancelGraphRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_CancelGraphResponse__Output>,
  ): grpc.ClientUnaryCall;
  cancelGraph(
    argument: _muster_jobs_v1_CancelGraphRequest,
    callback: grpc.requestCallback<_muster_jobs_v1_CancelGraphResponse__Output>,
  ): grpc.ClientUnaryCall;

  /**
   * Waiting jobs end at once; a running one is told, and ends when its worker answers or the grace is over.
   */
  CancelJob(
    argument: _muster_jobs_v1_CancelJobRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_CancelJobResponse__Output>,
  ): grpc.ClientUnaryCall;
  CancelJob(
    argument: _muster_jobs_v1_CancelJobRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_jobs_v1_CancelJobResponse__Output>,
  ): grpc.ClientUnaryCall;
  CancelJob(
    argument: _muster_jobs_v1_CancelJobRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_CancelJobResponse__Output>,
  ): grpc.ClientUnaryCall;
  CancelJob(
    argument: _muster_jobs_v1_CancelJobRequest,
    callback: grpc.requestCallback<_muster_jobs_v1_CancelJobResponse__Output>,
  ): grpc.ClientUnaryCall;
  /**
   * Waiting jobs end at once; a running one is told, and ends when its worker answers or the grace is over.
   */
  cancelJob(
    argument: _muster_jobs_v1_CancelJobRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_CancelJobResponse__Output>,
  ): grpc.ClientUnaryCall;
  cancelJob(
    argument: _muster_jobs_v1_CancelJobRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_jobs_v1_CancelJobResponse__Output>,
  ): grpc.ClientUnaryCall;
  cancelJob(
    argument: _muster_jobs_v1_CancelJobRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_CancelJobResponse__Output>,
  ): grpc.ClientUnaryCall;
  cancelJob(
    argument: _muster_jobs_v1_CancelJobRequest,
    callback: grpc.requestCallback<_muster_jobs_v1_CancelJobResponse__Output>,
  ): grpc.ClientUnaryCall;

  /**
   * One page of the jobs that match, newest first. What is submitted after the first page is left alone.
   */
  CancelJobs(
    argument: _muster_jobs_v1_CancelJobsRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_CancelJobsResponse__Output>,
  ): grpc.ClientUnaryCall;
  CancelJobs(
    argument: _muster_jobs_v1_CancelJobsRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_jobs_v1_CancelJobsResponse__Output>,
  ): grpc.ClientUnaryCall;
  CancelJobs(
    argument: _muster_jobs_v1_CancelJobsRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_CancelJobsResponse__Output>,
  ): grpc.ClientUnaryCall;
  CancelJobs(
    argument: _muster_jobs_v1_CancelJobsRequest,
    callback: grpc.requestCallback<_muster_jobs_v1_CancelJobsResponse__Output>,
  ): grpc.ClientUnaryCall;
  /**
   * One page of the jobs that match, newest first. What is submitted after the first page is left alone.
   */
  cancelJobs(
    argument: _muster_jobs_v1_CancelJobsRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_CancelJobsResponse__Output>,
  ): grpc.ClientUnaryCall;
  cancelJobs(
    argument: _muster_jobs_v1_CancelJobsRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_jobs_v1_CancelJobsResponse__Output>,
  ): grpc.ClientUnaryCall;
  cancelJobs(
    argument: _muster_jobs_v1_CancelJobsRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_CancelJobsResponse__Output>,
  ): grpc.ClientUnaryCall;
  cancelJobs(
    argument: _muster_jobs_v1_CancelJobsRequest,
    callback: grpc.requestCallback<_muster_jobs_v1_CancelJobsResponse__Output>,
  ): grpc.ClientUnaryCall;

  /**
   * Why a job is not running, as ordered blockers. Reads a bounded part of the queue: for people, not for loops.
   */
  ExplainJob(
    argument: _muster_jobs_v1_ExplainJobRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_ExplainJobResponse__Output>,
  ): grpc.ClientUnaryCall;
  ExplainJob(
    argument: _muster_jobs_v1_ExplainJobRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_jobs_v1_ExplainJobResponse__Output>,
  ): grpc.ClientUnaryCall;
  ExplainJob(
    argument: _muster_jobs_v1_ExplainJobRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_ExplainJobResponse__Output>,
  ): grpc.ClientUnaryCall;
  ExplainJob(
    argument: _muster_jobs_v1_ExplainJobRequest,
    callback: grpc.requestCallback<_muster_jobs_v1_ExplainJobResponse__Output>,
  ): grpc.ClientUnaryCall;
  /**
   * Why a job is not running, as ordered blockers. Reads a bounded part of the queue: for people, not for loops.
   */
  explainJob(
    argument: _muster_jobs_v1_ExplainJobRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_ExplainJobResponse__Output>,
  ): grpc.ClientUnaryCall;
  explainJob(
    argument: _muster_jobs_v1_ExplainJobRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_jobs_v1_ExplainJobResponse__Output>,
  ): grpc.ClientUnaryCall;
  explainJob(
    argument: _muster_jobs_v1_ExplainJobRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_ExplainJobResponse__Output>,
  ): grpc.ClientUnaryCall;
  explainJob(
    argument: _muster_jobs_v1_ExplainJobRequest,
    callback: grpc.requestCallback<_muster_jobs_v1_ExplainJobResponse__Output>,
  ): grpc.ClientUnaryCall;

  GetGraph(
    argument: _muster_jobs_v1_GetGraphRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_GetGraphResponse__Output>,
  ): grpc.ClientUnaryCall;
  GetGraph(
    argument: _muster_jobs_v1_GetGraphRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_jobs_v1_GetGraphResponse__Output>,
  ): grpc.ClientUnaryCall;
  GetGraph(
    argument: _muster_jobs_v1_GetGraphRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_GetGraphResponse__Output>,
  ): grpc.ClientUnaryCall;
  GetGraph(
    argument: _muster_jobs_v1_GetGraphRequest,
    callback: grpc.requestCallback<_muster_jobs_v1_GetGraphResponse__Output>,
  ): grpc.ClientUnaryCall;
  getGraph(
    argument: _muster_jobs_v1_GetGraphRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_GetGraphResponse__Output>,
  ): grpc.ClientUnaryCall;
  getGraph(
    argument: _muster_jobs_v1_GetGraphRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_jobs_v1_GetGraphResponse__Output>,
  ): grpc.ClientUnaryCall;
  getGraph(
    argument: _muster_jobs_v1_GetGraphRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_GetGraphResponse__Output>,
  ): grpc.ClientUnaryCall;
  getGraph(
    argument: _muster_jobs_v1_GetGraphRequest,
    callback: grpc.requestCallback<_muster_jobs_v1_GetGraphResponse__Output>,
  ): grpc.ClientUnaryCall;

  GetJob(
    argument: _muster_jobs_v1_GetJobRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_GetJobResponse__Output>,
  ): grpc.ClientUnaryCall;
  GetJob(
    argument: _muster_jobs_v1_GetJobRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_jobs_v1_GetJobResponse__Output>,
  ): grpc.ClientUnaryCall;
  GetJob(
    argument: _muster_jobs_v1_GetJobRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_GetJobResponse__Output>,
  ): grpc.ClientUnaryCall;
  GetJob(
    argument: _muster_jobs_v1_GetJobRequest,
    callback: grpc.requestCallback<_muster_jobs_v1_GetJobResponse__Output>,
  ): grpc.ClientUnaryCall;
  getJob(
    argument: _muster_jobs_v1_GetJobRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_GetJobResponse__Output>,
  ): grpc.ClientUnaryCall;
  getJob(
    argument: _muster_jobs_v1_GetJobRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_jobs_v1_GetJobResponse__Output>,
  ): grpc.ClientUnaryCall;
  getJob(
    argument: _muster_jobs_v1_GetJobRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_GetJobResponse__Output>,
  ): grpc.ClientUnaryCall;
  getJob(
    argument: _muster_jobs_v1_GetJobRequest,
    callback: grpc.requestCallback<_muster_jobs_v1_GetJobResponse__Output>,
  ): grpc.ClientUnaryCall;

  ListJobs(
    argument: _muster_jobs_v1_ListJobsRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_ListJobsResponse__Output>,
  ): grpc.ClientUnaryCall;
  ListJobs(
    argument: _muster_jobs_v1_ListJobsRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_jobs_v1_ListJobsResponse__Output>,
  ): grpc.ClientUnaryCall;
  ListJobs(
    argument: _muster_jobs_v1_ListJobsRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_ListJobsResponse__Output>,
  ): grpc.ClientUnaryCall;
  ListJobs(
    argument: _muster_jobs_v1_ListJobsRequest,
    callback: grpc.requestCallback<_muster_jobs_v1_ListJobsResponse__Output>,
  ): grpc.ClientUnaryCall;
  listJobs(
    argument: _muster_jobs_v1_ListJobsRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_ListJobsResponse__Output>,
  ): grpc.ClientUnaryCall;
  listJobs(
    argument: _muster_jobs_v1_ListJobsRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_jobs_v1_ListJobsResponse__Output>,
  ): grpc.ClientUnaryCall;
  listJobs(
    argument: _muster_jobs_v1_ListJobsRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_ListJobsResponse__Output>,
  ): grpc.ClientUnaryCall;
  listJobs(
    argument: _muster_jobs_v1_ListJobsRequest,
    callback: grpc.requestCallback<_muster_jobs_v1_ListJobsResponse__Output>,
  ): grpc.ClientUnaryCall;

  /**
   * Opens a new generation of a dead or cancelled job.
   */
  RetryJob(
    argument: _muster_jobs_v1_RetryJobRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_RetryJobResponse__Output>,
  ): grpc.ClientUnaryCall;
  RetryJob(
    argument: _muster_jobs_v1_RetryJobRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_jobs_v1_RetryJobResponse__Output>,
  ): grpc.ClientUnaryCall;
  RetryJob(
    argument: _muster_jobs_v1_RetryJobRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_RetryJobResponse__Output>,
  ): grpc.ClientUnaryCall;
  RetryJob(
    argument: _muster_jobs_v1_RetryJobRequest,
    callback: grpc.requestCallback<_muster_jobs_v1_RetryJobResponse__Output>,
  ): grpc.ClientUnaryCall;
  /**
   * Opens a new generation of a dead or cancelled job.
   */
  retryJob(
    argument: _muster_jobs_v1_RetryJobRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_RetryJobResponse__Output>,
  ): grpc.ClientUnaryCall;
  retryJob(
    argument: _muster_jobs_v1_RetryJobRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_jobs_v1_RetryJobResponse__Output>,
  ): grpc.ClientUnaryCall;
  retryJob(
    argument: _muster_jobs_v1_RetryJobRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_RetryJobResponse__Output>,
  ): grpc.ClientUnaryCall;
  retryJob(
    argument: _muster_jobs_v1_RetryJobRequest,
    callback: grpc.requestCallback<_muster_jobs_v1_RetryJobResponse__Output>,
  ): grpc.ClientUnaryCall;

  /**
   * Bulk: each message is one transaction of its own; the first refused message ends the stream with its
   * error, and what was accepted before stays.
   */
  StreamJobs(
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_StreamJobsResponse__Output>,
  ): grpc.ClientWritableStream<_muster_jobs_v1_StreamJobsRequest>;
  StreamJobs(
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_jobs_v1_StreamJobsResponse__Output>,
  ): grpc.ClientWritableStream<_muster_jobs_v1_StreamJobsRequest>;
  StreamJobs(
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_StreamJobsResponse__Output>,
  ): grpc.ClientWritableStream<_muster_jobs_v1_StreamJobsRequest>;
  StreamJobs(
    callback: grpc.requestCallback<_muster_jobs_v1_StreamJobsResponse__Output>,
  ): grpc.ClientWritableStream<_muster_jobs_v1_StreamJobsRequest>;
  /**
   * Bulk: each message is one transaction of its own; the first refused message ends the stream with its
   * error, and what was accepted before stays.
   */
  streamJobs(
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_StreamJobsResponse__Output>,
  ): grpc.ClientWritableStream<_muster_jobs_v1_StreamJobsRequest>;
  streamJobs(
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_jobs_v1_StreamJobsResponse__Output>,
  ): grpc.ClientWritableStream<_muster_jobs_v1_StreamJobsRequest>;
  streamJobs(
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_StreamJobsResponse__Output>,
  ): grpc.ClientWritableStream<_muster_jobs_v1_StreamJobsRequest>;
  streamJobs(
    callback: grpc.requestCallback<_muster_jobs_v1_StreamJobsResponse__Output>,
  ): grpc.ClientWritableStream<_muster_jobs_v1_StreamJobsRequest>;

  /**
   * SubmitJobs without the cost of a call, for whoever submits again and again. Each submission is one transaction and
   * is answered under its own id as soon as it is decided, so answers overtake each other. A refusal refuses one
   * submission; the stream goes on. Whatever was not answered when the stream ended may or may not have been accepted,
   * unless it ended with DRAINING: then what was not answered was not looked at.
   */
  SubmitEach(
    metadata: grpc.Metadata,
    options?: grpc.CallOptions,
  ): grpc.ClientDuplexStream<_muster_jobs_v1_SubmitEachRequest, _muster_jobs_v1_SubmitEachResponse__Output>;
  SubmitEach(
    options?: grpc.CallOptions,
  ): grpc.ClientDuplexStream<_muster_jobs_v1_SubmitEachRequest, _muster_jobs_v1_SubmitEachResponse__Output>;
  /**
   * SubmitJobs without the cost of a call, for whoever submits again and again. Each submission is one transaction and
   * is answered under its own id as soon as it is decided, so answers overtake each other. A refusal refuses one
   * submission; the stream goes on. Whatever was not answered when the stream ended may or may not have been accepted,
   * unless it ended with DRAINING: then what was not answered was not looked at.
   */
  submitEach(
    metadata: grpc.Metadata,
    options?: grpc.CallOptions,
  ): grpc.ClientDuplexStream<_muster_jobs_v1_SubmitEachRequest, _muster_jobs_v1_SubmitEachResponse__Output>;
  submitEach(
    options?: grpc.CallOptions,
  ): grpc.ClientDuplexStream<_muster_jobs_v1_SubmitEachRequest, _muster_jobs_v1_SubmitEachResponse__Output>;

  /**
   * The same for one graph, which can then be watched, listed and cancelled as a whole.
   */
  SubmitGraph(
    argument: _muster_jobs_v1_SubmitGraphRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_SubmitGraphResponse__Output>,
  ): grpc.ClientUnaryCall;
  SubmitGraph(
    argument: _muster_jobs_v1_SubmitGraphRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_jobs_v1_SubmitGraphResponse__Output>,
  ): grpc.ClientUnaryCall;
  SubmitGraph(
    argument: _muster_jobs_v1_SubmitGraphRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_SubmitGraphResponse__Output>,
  ): grpc.ClientUnaryCall;
  SubmitGraph(
    argument: _muster_jobs_v1_SubmitGraphRequest,
    callback: grpc.requestCallback<_muster_jobs_v1_SubmitGraphResponse__Output>,
  ): grpc.ClientUnaryCall;
  /**
   * The same for one graph, which can then be watched, listed and cancelled as a whole.
   */
  submitGraph(
    argument: _muster_jobs_v1_SubmitGraphRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_SubmitGraphResponse__Output>,
  ): grpc.ClientUnaryCall;
  submitGraph(
    argument: _muster_jobs_v1_SubmitGraphRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_jobs_v1_SubmitGraphResponse__Output>,
  ): grpc.ClientUnaryCall;
  submitGraph(
    argument: _muster_jobs_v1_SubmitGraphRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_SubmitGraphResponse__Output>,
  ): grpc.ClientUnaryCall;
  submitGraph(
    argument: _muster_jobs_v1_SubmitGraphRequest,
    callback: grpc.requestCallback<_muster_jobs_v1_SubmitGraphResponse__Output>,
  ): grpc.ClientUnaryCall;

  /**
   * One batch, one transaction: every job is accepted, or none is. Jobs may depend on each other by key.
   */
  SubmitJobs(
    argument: _muster_jobs_v1_SubmitJobsRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_SubmitJobsResponse__Output>,
  ): grpc.ClientUnaryCall;
  SubmitJobs(
    argument: _muster_jobs_v1_SubmitJobsRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_jobs_v1_SubmitJobsResponse__Output>,
  ): grpc.ClientUnaryCall;
  SubmitJobs(
    argument: _muster_jobs_v1_SubmitJobsRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_SubmitJobsResponse__Output>,
  ): grpc.ClientUnaryCall;
  SubmitJobs(
    argument: _muster_jobs_v1_SubmitJobsRequest,
    callback: grpc.requestCallback<_muster_jobs_v1_SubmitJobsResponse__Output>,
  ): grpc.ClientUnaryCall;
  /**
   * One batch, one transaction: every job is accepted, or none is. Jobs may depend on each other by key.
   */
  submitJobs(
    argument: _muster_jobs_v1_SubmitJobsRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_SubmitJobsResponse__Output>,
  ): grpc.ClientUnaryCall;
  submitJobs(
    argument: _muster_jobs_v1_SubmitJobsRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_jobs_v1_SubmitJobsResponse__Output>,
  ): grpc.ClientUnaryCall;
  submitJobs(
    argument: _muster_jobs_v1_SubmitJobsRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_jobs_v1_SubmitJobsResponse__Output>,
  ): grpc.ClientUnaryCall;
  submitJobs(
    argument: _muster_jobs_v1_SubmitJobsRequest,
    callback: grpc.requestCallback<_muster_jobs_v1_SubmitJobsResponse__Output>,
  ): grpc.ClientUnaryCall;

  /**
   * Sends counts by state now and as they change (at most every 50 ms); ends when all jobs are terminal.
   */
  WatchGraph(
    argument: _muster_jobs_v1_WatchGraphRequest,
    metadata: grpc.Metadata,
    options?: grpc.CallOptions,
  ): grpc.ClientReadableStream<_muster_jobs_v1_WatchGraphResponse__Output>;
  WatchGraph(
    argument: _muster_jobs_v1_WatchGraphRequest,
    options?: grpc.CallOptions,
  ): grpc.ClientReadableStream<_muster_jobs_v1_WatchGraphResponse__Output>;
  /**
   * Sends counts by state now and as they change (at most every 50 ms); ends when all jobs are terminal.
   */
  watchGraph(
    argument: _muster_jobs_v1_WatchGraphRequest,
    metadata: grpc.Metadata,
    options?: grpc.CallOptions,
  ): grpc.ClientReadableStream<_muster_jobs_v1_WatchGraphResponse__Output>;
  watchGraph(
    argument: _muster_jobs_v1_WatchGraphRequest,
    options?: grpc.CallOptions,
  ): grpc.ClientReadableStream<_muster_jobs_v1_WatchGraphResponse__Output>;

  /**
   * Sends the job now and at every change of state; ends after the terminal state. Read to the end: a connection on which
   * more than a thousand streams were cancelled, and 33 a second besides, is ended, as HTTP/2 servers do with attackers.
   */
  WatchJob(
    argument: _muster_jobs_v1_WatchJobRequest,
    metadata: grpc.Metadata,
    options?: grpc.CallOptions,
  ): grpc.ClientReadableStream<_muster_jobs_v1_WatchJobResponse__Output>;
  WatchJob(
    argument: _muster_jobs_v1_WatchJobRequest,
    options?: grpc.CallOptions,
  ): grpc.ClientReadableStream<_muster_jobs_v1_WatchJobResponse__Output>;
  /**
   * Sends the job now and at every change of state; ends after the terminal state. Read to the end: a connection on which
   * more than a thousand streams were cancelled, and 33 a second besides, is ended, as HTTP/2 servers do with attackers.
   */
  watchJob(
    argument: _muster_jobs_v1_WatchJobRequest,
    metadata: grpc.Metadata,
    options?: grpc.CallOptions,
  ): grpc.ClientReadableStream<_muster_jobs_v1_WatchJobResponse__Output>;
  watchJob(
    argument: _muster_jobs_v1_WatchJobRequest,
    options?: grpc.CallOptions,
  ): grpc.ClientReadableStream<_muster_jobs_v1_WatchJobResponse__Output>;
}

export interface JobsServiceHandlers extends grpc.UntypedServiceImplementation {
  CancelGraph: grpc.handleUnaryCall<
    _muster_jobs_v1_CancelGraphRequest__Output,
    _muster_jobs_v1_CancelGraphResponse
  >;

  /**
   * Waiting jobs end at once; a running one is told, and ends when its worker answers or the grace is over.
   */
  CancelJob: grpc.handleUnaryCall<
    _muster_jobs_v1_CancelJobRequest__Output,
    _muster_jobs_v1_CancelJobResponse
  >;

  /**
   * One page of the jobs that match, newest first. What is submitted after the first page is left alone.
   */
  CancelJobs: grpc.handleUnaryCall<
    _muster_jobs_v1_CancelJobsRequest__Output,
    _muster_jobs_v1_CancelJobsResponse
  >;

  /**
   * Why a job is not running, as ordered blockers. Reads a bounded part of the queue: for people, not for loops.
   */
  ExplainJob: grpc.handleUnaryCall<
    _muster_jobs_v1_ExplainJobRequest__Output,
    _muster_jobs_v1_ExplainJobResponse
  >;

  GetGraph: grpc.handleUnaryCall<_muster_jobs_v1_GetGraphRequest__Output, _muster_jobs_v1_GetGraphResponse>;

  GetJob: grpc.handleUnaryCall<_muster_jobs_v1_GetJobRequest__Output, _muster_jobs_v1_GetJobResponse>;

  ListJobs: grpc.handleUnaryCall<_muster_jobs_v1_ListJobsRequest__Output, _muster_jobs_v1_ListJobsResponse>;

  /**
   * Opens a new generation of a dead or cancelled job.
   */
  RetryJob: grpc.handleUnaryCall<_muster_jobs_v1_RetryJobRequest__Output, _muster_jobs_v1_RetryJobResponse>;

  /**
   * Bulk: each message is one transaction of its own; the first refused message ends the stream with its
   * error, and what was accepted before stays.
   */
  StreamJobs: grpc.handleClientStreamingCall<
    _muster_jobs_v1_StreamJobsRequest__Output,
    _muster_jobs_v1_StreamJobsResponse
  >;

  /**
   * SubmitJobs without the cost of a call, for whoever submits again and again. Each submission is one transaction and
   * is answered under its own id as soon as it is decided, so answers overtake each other. A refusal refuses one
   * submission; the stream goes on. Whatever was not answered when the stream ended may or may not have been accepted,
   * unless it ended with DRAINING: then what was not answered was not looked at.
   */
  SubmitEach: grpc.handleBidiStreamingCall<
    _muster_jobs_v1_SubmitEachRequest__Output,
    _muster_jobs_v1_SubmitEachResponse
  >;

  /**
   * The same for one graph, which can then be watched, listed and cancelled as a whole.
   */
  SubmitGraph: grpc.handleUnaryCall<
    _muster_jobs_v1_SubmitGraphRequest__Output,
    _muster_jobs_v1_SubmitGraphResponse
  >;

  /**
   * One batch, one transaction: every job is accepted, or none is. Jobs may depend on each other by key.
   */
  SubmitJobs: grpc.handleUnaryCall<
    _muster_jobs_v1_SubmitJobsRequest__Output,
    _muster_jobs_v1_SubmitJobsResponse
  >;

  /**
   * Sends counts by state now and as they change (at most every 50 ms); ends when all jobs are terminal.
   */
  WatchGraph: grpc.handleServerStreamingCall<
    _muster_jobs_v1_WatchGraphRequest__Output,
    _muster_jobs_v1_WatchGraphResponse
  >;

  /**
   * Sends the job now and at every change of state; ends after the terminal state. Read to the end: a connection on which
   * more than a thousand streams were cancelled, and 33 a second besides, is ended, as HTTP/2 servers do with attackers.
   */
  WatchJob: grpc.handleServerStreamingCall<
    _muster_jobs_v1_WatchJobRequest__Output,
    _muster_jobs_v1_WatchJobResponse
  >;
}

export interface JobsServiceDefinition extends grpc.ServiceDefinition {
  CancelGraph: MethodDefinition<
    _muster_jobs_v1_CancelGraphRequest,
    _muster_jobs_v1_CancelGraphResponse,
    _muster_jobs_v1_CancelGraphRequest__Output,
    _muster_jobs_v1_CancelGraphResponse__Output
  >;
  CancelJob: MethodDefinition<
    _muster_jobs_v1_CancelJobRequest,
    _muster_jobs_v1_CancelJobResponse,
    _muster_jobs_v1_CancelJobRequest__Output,
    _muster_jobs_v1_CancelJobResponse__Output
  >;
  CancelJobs: MethodDefinition<
    _muster_jobs_v1_CancelJobsRequest,
    _muster_jobs_v1_CancelJobsResponse,
    _muster_jobs_v1_CancelJobsRequest__Output,
    _muster_jobs_v1_CancelJobsResponse__Output
  >;
  ExplainJob: MethodDefinition<
    _muster_jobs_v1_ExplainJobRequest,
    _muster_jobs_v1_ExplainJobResponse,
    _muster_jobs_v1_ExplainJobRequest__Output,
    _muster_jobs_v1_ExplainJobResponse__Output
  >;
  GetGraph: MethodDefinition<
    _muster_jobs_v1_GetGraphRequest,
    _muster_jobs_v1_GetGraphResponse,
    _muster_jobs_v1_GetGraphRequest__Output,
    _muster_jobs_v1_GetGraphResponse__Output
  >;
  GetJob: MethodDefinition<
    _muster_jobs_v1_GetJobRequest,
    _muster_jobs_v1_GetJobResponse,
    _muster_jobs_v1_GetJobRequest__Output,
    _muster_jobs_v1_GetJobResponse__Output
  >;
  ListJobs: MethodDefinition<
    _muster_jobs_v1_ListJobsRequest,
    _muster_jobs_v1_ListJobsResponse,
    _muster_jobs_v1_ListJobsRequest__Output,
    _muster_jobs_v1_ListJobsResponse__Output
  >;
  RetryJob: MethodDefinition<
    _muster_jobs_v1_RetryJobRequest,
    _muster_jobs_v1_RetryJobResponse,
    _muster_jobs_v1_RetryJobRequest__Output,
    _muster_jobs_v1_RetryJobResponse__Output
  >;
  StreamJobs: MethodDefinition<
    _muster_jobs_v1_StreamJobsRequest,
    _muster_jobs_v1_StreamJobsResponse,
    _muster_jobs_v1_StreamJobsRequest__Output,
    _muster_jobs_v1_StreamJobsResponse__Output
  >;
  SubmitEach: MethodDefinition<
    _muster_jobs_v1_SubmitEachRequest,
    _muster_jobs_v1_SubmitEachResponse,
    _muster_jobs_v1_SubmitEachRequest__Output,
    _muster_jobs_v1_SubmitEachResponse__Output
  >;
  SubmitGraph: MethodDefinition<
    _muster_jobs_v1_SubmitGraphRequest,
    _muster_jobs_v1_SubmitGraphResponse,
    _muster_jobs_v1_SubmitGraphRequest__Output,
    _muster_jobs_v1_SubmitGraphResponse__Output
  >;
  SubmitJobs: MethodDefinition<
    _muster_jobs_v1_SubmitJobsRequest,
    _muster_jobs_v1_SubmitJobsResponse,
    _muster_jobs_v1_SubmitJobsRequest__Output,
    _muster_jobs_v1_SubmitJobsResponse__Output
  >;
  WatchGraph: MethodDefinition<
    _muster_jobs_v1_WatchGraphRequest,
    _muster_jobs_v1_WatchGraphResponse,
    _muster_jobs_v1_WatchGraphRequest__Output,
    _muster_jobs_v1_WatchGraphResponse__Output
  >;
  WatchJob: MethodDefinition<
    _muster_jobs_v1_WatchJobRequest,
    _muster_jobs_v1_WatchJobResponse,
    _muster_jobs_v1_WatchJobRequest__Output,
    _muster_jobs_v1_WatchJobResponse__Output
  >;
}
