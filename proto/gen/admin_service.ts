import type * as grpc from "@grpc/grpc-js";
import type { EnumTypeDefinition, MessageTypeDefinition } from "@grpc/proto-loader";

import type {
  Duration as _google_protobuf_Duration,
  Duration__Output as _google_protobuf_Duration__Output,
} from "./google/protobuf/Duration.js";
import type {
  Timestamp as _google_protobuf_Timestamp,
  Timestamp__Output as _google_protobuf_Timestamp__Output,
} from "./google/protobuf/Timestamp.js";
import type {
  AdminServiceClient as _muster_admin_v1_AdminServiceClient,
  AdminServiceDefinition as _muster_admin_v1_AdminServiceDefinition,
} from "./muster/admin/v1/AdminService.js";
import type {
  ClearQueueLimitsRequest as _muster_admin_v1_ClearQueueLimitsRequest,
  ClearQueueLimitsRequest__Output as _muster_admin_v1_ClearQueueLimitsRequest__Output,
} from "./muster/admin/v1/ClearQueueLimitsRequest.js";
import type {
  ClearQueueLimitsResponse as _muster_admin_v1_ClearQueueLimitsResponse,
  ClearQueueLimitsResponse__Output as _muster_admin_v1_ClearQueueLimitsResponse__Output,
} from "./muster/admin/v1/ClearQueueLimitsResponse.js";
import type {
  DeadLetter as _muster_admin_v1_DeadLetter,
  DeadLetter__Output as _muster_admin_v1_DeadLetter__Output,
} from "./muster/admin/v1/DeadLetter.js";
import type {
  DeadLetterFilter as _muster_admin_v1_DeadLetterFilter,
  DeadLetterFilter__Output as _muster_admin_v1_DeadLetterFilter__Output,
} from "./muster/admin/v1/DeadLetterFilter.js";
import type {
  DeadLetterGroup as _muster_admin_v1_DeadLetterGroup,
  DeadLetterGroup__Output as _muster_admin_v1_DeadLetterGroup__Output,
} from "./muster/admin/v1/DeadLetterGroup.js";
import type {
  DiagnoseRequest as _muster_admin_v1_DiagnoseRequest,
  DiagnoseRequest__Output as _muster_admin_v1_DiagnoseRequest__Output,
} from "./muster/admin/v1/DiagnoseRequest.js";
import type {
  DiagnoseResponse as _muster_admin_v1_DiagnoseResponse,
  DiagnoseResponse__Output as _muster_admin_v1_DiagnoseResponse__Output,
} from "./muster/admin/v1/DiagnoseResponse.js";
import type {
  DiscardDeadLettersRequest as _muster_admin_v1_DiscardDeadLettersRequest,
  DiscardDeadLettersRequest__Output as _muster_admin_v1_DiscardDeadLettersRequest__Output,
} from "./muster/admin/v1/DiscardDeadLettersRequest.js";
import type {
  DiscardDeadLettersResponse as _muster_admin_v1_DiscardDeadLettersResponse,
  DiscardDeadLettersResponse__Output as _muster_admin_v1_DiscardDeadLettersResponse__Output,
} from "./muster/admin/v1/DiscardDeadLettersResponse.js";
import type {
  DrainWorkerRequest as _muster_admin_v1_DrainWorkerRequest,
  DrainWorkerRequest__Output as _muster_admin_v1_DrainWorkerRequest__Output,
} from "./muster/admin/v1/DrainWorkerRequest.js";
import type {
  DrainWorkerResponse as _muster_admin_v1_DrainWorkerResponse,
  DrainWorkerResponse__Output as _muster_admin_v1_DrainWorkerResponse__Output,
} from "./muster/admin/v1/DrainWorkerResponse.js";
import type {
  Finding as _muster_admin_v1_Finding,
  Finding__Output as _muster_admin_v1_Finding__Output,
} from "./muster/admin/v1/Finding.js";
import type {
  GetRedriveRequest as _muster_admin_v1_GetRedriveRequest,
  GetRedriveRequest__Output as _muster_admin_v1_GetRedriveRequest__Output,
} from "./muster/admin/v1/GetRedriveRequest.js";
import type {
  GetRedriveResponse as _muster_admin_v1_GetRedriveResponse,
  GetRedriveResponse__Output as _muster_admin_v1_GetRedriveResponse__Output,
} from "./muster/admin/v1/GetRedriveResponse.js";
import type {
  GetWorkerRequest as _muster_admin_v1_GetWorkerRequest,
  GetWorkerRequest__Output as _muster_admin_v1_GetWorkerRequest__Output,
} from "./muster/admin/v1/GetWorkerRequest.js";
import type {
  GetWorkerResponse as _muster_admin_v1_GetWorkerResponse,
  GetWorkerResponse__Output as _muster_admin_v1_GetWorkerResponse__Output,
} from "./muster/admin/v1/GetWorkerResponse.js";
import type {
  ListDeadLetterGroupsRequest as _muster_admin_v1_ListDeadLetterGroupsRequest,
  ListDeadLetterGroupsRequest__Output as _muster_admin_v1_ListDeadLetterGroupsRequest__Output,
} from "./muster/admin/v1/ListDeadLetterGroupsRequest.js";
import type {
  ListDeadLetterGroupsResponse as _muster_admin_v1_ListDeadLetterGroupsResponse,
  ListDeadLetterGroupsResponse__Output as _muster_admin_v1_ListDeadLetterGroupsResponse__Output,
} from "./muster/admin/v1/ListDeadLetterGroupsResponse.js";
import type {
  ListDeadLettersRequest as _muster_admin_v1_ListDeadLettersRequest,
  ListDeadLettersRequest__Output as _muster_admin_v1_ListDeadLettersRequest__Output,
} from "./muster/admin/v1/ListDeadLettersRequest.js";
import type {
  ListDeadLettersResponse as _muster_admin_v1_ListDeadLettersResponse,
  ListDeadLettersResponse__Output as _muster_admin_v1_ListDeadLettersResponse__Output,
} from "./muster/admin/v1/ListDeadLettersResponse.js";
import type {
  ListQueuesRequest as _muster_admin_v1_ListQueuesRequest,
  ListQueuesRequest__Output as _muster_admin_v1_ListQueuesRequest__Output,
} from "./muster/admin/v1/ListQueuesRequest.js";
import type {
  ListQueuesResponse as _muster_admin_v1_ListQueuesResponse,
  ListQueuesResponse__Output as _muster_admin_v1_ListQueuesResponse__Output,
} from "./muster/admin/v1/ListQueuesResponse.js";
import type {
  ListRedrivesRequest as _muster_admin_v1_ListRedrivesRequest,
  ListRedrivesRequest__Output as _muster_admin_v1_ListRedrivesRequest__Output,
} from "./muster/admin/v1/ListRedrivesRequest.js";
import type {
  ListRedrivesResponse as _muster_admin_v1_ListRedrivesResponse,
  ListRedrivesResponse__Output as _muster_admin_v1_ListRedrivesResponse__Output,
} from "./muster/admin/v1/ListRedrivesResponse.js";
import type {
  ListWorkersRequest as _muster_admin_v1_ListWorkersRequest,
  ListWorkersRequest__Output as _muster_admin_v1_ListWorkersRequest__Output,
} from "./muster/admin/v1/ListWorkersRequest.js";
import type {
  ListWorkersResponse as _muster_admin_v1_ListWorkersResponse,
  ListWorkersResponse__Output as _muster_admin_v1_ListWorkersResponse__Output,
} from "./muster/admin/v1/ListWorkersResponse.js";
import type {
  PauseQueueRequest as _muster_admin_v1_PauseQueueRequest,
  PauseQueueRequest__Output as _muster_admin_v1_PauseQueueRequest__Output,
} from "./muster/admin/v1/PauseQueueRequest.js";
import type {
  PauseQueueResponse as _muster_admin_v1_PauseQueueResponse,
  PauseQueueResponse__Output as _muster_admin_v1_PauseQueueResponse__Output,
} from "./muster/admin/v1/PauseQueueResponse.js";
import type {
  Queue as _muster_admin_v1_Queue,
  Queue__Output as _muster_admin_v1_Queue__Output,
} from "./muster/admin/v1/Queue.js";
import type {
  QueueLimits as _muster_admin_v1_QueueLimits,
  QueueLimits__Output as _muster_admin_v1_QueueLimits__Output,
} from "./muster/admin/v1/QueueLimits.js";
import type {
  QueueSubscription as _muster_admin_v1_QueueSubscription,
  QueueSubscription__Output as _muster_admin_v1_QueueSubscription__Output,
} from "./muster/admin/v1/QueueSubscription.js";
import type {
  RateLimit as _muster_admin_v1_RateLimit,
  RateLimit__Output as _muster_admin_v1_RateLimit__Output,
} from "./muster/admin/v1/RateLimit.js";
import type {
  Redrive as _muster_admin_v1_Redrive,
  Redrive__Output as _muster_admin_v1_Redrive__Output,
} from "./muster/admin/v1/Redrive.js";
import type {
  ResumeQueueRequest as _muster_admin_v1_ResumeQueueRequest,
  ResumeQueueRequest__Output as _muster_admin_v1_ResumeQueueRequest__Output,
} from "./muster/admin/v1/ResumeQueueRequest.js";
import type {
  ResumeQueueResponse as _muster_admin_v1_ResumeQueueResponse,
  ResumeQueueResponse__Output as _muster_admin_v1_ResumeQueueResponse__Output,
} from "./muster/admin/v1/ResumeQueueResponse.js";
import type {
  RetryDeadLettersRequest as _muster_admin_v1_RetryDeadLettersRequest,
  RetryDeadLettersRequest__Output as _muster_admin_v1_RetryDeadLettersRequest__Output,
} from "./muster/admin/v1/RetryDeadLettersRequest.js";
import type {
  RetryDeadLettersResponse as _muster_admin_v1_RetryDeadLettersResponse,
  RetryDeadLettersResponse__Output as _muster_admin_v1_RetryDeadLettersResponse__Output,
} from "./muster/admin/v1/RetryDeadLettersResponse.js";
import type {
  SetQueueLimitsRequest as _muster_admin_v1_SetQueueLimitsRequest,
  SetQueueLimitsRequest__Output as _muster_admin_v1_SetQueueLimitsRequest__Output,
} from "./muster/admin/v1/SetQueueLimitsRequest.js";
import type {
  SetQueueLimitsResponse as _muster_admin_v1_SetQueueLimitsResponse,
  SetQueueLimitsResponse__Output as _muster_admin_v1_SetQueueLimitsResponse__Output,
} from "./muster/admin/v1/SetQueueLimitsResponse.js";
import type {
  StartRedriveRequest as _muster_admin_v1_StartRedriveRequest,
  StartRedriveRequest__Output as _muster_admin_v1_StartRedriveRequest__Output,
} from "./muster/admin/v1/StartRedriveRequest.js";
import type {
  StartRedriveResponse as _muster_admin_v1_StartRedriveResponse,
  StartRedriveResponse__Output as _muster_admin_v1_StartRedriveResponse__Output,
} from "./muster/admin/v1/StartRedriveResponse.js";
import type {
  StopRedriveRequest as _muster_admin_v1_StopRedriveRequest,
  StopRedriveRequest__Output as _muster_admin_v1_StopRedriveRequest__Output,
} from "./muster/admin/v1/StopRedriveRequest.js";
import type {
  StopRedriveResponse as _muster_admin_v1_StopRedriveResponse,
  StopRedriveResponse__Output as _muster_admin_v1_StopRedriveResponse__Output,
} from "./muster/admin/v1/StopRedriveResponse.js";
import type {
  Worker as _muster_admin_v1_Worker,
  Worker__Output as _muster_admin_v1_Worker__Output,
} from "./muster/admin/v1/Worker.js";

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new (...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  google: {
    protobuf: {
      Duration: MessageTypeDefinition<_google_protobuf_Duration, _google_protobuf_Duration__Output>;
      Timestamp: MessageTypeDefinition<_google_protobuf_Timestamp, _google_protobuf_Timestamp__Output>;
    };
  };
  muster: {
    admin: {
      v1: {
        AdminService: SubtypeConstructor<typeof grpc.Client, _muster_admin_v1_AdminServiceClient> & {
          service: _muster_admin_v1_AdminServiceDefinition;
        };
        ClearQueueLimitsRequest: MessageTypeDefinition<
          _muster_admin_v1_ClearQueueLimitsRequest,
          _muster_admin_v1_ClearQueueLimitsRequest__Output
        >;
        ClearQueueLimitsResponse: MessageTypeDefinition<
          _muster_admin_v1_ClearQueueLimitsResponse,
          _muster_admin_v1_ClearQueueLimitsResponse__Output
        >;
        DeadLetter: MessageTypeDefinition<_muster_admin_v1_DeadLetter, _muster_admin_v1_DeadLetter__Output>;
        DeadLetterFilter: MessageTypeDefinition<
          _muster_admin_v1_DeadLetterFilter,
          _muster_admin_v1_DeadLetterFilter__Output
        >;
        DeadLetterGroup: MessageTypeDefinition<
          _muster_admin_v1_DeadLetterGroup,
          _muster_admin_v1_DeadLetterGroup__Output
        >;
        DiagnoseRequest: MessageTypeDefinition<
          _muster_admin_v1_DiagnoseRequest,
          _muster_admin_v1_DiagnoseRequest__Output
        >;
        DiagnoseResponse: MessageTypeDefinition<
          _muster_admin_v1_DiagnoseResponse,
          _muster_admin_v1_DiagnoseResponse__Output
        >;
        DiscardDeadLettersRequest: MessageTypeDefinition<
          _muster_admin_v1_DiscardDeadLettersRequest,
          _muster_admin_v1_DiscardDeadLettersRequest__Output
        >;
        DiscardDeadLettersResponse: MessageTypeDefinition<
          _muster_admin_v1_DiscardDeadLettersResponse,
          _muster_admin_v1_DiscardDeadLettersResponse__Output
        >;
        DrainWorkerRequest: MessageTypeDefinition<
          _muster_admin_v1_DrainWorkerRequest,
          _muster_admin_v1_DrainWorkerRequest__Output
        >;
        DrainWorkerResponse: MessageTypeDefinition<
          _muster_admin_v1_DrainWorkerResponse,
          _muster_admin_v1_DrainWorkerResponse__Output
        >;
        Finding: MessageTypeDefinition<_muster_admin_v1_Finding, _muster_admin_v1_Finding__Output>;
        GetRedriveRequest: MessageTypeDefinition<
          _muster_admin_v1_GetRedriveRequest,
          _muster_admin_v1_GetRedriveRequest__Output
        >;
        GetRedriveResponse: MessageTypeDefinition<
          _muster_admin_v1_GetRedriveResponse,
          _muster_admin_v1_GetRedriveResponse__Output
        >;
        GetWorkerRequest: MessageTypeDefinition<
          _muster_admin_v1_GetWorkerRequest,
          _muster_admin_v1_GetWorkerRequest__Output
        >;
        GetWorkerResponse: MessageTypeDefinition<
          _muster_admin_v1_GetWorkerResponse,
          _muster_admin_v1_GetWorkerResponse__Output
        >;
        ListDeadLetterGroupsRequest: MessageTypeDefinition<
          _muster_admin_v1_ListDeadLetterGroupsRequest,
          _muster_admin_v1_ListDeadLetterGroupsRequest__Output
        >;
        ListDeadLetterGroupsResponse: MessageTypeDefinition<
          _muster_admin_v1_ListDeadLetterGroupsResponse,
          _muster_admin_v1_ListDeadLetterGroupsResponse__Output
        >;
        ListDeadLettersRequest: MessageTypeDefinition<
          _muster_admin_v1_ListDeadLettersRequest,
          _muster_admin_v1_ListDeadLettersRequest__Output
        >;
        ListDeadLettersResponse: MessageTypeDefinition<
          _muster_admin_v1_ListDeadLettersResponse,
          _muster_admin_v1_ListDeadLettersResponse__Output
        >;
        ListQueuesRequest: MessageTypeDefinition<
          _muster_admin_v1_ListQueuesRequest,
          _muster_admin_v1_ListQueuesRequest__Output
        >;
        ListQueuesResponse: MessageTypeDefinition<
          _muster_admin_v1_ListQueuesResponse,
          _muster_admin_v1_ListQueuesResponse__Output
        >;
        ListRedrivesRequest: MessageTypeDefinition<
          _muster_admin_v1_ListRedrivesRequest,
          _muster_admin_v1_ListRedrivesRequest__Output
        >;
        ListRedrivesResponse: MessageTypeDefinition<
          _muster_admin_v1_ListRedrivesResponse,
          _muster_admin_v1_ListRedrivesResponse__Output
        >;
        ListWorkersRequest: MessageTypeDefinition<
          _muster_admin_v1_ListWorkersRequest,
          _muster_admin_v1_ListWorkersRequest__Output
        >;
        ListWorkersResponse: MessageTypeDefinition<
          _muster_admin_v1_ListWorkersResponse,
          _muster_admin_v1_ListWorkersResponse__Output
        >;
        PauseQueueRequest: MessageTypeDefinition<
          _muster_admin_v1_PauseQueueRequest,
          _muster_admin_v1_PauseQueueRequest__Output
        >;
        PauseQueueResponse: MessageTypeDefinition<
          _muster_admin_v1_PauseQueueResponse,
          _muster_admin_v1_PauseQueueResponse__Output
        >;
        Queue: MessageTypeDefinition<_muster_admin_v1_Queue, _muster_admin_v1_Queue__Output>;
        QueueLimits: MessageTypeDefinition<
          _muster_admin_v1_QueueLimits,
          _muster_admin_v1_QueueLimits__Output
        >;
        QueueSubscription: MessageTypeDefinition<
          _muster_admin_v1_QueueSubscription,
          _muster_admin_v1_QueueSubscription__Output
        >;
        RateLimit: MessageTypeDefinition<_muster_admin_v1_RateLimit, _muster_admin_v1_RateLimit__Output>;
        Redrive: MessageTypeDefinition<_muster_admin_v1_Redrive, _muster_admin_v1_Redrive__Output>;
        RedriveState: EnumTypeDefinition;
        ResumeQueueRequest: MessageTypeDefinition<
          _muster_admin_v1_ResumeQueueRequest,
          _muster_admin_v1_ResumeQueueRequest__Output
        >;
        ResumeQueueResponse: MessageTypeDefinition<
          _muster_admin_v1_ResumeQueueResponse,
          _muster_admin_v1_ResumeQueueResponse__Output
        >;
        RetryDeadLettersRequest: MessageTypeDefinition<
          _muster_admin_v1_RetryDeadLettersRequest,
          _muster_admin_v1_RetryDeadLettersRequest__Output
        >;
        RetryDeadLettersResponse: MessageTypeDefinition<
          _muster_admin_v1_RetryDeadLettersResponse,
          _muster_admin_v1_RetryDeadLettersResponse__Output
        >;
        SetQueueLimitsRequest: MessageTypeDefinition<
          _muster_admin_v1_SetQueueLimitsRequest,
          _muster_admin_v1_SetQueueLimitsRequest__Output
        >;
        SetQueueLimitsResponse: MessageTypeDefinition<
          _muster_admin_v1_SetQueueLimitsResponse,
          _muster_admin_v1_SetQueueLimitsResponse__Output
        >;
        Severity: EnumTypeDefinition;
        StartRedriveRequest: MessageTypeDefinition<
          _muster_admin_v1_StartRedriveRequest,
          _muster_admin_v1_StartRedriveRequest__Output
        >;
        StartRedriveResponse: MessageTypeDefinition<
          _muster_admin_v1_StartRedriveResponse,
          _muster_admin_v1_StartRedriveResponse__Output
        >;
        StopRedriveRequest: MessageTypeDefinition<
          _muster_admin_v1_StopRedriveRequest,
          _muster_admin_v1_StopRedriveRequest__Output
        >;
        StopRedriveResponse: MessageTypeDefinition<
          _muster_admin_v1_StopRedriveResponse,
          _muster_admin_v1_StopRedriveResponse__Output
        >;
        Worker: MessageTypeDefinition<_muster_admin_v1_Worker, _muster_admin_v1_Worker__Output>;
        WorkerState: EnumTypeDefinition;
      };
    };
  };
}
