// Original file: proto/muster/admin/v1/admin_service.proto

import type * as grpc from "@grpc/grpc-js";
import type { MethodDefinition } from "@grpc/proto-loader";
import type {
  ClearQueueLimitsRequest as _muster_admin_v1_ClearQueueLimitsRequest,
  ClearQueueLimitsRequest__Output as _muster_admin_v1_ClearQueueLimitsRequest__Output,
} from "../../../muster/admin/v1/ClearQueueLimitsRequest.js";
import type {
  ClearQueueLimitsResponse as _muster_admin_v1_ClearQueueLimitsResponse,
  ClearQueueLimitsResponse__Output as _muster_admin_v1_ClearQueueLimitsResponse__Output,
} from "../../../muster/admin/v1/ClearQueueLimitsResponse.js";
import type {
  DiagnoseRequest as _muster_admin_v1_DiagnoseRequest,
  DiagnoseRequest__Output as _muster_admin_v1_DiagnoseRequest__Output,
} from "../../../muster/admin/v1/DiagnoseRequest.js";
import type {
  DiagnoseResponse as _muster_admin_v1_DiagnoseResponse,
  DiagnoseResponse__Output as _muster_admin_v1_DiagnoseResponse__Output,
} from "../../../muster/admin/v1/DiagnoseResponse.js";
import type {
  DiscardDeadLettersRequest as _muster_admin_v1_DiscardDeadLettersRequest,
  DiscardDeadLettersRequest__Output as _muster_admin_v1_DiscardDeadLettersRequest__Output,
} from "../../../muster/admin/v1/DiscardDeadLettersRequest.js";
import type {
  DiscardDeadLettersResponse as _muster_admin_v1_DiscardDeadLettersResponse,
  DiscardDeadLettersResponse__Output as _muster_admin_v1_DiscardDeadLettersResponse__Output,
} from "../../../muster/admin/v1/DiscardDeadLettersResponse.js";
import type {
  DrainWorkerRequest as _muster_admin_v1_DrainWorkerRequest,
  DrainWorkerRequest__Output as _muster_admin_v1_DrainWorkerRequest__Output,
} from "../../../muster/admin/v1/DrainWorkerRequest.js";
import type {
  DrainWorkerResponse as _muster_admin_v1_DrainWorkerResponse,
  DrainWorkerResponse__Output as _muster_admin_v1_DrainWorkerResponse__Output,
} from "../../../muster/admin/v1/DrainWorkerResponse.js";
import type {
  GetRedriveRequest as _muster_admin_v1_GetRedriveRequest,
  GetRedriveRequest__Output as _muster_admin_v1_GetRedriveRequest__Output,
} from "../../../muster/admin/v1/GetRedriveRequest.js";
import type {
  GetRedriveResponse as _muster_admin_v1_GetRedriveResponse,
  GetRedriveResponse__Output as _muster_admin_v1_GetRedriveResponse__Output,
} from "../../../muster/admin/v1/GetRedriveResponse.js";
import type {
  GetWorkerRequest as _muster_admin_v1_GetWorkerRequest,
  GetWorkerRequest__Output as _muster_admin_v1_GetWorkerRequest__Output,
} from "../../../muster/admin/v1/GetWorkerRequest.js";
import type {
  GetWorkerResponse as _muster_admin_v1_GetWorkerResponse,
  GetWorkerResponse__Output as _muster_admin_v1_GetWorkerResponse__Output,
} from "../../../muster/admin/v1/GetWorkerResponse.js";
import type {
  ListDeadLetterGroupsRequest as _muster_admin_v1_ListDeadLetterGroupsRequest,
  ListDeadLetterGroupsRequest__Output as _muster_admin_v1_ListDeadLetterGroupsRequest__Output,
} from "../../../muster/admin/v1/ListDeadLetterGroupsRequest.js";
import type {
  ListDeadLetterGroupsResponse as _muster_admin_v1_ListDeadLetterGroupsResponse,
  ListDeadLetterGroupsResponse__Output as _muster_admin_v1_ListDeadLetterGroupsResponse__Output,
} from "../../../muster/admin/v1/ListDeadLetterGroupsResponse.js";
import type {
  ListDeadLettersRequest as _muster_admin_v1_ListDeadLettersRequest,
  ListDeadLettersRequest__Output as _muster_admin_v1_ListDeadLettersRequest__Output,
} from "../../../muster/admin/v1/ListDeadLettersRequest.js";
import type {
  ListDeadLettersResponse as _muster_admin_v1_ListDeadLettersResponse,
  ListDeadLettersResponse__Output as _muster_admin_v1_ListDeadLettersResponse__Output,
} from "../../../muster/admin/v1/ListDeadLettersResponse.js";
import type {
  ListQueuesRequest as _muster_admin_v1_ListQueuesRequest,
  ListQueuesRequest__Output as _muster_admin_v1_ListQueuesRequest__Output,
} from "../../../muster/admin/v1/ListQueuesRequest.js";
import type {
  ListQueuesResponse as _muster_admin_v1_ListQueuesResponse,
  ListQueuesResponse__Output as _muster_admin_v1_ListQueuesResponse__Output,
} from "../../../muster/admin/v1/ListQueuesResponse.js";
import type {
  ListRedrivesRequest as _muster_admin_v1_ListRedrivesRequest,
  ListRedrivesRequest__Output as _muster_admin_v1_ListRedrivesRequest__Output,
} from "../../../muster/admin/v1/ListRedrivesRequest.js";
import type {
  ListRedrivesResponse as _muster_admin_v1_ListRedrivesResponse,
  ListRedrivesResponse__Output as _muster_admin_v1_ListRedrivesResponse__Output,
} from "../../../muster/admin/v1/ListRedrivesResponse.js";
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
import type {
  RetryDeadLettersRequest as _muster_admin_v1_RetryDeadLettersRequest,
  RetryDeadLettersRequest__Output as _muster_admin_v1_RetryDeadLettersRequest__Output,
} from "../../../muster/admin/v1/RetryDeadLettersRequest.js";
import type {
  RetryDeadLettersResponse as _muster_admin_v1_RetryDeadLettersResponse,
  RetryDeadLettersResponse__Output as _muster_admin_v1_RetryDeadLettersResponse__Output,
} from "../../../muster/admin/v1/RetryDeadLettersResponse.js";
import type {
  SetQueueLimitsRequest as _muster_admin_v1_SetQueueLimitsRequest,
  SetQueueLimitsRequest__Output as _muster_admin_v1_SetQueueLimitsRequest__Output,
} from "../../../muster/admin/v1/SetQueueLimitsRequest.js";
import type {
  SetQueueLimitsResponse as _muster_admin_v1_SetQueueLimitsResponse,
  SetQueueLimitsResponse__Output as _muster_admin_v1_SetQueueLimitsResponse__Output,
} from "../../../muster/admin/v1/SetQueueLimitsResponse.js";
import type {
  StartRedriveRequest as _muster_admin_v1_StartRedriveRequest,
  StartRedriveRequest__Output as _muster_admin_v1_StartRedriveRequest__Output,
} from "../../../muster/admin/v1/StartRedriveRequest.js";
import type {
  StartRedriveResponse as _muster_admin_v1_StartRedriveResponse,
  StartRedriveResponse__Output as _muster_admin_v1_StartRedriveResponse__Output,
} from "../../../muster/admin/v1/StartRedriveResponse.js";
import type {
  StopRedriveRequest as _muster_admin_v1_StopRedriveRequest,
  StopRedriveRequest__Output as _muster_admin_v1_StopRedriveRequest__Output,
} from "../../../muster/admin/v1/StopRedriveRequest.js";
import type {
  StopRedriveResponse as _muster_admin_v1_StopRedriveResponse,
  StopRedriveResponse__Output as _muster_admin_v1_StopRedriveResponse__Output,
} from "../../../muster/admin/v1/StopRedriveResponse.js";

export interface AdminServiceClient extends grpc.Client {
  ClearQueueLimits(
    argument: _muster_admin_v1_ClearQueueLimitsRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_ClearQueueLimitsResponse__Output>,
  ): grpc.ClientUnaryCall;
  ClearQueueLimits(
    argument: _muster_admin_v1_ClearQueueLimitsRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_ClearQueueLimitsResponse__Output>,
  ): grpc.ClientUnaryCall;
  ClearQueueLimits(
    argument: _muster_admin_v1_ClearQueueLimitsRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_ClearQueueLimitsResponse__Output>,
  ): grpc.ClientUnaryCall;
  ClearQueueLimits(
    argument: _muster_admin_v1_ClearQueueLimitsRequest,
    callback: grpc.requestCallback<_muster_admin_v1_ClearQueueLimitsResponse__Output>,
  ): grpc.ClientUnaryCall;
  clearQueueLimits(
    argument: _muster_admin_v1_ClearQueueLimitsRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_ClearQueueLimitsResponse__Output>,
  ): grpc.ClientUnaryCall;
  clearQueueLimits(
    argument: _muster_admin_v1_ClearQueueLimitsRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_ClearQueueLimitsResponse__Output>,
  ): grpc.ClientUnaryCall;
  clearQueueLimits(
    argument: _muster_admin_v1_ClearQueueLimitsRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_ClearQueueLimitsResponse__Output>,
  ): grpc.ClientUnaryCall;
  clearQueueLimits(
    argument: _muster_admin_v1_ClearQueueLimitsRequest,
    callback: grpc.requestCallback<_muster_admin_v1_ClearQueueLimitsResponse__Output>,
  ): grpc.ClientUnaryCall;

  /**
   * Looks for what is wrong with Postgres, Redis and the data; changes nothing. Takes up to 25 s.
   */
  Diagnose(
    argument: _muster_admin_v1_DiagnoseRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_DiagnoseResponse__Output>,
  ): grpc.ClientUnaryCall;
  Diagnose(
    argument: _muster_admin_v1_DiagnoseRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_DiagnoseResponse__Output>,
  ): grpc.ClientUnaryCall;
  Diagnose(
    argument: _muster_admin_v1_DiagnoseRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_DiagnoseResponse__Output>,
  ): grpc.ClientUnaryCall;
  Diagnose(
    argument: _muster_admin_v1_DiagnoseRequest,
    callback: grpc.requestCallback<_muster_admin_v1_DiagnoseResponse__Output>,
  ): grpc.ClientUnaryCall;
  /**
   * Looks for what is wrong with Postgres, Redis and the data; changes nothing. Takes up to 25 s.
   */
  diagnose(
    argument: _muster_admin_v1_DiagnoseRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_DiagnoseResponse__Output>,
  ): grpc.ClientUnaryCall;
  diagnose(
    argument: _muster_admin_v1_DiagnoseRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_DiagnoseResponse__Output>,
  ): grpc.ClientUnaryCall;
  diagnose(
    argument: _muster_admin_v1_DiagnoseRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_DiagnoseResponse__Output>,
  ): grpc.ClientUnaryCall;
  diagnose(
    argument: _muster_admin_v1_DiagnoseRequest,
    callback: grpc.requestCallback<_muster_admin_v1_DiagnoseResponse__Output>,
  ): grpc.ClientUnaryCall;

  /**
   * One page: takes dead letters off the list for good. The jobs stay dead and keep their history.
   */
  DiscardDeadLetters(
    argument: _muster_admin_v1_DiscardDeadLettersRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_DiscardDeadLettersResponse__Output>,
  ): grpc.ClientUnaryCall;
  DiscardDeadLetters(
    argument: _muster_admin_v1_DiscardDeadLettersRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_DiscardDeadLettersResponse__Output>,
  ): grpc.ClientUnaryCall;
  DiscardDeadLetters(
    argument: _muster_admin_v1_DiscardDeadLettersRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_DiscardDeadLettersResponse__Output>,
  ): grpc.ClientUnaryCall;
  DiscardDeadLetters(
    argument: _muster_admin_v1_DiscardDeadLettersRequest,
    callback: grpc.requestCallback<_muster_admin_v1_DiscardDeadLettersResponse__Output>,
  ): grpc.ClientUnaryCall;
  /**
   * One page: takes dead letters off the list for good. The jobs stay dead and keep their history.
   */
  discardDeadLetters(
    argument: _muster_admin_v1_DiscardDeadLettersRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_DiscardDeadLettersResponse__Output>,
  ): grpc.ClientUnaryCall;
  discardDeadLetters(
    argument: _muster_admin_v1_DiscardDeadLettersRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_DiscardDeadLettersResponse__Output>,
  ): grpc.ClientUnaryCall;
  discardDeadLetters(
    argument: _muster_admin_v1_DiscardDeadLettersRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_DiscardDeadLettersResponse__Output>,
  ): grpc.ClientUnaryCall;
  discardDeadLetters(
    argument: _muster_admin_v1_DiscardDeadLettersRequest,
    callback: grpc.requestCallback<_muster_admin_v1_DiscardDeadLettersResponse__Output>,
  ): grpc.ClientUnaryCall;

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

  GetRedrive(
    argument: _muster_admin_v1_GetRedriveRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_GetRedriveResponse__Output>,
  ): grpc.ClientUnaryCall;
  GetRedrive(
    argument: _muster_admin_v1_GetRedriveRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_GetRedriveResponse__Output>,
  ): grpc.ClientUnaryCall;
  GetRedrive(
    argument: _muster_admin_v1_GetRedriveRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_GetRedriveResponse__Output>,
  ): grpc.ClientUnaryCall;
  GetRedrive(
    argument: _muster_admin_v1_GetRedriveRequest,
    callback: grpc.requestCallback<_muster_admin_v1_GetRedriveResponse__Output>,
  ): grpc.ClientUnaryCall;
  getRedrive(
    argument: _muster_admin_v1_GetRedriveRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_GetRedriveResponse__Output>,
  ): grpc.ClientUnaryCall;
  getRedrive(
    argument: _muster_admin_v1_GetRedriveRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_GetRedriveResponse__Output>,
  ): grpc.ClientUnaryCall;
  getRedrive(
    argument: _muster_admin_v1_GetRedriveRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_GetRedriveResponse__Output>,
  ): grpc.ClientUnaryCall;
  getRedrive(
    argument: _muster_admin_v1_GetRedriveRequest,
    callback: grpc.requestCallback<_muster_admin_v1_GetRedriveResponse__Output>,
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

  /**
   * Dead letters by what went wrong: errors that differ only in numbers, ids, hex and quoted parts are one group.
   */
  ListDeadLetterGroups(
    argument: _muster_admin_v1_ListDeadLetterGroupsRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_ListDeadLetterGroupsResponse__Output>,
  ): grpc.ClientUnaryCall;
  ListDeadLetterGroups(
    argument: _muster_admin_v1_ListDeadLetterGroupsRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_ListDeadLetterGroupsResponse__Output>,
  ): grpc.ClientUnaryCall;
  ListDeadLetterGroups(
    argument: _muster_admin_v1_ListDeadLetterGroupsRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_ListDeadLetterGroupsResponse__Output>,
  ): grpc.ClientUnaryCall;
  ListDeadLetterGroups(
    argument: _muster_admin_v1_ListDeadLetterGroupsRequest,
    callback: grpc.requestCallback<_muster_admin_v1_ListDeadLetterGroupsResponse__Output>,
  ): grpc.ClientUnaryCall;
  /**
   * Dead letters by what went wrong: errors that differ only in numbers, ids, hex and quoted parts are one group.
   */
  listDeadLetterGroups(
    argument: _muster_admin_v1_ListDeadLetterGroupsRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_ListDeadLetterGroupsResponse__Output>,
  ): grpc.ClientUnaryCall;
  listDeadLetterGroups(
    argument: _muster_admin_v1_ListDeadLetterGroupsRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_ListDeadLetterGroupsResponse__Output>,
  ): grpc.ClientUnaryCall;
  listDeadLetterGroups(
    argument: _muster_admin_v1_ListDeadLetterGroupsRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_ListDeadLetterGroupsResponse__Output>,
  ): grpc.ClientUnaryCall;
  listDeadLetterGroups(
    argument: _muster_admin_v1_ListDeadLetterGroupsRequest,
    callback: grpc.requestCallback<_muster_admin_v1_ListDeadLetterGroupsResponse__Output>,
  ): grpc.ClientUnaryCall;

  ListDeadLetters(
    argument: _muster_admin_v1_ListDeadLettersRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_ListDeadLettersResponse__Output>,
  ): grpc.ClientUnaryCall;
  ListDeadLetters(
    argument: _muster_admin_v1_ListDeadLettersRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_ListDeadLettersResponse__Output>,
  ): grpc.ClientUnaryCall;
  ListDeadLetters(
    argument: _muster_admin_v1_ListDeadLettersRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_ListDeadLettersResponse__Output>,
  ): grpc.ClientUnaryCall;
  ListDeadLetters(
    argument: _muster_admin_v1_ListDeadLettersRequest,
    callback: grpc.requestCallback<_muster_admin_v1_ListDeadLettersResponse__Output>,
  ): grpc.ClientUnaryCall;
  listDeadLetters(
    argument: _muster_admin_v1_ListDeadLettersRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_ListDeadLettersResponse__Output>,
  ): grpc.ClientUnaryCall;
  listDeadLetters(
    argument: _muster_admin_v1_ListDeadLettersRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_ListDeadLettersResponse__Output>,
  ): grpc.ClientUnaryCall;
  listDeadLetters(
    argument: _muster_admin_v1_ListDeadLettersRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_ListDeadLettersResponse__Output>,
  ): grpc.ClientUnaryCall;
  listDeadLetters(
    argument: _muster_admin_v1_ListDeadLettersRequest,
    callback: grpc.requestCallback<_muster_admin_v1_ListDeadLettersResponse__Output>,
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

  ListRedrives(
    argument: _muster_admin_v1_ListRedrivesRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_ListRedrivesResponse__Output>,
  ): grpc.ClientUnaryCall;
  ListRedrives(
    argument: _muster_admin_v1_ListRedrivesRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_ListRedrivesResponse__Output>,
  ): grpc.ClientUnaryCall;
  ListRedrives(
    argument: _muster_admin_v1_ListRedrivesRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_ListRedrivesResponse__Output>,
  ): grpc.ClientUnaryCall;
  ListRedrives(
    argument: _muster_admin_v1_ListRedrivesRequest,
    callback: grpc.requestCallback<_muster_admin_v1_ListRedrivesResponse__Output>,
  ): grpc.ClientUnaryCall;
  listRedrives(
    argument: _muster_admin_v1_ListRedrivesRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_ListRedrivesResponse__Output>,
  ): grpc.ClientUnaryCall;
  listRedrives(
    argument: _muster_admin_v1_ListRedrivesRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_ListRedrivesResponse__Output>,
  ): grpc.ClientUnaryCall;
  listRedrives(
    argument: _muster_admin_v1_ListRedrivesRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_ListRedrivesResponse__Output>,
  ): grpc.ClientUnaryCall;
  listRedrives(
    argument: _muster_admin_v1_ListRedrivesRequest,
    callback: grpc.requestCallback<_muster_admin_v1_ListRedrivesResponse__Output>,
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

  /**
   * One page: opens a new generation of dead jobs under their ids, parents first, and of the dependents that their end
   * had ended. Finished parents keep their results.
   */
  RetryDeadLetters(
    argument: _muster_admin_v1_RetryDeadLettersRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_RetryDeadLettersResponse__Output>,
  ): grpc.ClientUnaryCall;
  RetryDeadLetters(
    argument: _muster_admin_v1_RetryDeadLettersRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_RetryDeadLettersResponse__Output>,
  ): grpc.ClientUnaryCall;
  RetryDeadLetters(
    argument: _muster_admin_v1_RetryDeadLettersRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_RetryDeadLettersResponse__Output>,
  ): grpc.ClientUnaryCall;
  RetryDeadLetters(
    argument: _muster_admin_v1_RetryDeadLettersRequest,
    callback: grpc.requestCallback<_muster_admin_v1_RetryDeadLettersResponse__Output>,
  ): grpc.ClientUnaryCall;
  /**
   * One page: opens a new generation of dead jobs under their ids, parents first, and of the dependents that their end
   * had ended. Finished parents keep their results.
   */
  retryDeadLetters(
    argument: _muster_admin_v1_RetryDeadLettersRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_RetryDeadLettersResponse__Output>,
  ): grpc.ClientUnaryCall;
  retryDeadLetters(
    argument: _muster_admin_v1_RetryDeadLettersRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_RetryDeadLettersResponse__Output>,
  ): grpc.ClientUnaryCall;
  retryDeadLetters(
    argument: _muster_admin_v1_RetryDeadLettersRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_RetryDeadLettersResponse__Output>,
  ): grpc.ClientUnaryCall;
  retryDeadLetters(
    argument: _muster_admin_v1_RetryDeadLettersRequest,
    callback: grpc.requestCallback<_muster_admin_v1_RetryDeadLettersResponse__Output>,
  ): grpc.ClientUnaryCall;

  /**
   * Replaces all limits of a queue, which need not exist yet. Holds for every start after the answer; what runs goes on
   * and counts.
   */
  SetQueueLimits(
    argument: _muster_admin_v1_SetQueueLimitsRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_SetQueueLimitsResponse__Output>,
  ): grpc.ClientUnaryCall;
  SetQueueLimits(
    argument: _muster_admin_v1_SetQueueLimitsRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_SetQueueLimitsResponse__Output>,
  ): grpc.ClientUnaryCall;
  SetQueueLimits(
    argument: _muster_admin_v1_SetQueueLimitsRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_SetQueueLimitsResponse__Output>,
  ): grpc.ClientUnaryCall;
  SetQueueLimits(
    argument: _muster_admin_v1_SetQueueLimitsRequest,
    callback: grpc.requestCallback<_muster_admin_v1_SetQueueLimitsResponse__Output>,
  ): grpc.ClientUnaryCall;
  /**
   * Replaces all limits of a queue, which need not exist yet. Holds for every start after the answer; what runs goes on
   * and counts.
   */
  setQueueLimits(
    argument: _muster_admin_v1_SetQueueLimitsRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_SetQueueLimitsResponse__Output>,
  ): grpc.ClientUnaryCall;
  setQueueLimits(
    argument: _muster_admin_v1_SetQueueLimitsRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_SetQueueLimitsResponse__Output>,
  ): grpc.ClientUnaryCall;
  setQueueLimits(
    argument: _muster_admin_v1_SetQueueLimitsRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_SetQueueLimitsResponse__Output>,
  ): grpc.ClientUnaryCall;
  setQueueLimits(
    argument: _muster_admin_v1_SetQueueLimitsRequest,
    callback: grpc.requestCallback<_muster_admin_v1_SetQueueLimitsResponse__Output>,
  ): grpc.ClientUnaryCall;

  /**
   * Retries a few, watches them to their end, then the others at a rate. One at a time in a namespace; goes on whichever
   * replica lives.
   */
  StartRedrive(
    argument: _muster_admin_v1_StartRedriveRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_StartRedriveResponse__Output>,
  ): grpc.ClientUnaryCall;
  StartRedrive(
    argument: _muster_admin_v1_StartRedriveRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_StartRedriveResponse__Output>,
  ): grpc.ClientUnaryCall;
  StartRedrive(
    argument: _muster_admin_v1_StartRedriveRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_StartRedriveResponse__Output>,
  ): grpc.ClientUnaryCall;
  StartRedrive(
    argument: _muster_admin_v1_StartRedriveRequest,
    callback: grpc.requestCallback<_muster_admin_v1_StartRedriveResponse__Output>,
  ): grpc.ClientUnaryCall;
  /**
   * Retries a few, watches them to their end, then the others at a rate. One at a time in a namespace; goes on whichever
   * replica lives.
   */
  startRedrive(
    argument: _muster_admin_v1_StartRedriveRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_StartRedriveResponse__Output>,
  ): grpc.ClientUnaryCall;
  startRedrive(
    argument: _muster_admin_v1_StartRedriveRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_StartRedriveResponse__Output>,
  ): grpc.ClientUnaryCall;
  startRedrive(
    argument: _muster_admin_v1_StartRedriveRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_StartRedriveResponse__Output>,
  ): grpc.ClientUnaryCall;
  startRedrive(
    argument: _muster_admin_v1_StartRedriveRequest,
    callback: grpc.requestCallback<_muster_admin_v1_StartRedriveResponse__Output>,
  ): grpc.ClientUnaryCall;

  StopRedrive(
    argument: _muster_admin_v1_StopRedriveRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_StopRedriveResponse__Output>,
  ): grpc.ClientUnaryCall;
  StopRedrive(
    argument: _muster_admin_v1_StopRedriveRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_StopRedriveResponse__Output>,
  ): grpc.ClientUnaryCall;
  StopRedrive(
    argument: _muster_admin_v1_StopRedriveRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_StopRedriveResponse__Output>,
  ): grpc.ClientUnaryCall;
  StopRedrive(
    argument: _muster_admin_v1_StopRedriveRequest,
    callback: grpc.requestCallback<_muster_admin_v1_StopRedriveResponse__Output>,
  ): grpc.ClientUnaryCall;
  stopRedrive(
    argument: _muster_admin_v1_StopRedriveRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_StopRedriveResponse__Output>,
  ): grpc.ClientUnaryCall;
  stopRedrive(
    argument: _muster_admin_v1_StopRedriveRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_admin_v1_StopRedriveResponse__Output>,
  ): grpc.ClientUnaryCall;
  stopRedrive(
    argument: _muster_admin_v1_StopRedriveRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_admin_v1_StopRedriveResponse__Output>,
  ): grpc.ClientUnaryCall;
  stopRedrive(
    argument: _muster_admin_v1_StopRedriveRequest,
    callback: grpc.requestCallback<_muster_admin_v1_StopRedriveResponse__Output>,
  ): grpc.ClientUnaryCall;
}

export interface AdminServiceHandlers extends grpc.UntypedServiceImplementation {
  ClearQueueLimits: grpc.handleUnaryCall<
    _muster_admin_v1_ClearQueueLimitsRequest__Output,
    _muster_admin_v1_ClearQueueLimitsResponse
  >;

  /**
   * Looks for what is wrong with Postgres, Redis and the data; changes nothing. Takes up to 25 s.
   */
  Diagnose: grpc.handleUnaryCall<_muster_admin_v1_DiagnoseRequest__Output, _muster_admin_v1_DiagnoseResponse>;

  /**
   * One page: takes dead letters off the list for good. The jobs stay dead and keep their history.
   */
  DiscardDeadLetters: grpc.handleUnaryCall<
    _muster_admin_v1_DiscardDeadLettersRequest__Output,
    _muster_admin_v1_DiscardDeadLettersResponse
  >;

  /**
   * No more assignments; the worker finishes what it holds and leaves. Works from every replica.
   */
  DrainWorker: grpc.handleUnaryCall<
    _muster_admin_v1_DrainWorkerRequest__Output,
    _muster_admin_v1_DrainWorkerResponse
  >;

  GetRedrive: grpc.handleUnaryCall<
    _muster_admin_v1_GetRedriveRequest__Output,
    _muster_admin_v1_GetRedriveResponse
  >;

  GetWorker: grpc.handleUnaryCall<
    _muster_admin_v1_GetWorkerRequest__Output,
    _muster_admin_v1_GetWorkerResponse
  >;

  /**
   * Dead letters by what went wrong: errors that differ only in numbers, ids, hex and quoted parts are one group.
   */
  ListDeadLetterGroups: grpc.handleUnaryCall<
    _muster_admin_v1_ListDeadLetterGroupsRequest__Output,
    _muster_admin_v1_ListDeadLetterGroupsResponse
  >;

  ListDeadLetters: grpc.handleUnaryCall<
    _muster_admin_v1_ListDeadLettersRequest__Output,
    _muster_admin_v1_ListDeadLettersResponse
  >;

  ListQueues: grpc.handleUnaryCall<
    _muster_admin_v1_ListQueuesRequest__Output,
    _muster_admin_v1_ListQueuesResponse
  >;

  ListRedrives: grpc.handleUnaryCall<
    _muster_admin_v1_ListRedrivesRequest__Output,
    _muster_admin_v1_ListRedrivesResponse
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

  /**
   * One page: opens a new generation of dead jobs under their ids, parents first, and of the dependents that their end
   * had ended. Finished parents keep their results.
   */
  RetryDeadLetters: grpc.handleUnaryCall<
    _muster_admin_v1_RetryDeadLettersRequest__Output,
    _muster_admin_v1_RetryDeadLettersResponse
  >;

  /**
   * Replaces all limits of a queue, which need not exist yet. Holds for every start after the answer; what runs goes on
   * and counts.
   */
  SetQueueLimits: grpc.handleUnaryCall<
    _muster_admin_v1_SetQueueLimitsRequest__Output,
    _muster_admin_v1_SetQueueLimitsResponse
  >;

  /**
   * Retries a few, watches them to their end, then the others at a rate. One at a time in a namespace; goes on whichever
   * replica lives.
   */
  StartRedrive: grpc.handleUnaryCall<
    _muster_admin_v1_StartRedriveRequest__Output,
    _muster_admin_v1_StartRedriveResponse
  >;

  StopRedrive: grpc.handleUnaryCall<
    _muster_admin_v1_StopRedriveRequest__Output,
    _muster_admin_v1_StopRedriveResponse
  >;
}

export interface AdminServiceDefinition extends grpc.ServiceDefinition {
  ClearQueueLimits: MethodDefinition<
    _muster_admin_v1_ClearQueueLimitsRequest,
    _muster_admin_v1_ClearQueueLimitsResponse,
    _muster_admin_v1_ClearQueueLimitsRequest__Output,
    _muster_admin_v1_ClearQueueLimitsResponse__Output
  >;
  Diagnose: MethodDefinition<
    _muster_admin_v1_DiagnoseRequest,
    _muster_admin_v1_DiagnoseResponse,
    _muster_admin_v1_DiagnoseRequest__Output,
    _muster_admin_v1_DiagnoseResponse__Output
  >;
  DiscardDeadLetters: MethodDefinition<
    _muster_admin_v1_DiscardDeadLettersRequest,
    _muster_admin_v1_DiscardDeadLettersResponse,
    _muster_admin_v1_DiscardDeadLettersRequest__Output,
    _muster_admin_v1_DiscardDeadLettersResponse__Output
  >;
  DrainWorker: MethodDefinition<
    _muster_admin_v1_DrainWorkerRequest,
    _muster_admin_v1_DrainWorkerResponse,
    _muster_admin_v1_DrainWorkerRequest__Output,
    _muster_admin_v1_DrainWorkerResponse__Output
  >;
  GetRedrive: MethodDefinition<
    _muster_admin_v1_GetRedriveRequest,
    _muster_admin_v1_GetRedriveResponse,
    _muster_admin_v1_GetRedriveRequest__Output,
    _muster_admin_v1_GetRedriveResponse__Output
  >;
  GetWorker: MethodDefinition<
    _muster_admin_v1_GetWorkerRequest,
    _muster_admin_v1_GetWorkerResponse,
    _muster_admin_v1_GetWorkerRequest__Output,
    _muster_admin_v1_GetWorkerResponse__Output
  >;
  ListDeadLetterGroups: MethodDefinition<
    _muster_admin_v1_ListDeadLetterGroupsRequest,
    _muster_admin_v1_ListDeadLetterGroupsResponse,
    _muster_admin_v1_ListDeadLetterGroupsRequest__Output,
    _muster_admin_v1_ListDeadLetterGroupsResponse__Output
  >;
  ListDeadLetters: MethodDefinition<
    _muster_admin_v1_ListDeadLettersRequest,
    _muster_admin_v1_ListDeadLettersResponse,
    _muster_admin_v1_ListDeadLettersRequest__Output,
    _muster_admin_v1_ListDeadLettersResponse__Output
  >;
  ListQueues: MethodDefinition<
    _muster_admin_v1_ListQueuesRequest,
    _muster_admin_v1_ListQueuesResponse,
    _muster_admin_v1_ListQueuesRequest__Output,
    _muster_admin_v1_ListQueuesResponse__Output
  >;
  ListRedrives: MethodDefinition<
    _muster_admin_v1_ListRedrivesRequest,
    _muster_admin_v1_ListRedrivesResponse,
    _muster_admin_v1_ListRedrivesRequest__Output,
    _muster_admin_v1_ListRedrivesResponse__Output
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
  RetryDeadLetters: MethodDefinition<
    _muster_admin_v1_RetryDeadLettersRequest,
    _muster_admin_v1_RetryDeadLettersResponse,
    _muster_admin_v1_RetryDeadLettersRequest__Output,
    _muster_admin_v1_RetryDeadLettersResponse__Output
  >;
  SetQueueLimits: MethodDefinition<
    _muster_admin_v1_SetQueueLimitsRequest,
    _muster_admin_v1_SetQueueLimitsResponse,
    _muster_admin_v1_SetQueueLimitsRequest__Output,
    _muster_admin_v1_SetQueueLimitsResponse__Output
  >;
  StartRedrive: MethodDefinition<
    _muster_admin_v1_StartRedriveRequest,
    _muster_admin_v1_StartRedriveResponse,
    _muster_admin_v1_StartRedriveRequest__Output,
    _muster_admin_v1_StartRedriveResponse__Output
  >;
  StopRedrive: MethodDefinition<
    _muster_admin_v1_StopRedriveRequest,
    _muster_admin_v1_StopRedriveResponse,
    _muster_admin_v1_StopRedriveRequest__Output,
    _muster_admin_v1_StopRedriveResponse__Output
  >;
}
