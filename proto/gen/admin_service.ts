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
  DrainWorkerRequest as _muster_admin_v1_DrainWorkerRequest,
  DrainWorkerRequest__Output as _muster_admin_v1_DrainWorkerRequest__Output,
} from "./muster/admin/v1/DrainWorkerRequest.js";
import type {
  DrainWorkerResponse as _muster_admin_v1_DrainWorkerResponse,
  DrainWorkerResponse__Output as _muster_admin_v1_DrainWorkerResponse__Output,
} from "./muster/admin/v1/DrainWorkerResponse.js";
import type {
  GetWorkerRequest as _muster_admin_v1_GetWorkerRequest,
  GetWorkerRequest__Output as _muster_admin_v1_GetWorkerRequest__Output,
} from "./muster/admin/v1/GetWorkerRequest.js";
import type {
  GetWorkerResponse as _muster_admin_v1_GetWorkerResponse,
  GetWorkerResponse__Output as _muster_admin_v1_GetWorkerResponse__Output,
} from "./muster/admin/v1/GetWorkerResponse.js";
import type {
  ListQueuesRequest as _muster_admin_v1_ListQueuesRequest,
  ListQueuesRequest__Output as _muster_admin_v1_ListQueuesRequest__Output,
} from "./muster/admin/v1/ListQueuesRequest.js";
import type {
  ListQueuesResponse as _muster_admin_v1_ListQueuesResponse,
  ListQueuesResponse__Output as _muster_admin_v1_ListQueuesResponse__Output,
} from "./muster/admin/v1/ListQueuesResponse.js";
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
  QueueSubscription as _muster_admin_v1_QueueSubscription,
  QueueSubscription__Output as _muster_admin_v1_QueueSubscription__Output,
} from "./muster/admin/v1/QueueSubscription.js";
import type {
  ResumeQueueRequest as _muster_admin_v1_ResumeQueueRequest,
  ResumeQueueRequest__Output as _muster_admin_v1_ResumeQueueRequest__Output,
} from "./muster/admin/v1/ResumeQueueRequest.js";
import type {
  ResumeQueueResponse as _muster_admin_v1_ResumeQueueResponse,
  ResumeQueueResponse__Output as _muster_admin_v1_ResumeQueueResponse__Output,
} from "./muster/admin/v1/ResumeQueueResponse.js";
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
        DrainWorkerRequest: MessageTypeDefinition<
          _muster_admin_v1_DrainWorkerRequest,
          _muster_admin_v1_DrainWorkerRequest__Output
        >;
        DrainWorkerResponse: MessageTypeDefinition<
          _muster_admin_v1_DrainWorkerResponse,
          _muster_admin_v1_DrainWorkerResponse__Output
        >;
        GetWorkerRequest: MessageTypeDefinition<
          _muster_admin_v1_GetWorkerRequest,
          _muster_admin_v1_GetWorkerRequest__Output
        >;
        GetWorkerResponse: MessageTypeDefinition<
          _muster_admin_v1_GetWorkerResponse,
          _muster_admin_v1_GetWorkerResponse__Output
        >;
        ListQueuesRequest: MessageTypeDefinition<
          _muster_admin_v1_ListQueuesRequest,
          _muster_admin_v1_ListQueuesRequest__Output
        >;
        ListQueuesResponse: MessageTypeDefinition<
          _muster_admin_v1_ListQueuesResponse,
          _muster_admin_v1_ListQueuesResponse__Output
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
        QueueSubscription: MessageTypeDefinition<
          _muster_admin_v1_QueueSubscription,
          _muster_admin_v1_QueueSubscription__Output
        >;
        ResumeQueueRequest: MessageTypeDefinition<
          _muster_admin_v1_ResumeQueueRequest,
          _muster_admin_v1_ResumeQueueRequest__Output
        >;
        ResumeQueueResponse: MessageTypeDefinition<
          _muster_admin_v1_ResumeQueueResponse,
          _muster_admin_v1_ResumeQueueResponse__Output
        >;
        Worker: MessageTypeDefinition<_muster_admin_v1_Worker, _muster_admin_v1_Worker__Output>;
        WorkerState: EnumTypeDefinition;
      };
    };
  };
}
