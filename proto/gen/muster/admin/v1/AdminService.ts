// Original file: proto/muster/admin/v1/admin_service.proto

import type * as grpc from "@grpc/grpc-js";
import type { MethodDefinition } from "@grpc/proto-loader";
import type {
  DrainWorkerRequest as _muster_admin_v1_DrainWorkerRequest,
  DrainWorkerRequest__Output as _muster_admin_v1_DrainWorkerRequest__Output,
} from "../../../muster/admin/v1/DrainWorkerRequest.js";
import type {
  DrainWorkerResponse as _muster_admin_v1_DrainWorkerResponse,
  DrainWorkerResponse__Output as _muster_admin_v1_DrainWorkerResponse__Output,
} from "../../../muster/admin/v1/DrainWorkerResponse.js";
import type {
  GetWorkerRequest as _muster_admin_v1_GetWorkerRequest,
  GetWorkerRequest__Output as _muster_admin_v1_GetWorkerRequest__Output,
} from "../../../muster/admin/v1/GetWorkerRequest.js";
import type {
  GetWorkerResponse as _muster_admin_v1_GetWorkerResponse,
  GetWorkerResponse__Output as _muster_admin_v1_GetWorkerResponse__Output,
} from "../../../muster/admin/v1/GetWorkerResponse.js";
import type {
  ListQueuesRequest as _muster_admin_v1_ListQueuesRequest,
  ListQueuesRequest__Output as _muster_admin_v1_ListQueuesRequest__Output,
} from "../../../muster/admin/v1/ListQueuesRequest.js";
import type {
  ListQueuesResponse as _muster_admin_v1_ListQueuesResponse,
  ListQueuesResponse__Output as _muster_admin_v1_ListQueuesResponse__Output,
} from "../../../muster/admin/v1/ListQueuesResponse.js";
import type {
  ListWorkersRequest as _muster_admin_v1_ListWorkersRequest,
  ListWorkersRequest__Output as _muster_admin_v1_ListWorkersRequest__Output,
} from "../../../muster/admin/v1/ListWorkersRequest.js";
import type {
  ListWorkersResponse as _muster_admin_v1_ListWorkersResponse,
  ListWorkersResponse__Output as _muster_admin_v1_ListWorkersResponse__Output,
} from "../../../muster/admin/v1/ListWorkersResponse.js";
import type {
  PauseQueueRequest as _muster_admin_v1_PauseQueueRequest,
  PauseQueueRequest__Output as _muster_admin_v1_PauseQueueRequest__Output,
} from "../../../muster/admin/v1/PauseQueueRequest.js";
import type {
  PauseQueueResponse as _muster_admin_v1_PauseQueueResponse,
  PauseQueueResponse__Output as _muster_admin_v1_PauseQueueResponse__Output,
} from "../../../muster/admin/v1/PauseQueueResponse.js";
import type {
  ResumeQueueRequest as _muster_admin_v1_ResumeQueueRequest,
  ResumeQueueRequest__Output as _muster_admin_v1_ResumeQueueRequest__Output,
} from "../../../muster/admin/v1/ResumeQueueRequest.js";
import type {
  ResumeQueueResponse as _muster_admin_v1_ResumeQueueResponse,
  ResumeQueueResponse__Output as _muster_admin_v1_ResumeQueueResponse__Output,
} from "../../../muster/admin/v1/ResumeQueueResponse.js";

export interface AdminServiceClient extends grpc.Client {
  /**
   * No more assignments; the worker finishes what it holds and leaves. Works from every replica.
   */
  DrainWorker(
    argument: _muster_admin_v1_DrainWorkerRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_DrainWorkerResponse__Output>,
  ): grpc.ClientUnaryCall;
  DrainWorker(
    argument: _muster_admin_v1_DrainWorkerRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_DrainWorkerResponse__Output>,
  ): grpc.ClientUnaryCall;
  DrainWorker(
    argument: _muster_admin_v1_DrainWorkerRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_DrainWorkerResponse__Output>,
  ): grpc.ClientUnaryCall;
  DrainWorker(
    argument: _muster_admin_v1_DrainWorkerRequest,
    callback: grpc.requestCallback<_muster_admin_v1_DrainWorkerResponse__Output>,
  ): grpc.ClientUnaryCall;
  /**
   * No more assignments; the worker finishes what it holds and leaves. Works from every replica.
   */
  drainWorker(
    argument: _muster_admin_v1_DrainWorkerRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_DrainWorkerResponse__Output>,
  ): grpc.ClientUnaryCall;
  drainWorker(
    argument: _muster_admin_v1_DrainWorkerRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_DrainWorkerResponse__Output>,
  ): grpc.ClientUnaryCall;
  drainWorker(
    argument: _muster_admin_v1_DrainWorkerRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_DrainWorkerResponse__Output>,
  ): grpc.ClientUnaryCall;
  drainWorker(
    argument: _muster_admin_v1_DrainWorkerRequest,
    callback: grpc.requestCallback<_muster_admin_v1_DrainWorkerResponse__Output>,
  ): grpc.ClientUnaryCall;

  GetWorker(
    argument: _muster_admin_v1_GetWorkerRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_GetWorkerResponse__Output>,
  ): grpc.ClientUnaryCall;
  GetWorker(
    argument: _muster_admin_v1_GetWorkerRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_GetWorkerResponse__Output>,
  ): grpc.ClientUnaryCall;
  GetWorker(
    argument: _muster_admin_v1_GetWorkerRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_GetWorkerResponse__Output>,
  ): grpc.ClientUnaryCall;
  GetWorker(
    argument: _muster_admin_v1_GetWorkerRequest,
    callback: grpc.requestCallback<_muster_admin_v1_GetWorkerResponse__Output>,
  ): grpc.ClientUnaryCall;
  getWorker(
    argument: _muster_admin_v1_GetWorkerRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_GetWorkerResponse__Output>,
  ): grpc.ClientUnaryCall;
  getWorker(
    argument: _muster_admin_v1_GetWorkerRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_GetWorkerResponse__Output>,
  ): grpc.ClientUnaryCall;
  getWorker(
    argument: _muster_admin_v1_GetWorkerRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_GetWorkerResponse__Output>,
  ): grpc.ClientUnaryCall;
  getWorker(
    argument: _muster_admin_v1_GetWorkerRequest,
    callback: grpc.requestCallback<_muster_admin_v1_GetWorkerResponse__Output>,
  ): grpc.ClientUnaryCall;

  ListQueues(
    argument: _muster_admin_v1_ListQueuesRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_ListQueuesResponse__Output>,
  ): grpc.ClientUnaryCall;
  ListQueues(
    argument: _muster_admin_v1_ListQueuesRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_ListQueuesResponse__Output>,
  ): grpc.ClientUnaryCall;
  ListQueues(
    argument: _muster_admin_v1_ListQueuesRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_ListQueuesResponse__Output>,
  ): grpc.ClientUnaryCall;
  ListQueues(
    argument: _muster_admin_v1_ListQueuesRequest,
    callback: grpc.requestCallback<_muster_admin_v1_ListQueuesResponse__Output>,
  ): grpc.ClientUnaryCall;
  listQueues(
    argument: _muster_admin_v1_ListQueuesRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_ListQueuesResponse__Output>,
  ): grpc.ClientUnaryCall;
  listQueues(
    argument: _muster_admin_v1_ListQueuesRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_ListQueuesResponse__Output>,
  ): grpc.ClientUnaryCall;
  listQueues(
    argument: _muster_admin_v1_ListQueuesRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_ListQueuesResponse__Output>,
  ): grpc.ClientUnaryCall;
  listQueues(
    argument: _muster_admin_v1_ListQueuesRequest,
    callback: grpc.requestCallback<_muster_admin_v1_ListQueuesResponse__Output>,
  ): grpc.ClientUnaryCall;

  ListWorkers(
    argument: _muster_admin_v1_ListWorkersRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_ListWorkersResponse__Output>,
  ): grpc.ClientUnaryCall;
  ListWorkers(
    argument: _muster_admin_v1_ListWorkersRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_ListWorkersResponse__Output>,
  ): grpc.ClientUnaryCall;
  ListWorkers(
    argument: _muster_admin_v1_ListWorkersRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_ListWorkersResponse__Output>,
  ): grpc.ClientUnaryCall;
  ListWorkers(
    argument: _muster_admin_v1_ListWorkersRequest,
    callback: grpc.requestCallback<_muster_admin_v1_ListWorkersResponse__Output>,
  ): grpc.ClientUnaryCall;
  listWorkers(
    argument: _muster_admin_v1_ListWorkersRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_ListWorkersResponse__Output>,
  ): grpc.ClientUnaryCall;
  listWorkers(
    argument: _muster_admin_v1_ListWorkersRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_ListWorkersResponse__Output>,
  ): grpc.ClientUnaryCall;
  listWorkers(
    argument: _muster_admin_v1_ListWorkersRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_ListWorkersResponse__Output>,
  ): grpc.ClientUnaryCall;
  listWorkers(
    argument: _muster_admin_v1_ListWorkersRequest,
    callback: grpc.requestCallback<_muster_admin_v1_ListWorkersResponse__Output>,
  ): grpc.ClientUnaryCall;

  /**
   * A paused queue accepts jobs and gives none out; what runs goes on.
   */
  PauseQueue(
    argument: _muster_admin_v1_PauseQueueRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_PauseQueueResponse__Output>,
  ): grpc.ClientUnaryCall;
  PauseQueue(
    argument: _muster_admin_v1_PauseQueueRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_PauseQueueResponse__Output>,
  ): grpc.ClientUnaryCall;
  PauseQueue(
    argument: _muster_admin_v1_PauseQueueRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_PauseQueueResponse__Output>,
  ): grpc.ClientUnaryCall;
  PauseQueue(
    argument: _muster_admin_v1_PauseQueueRequest,
    callback: grpc.requestCallback<_muster_admin_v1_PauseQueueResponse__Output>,
  ): grpc.ClientUnaryCall;
  /**
   * A paused queue accepts jobs and gives none out; what runs goes on.
   */
  pauseQueue(
    argument: _muster_admin_v1_PauseQueueRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_PauseQueueResponse__Output>,
  ): grpc.ClientUnaryCall;
  pauseQueue(
    argument: _muster_admin_v1_PauseQueueRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_PauseQueueResponse__Output>,
  ): grpc.ClientUnaryCall;
  pauseQueue(
    argument: _muster_admin_v1_PauseQueueRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_PauseQueueResponse__Output>,
  ): grpc.ClientUnaryCall;
  pauseQueue(
    argument: _muster_admin_v1_PauseQueueRequest,
    callback: grpc.requestCallback<_muster_admin_v1_PauseQueueResponse__Output>,
  ): grpc.ClientUnaryCall;

  ResumeQueue(
    argument: _muster_admin_v1_ResumeQueueRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_ResumeQueueResponse__Output>,
  ): grpc.ClientUnaryCall;
  ResumeQueue(
    argument: _muster_admin_v1_ResumeQueueRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_ResumeQueueResponse__Output>,
  ): grpc.ClientUnaryCall;
  ResumeQueue(
    argument: _muster_admin_v1_ResumeQueueRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_ResumeQueueResponse__Output>,
  ): grpc.ClientUnaryCall;
  ResumeQueue(
    argument: _muster_admin_v1_ResumeQueueRequest,
    callback: grpc.requestCallback<_muster_admin_v1_ResumeQueueResponse__Output>,
  ): grpc.ClientUnaryCall;
  resumeQueue(
    argument: _muster_admin_v1_ResumeQueueRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_ResumeQueueResponse__Output>,
  ): grpc.ClientUnaryCall;
  resumeQueue(
    argument: _muster_admin_v1_ResumeQueueRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_ResumeQueueResponse__Output>,
  ): grpc.ClientUnaryCall;
  resumeQueue(
    argument: _muster_admin_v1_ResumeQueueRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_ResumeQueueResponse__Output>,
  ): grpc.ClientUnaryCall;
  resumeQueue(
    argument: _muster_admin_v1_ResumeQueueRequest,
    callback: grpc.requestCallback<_muster_admin_v1_ResumeQueueResponse__Output>,
  ): grpc.ClientUnaryCall;
}

export interface AdminServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * No more assignments; the worker finishes what it holds and leaves. Works from every replica.
   */
  DrainWorker: grpc.handleUnaryCall<
    _muster_admin_v1_DrainWorkerRequest__Output,
    _muster_admin_v1_DrainWorkerResponse
  >;

  GetWorker: grpc.handleUnaryCall<
    _muster_admin_v1_GetWorkerRequest__Output,
    _muster_admin_v1_GetWorkerResponse
  >;

  ListQueues: grpc.handleUnaryCall<
    _muster_admin_v1_ListQueuesRequest__Output,
    _muster_admin_v1_ListQueuesResponse
  >;

  ListWorkers: grpc.handleUnaryCall<
    _muster_admin_v1_ListWorkersRequest__Output,
    _muster_admin_v1_ListWorkersResponse
  >;

  /**
   * A paused queue accepts jobs and gives none out; what runs goes on.
   */
  PauseQueue: grpc.handleUnaryCall<
    _muster_admin_v1_PauseQueueRequest__Output,
    _muster_admin_v1_PauseQueueResponse
  >;

  ResumeQueue: grpc.handleUnaryCall<
    _muster_admin_v1_ResumeQueueRequest__Output,
    _muster_admin_v1_ResumeQueueResponse
  >;
}

export interface AdminServiceDefinition extends grpc.ServiceDefinition {
  DrainWorker: MethodDefinition<
    _muster_admin_v1_DrainWorkerRequest,
    _muster_admin_v1_DrainWorkerResponse,
    _muster_admin_v1_DrainWorkerRequest__Output,
    _muster_admin_v1_DrainWorkerResponse__Output
  >;
  GetWorker: MethodDefinition<
    _muster_admin_v1_GetWorkerRequest,
    _muster_admin_v1_GetWorkerResponse,
    _muster_admin_v1_GetWorkerRequest__Output,
    _muster_admin_v1_GetWorkerResponse__Output
  >;
  ListQueues: MethodDefinition<
    _muster_admin_v1_ListQueuesRequest,
    _muster_admin_v1_ListQueuesResponse,
    _muster_admin_v1_ListQueuesRequest__Output,
    _muster_admin_v1_ListQueuesResponse__Output
  >;
  ListWorkers: MethodDefinition<
    _muster_admin_v1_ListWorkersRequest,
    _muster_admin_v1_ListWorkersResponse,
    _muster_admin_v1_ListWorkersRequest__Output,
    _muster_admin_v1_ListWorkersResponse__Output
  >;
  PauseQueue: MethodDefinition<
    _muster_admin_v1_PauseQueueRequest,
    _muster_admin_v1_PauseQueueResponse,
    _muster_admin_v1_PauseQueueRequest__Output,
    _muster_admin_v1_PauseQueueResponse__Output
  >;
  ResumeQueue: MethodDefinition<
    _muster_admin_v1_ResumeQueueRequest,
    _muster_admin_v1_ResumeQueueResponse,
    _muster_admin_v1_ResumeQueueRequest__Output,
    _muster_admin_v1_ResumeQueueResponse__Output
  >;
}
