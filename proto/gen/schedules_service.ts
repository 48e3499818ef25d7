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
  Payload as _muster_common_v1_Payload,
  Payload__Output as _muster_common_v1_Payload__Output,
} from "./muster/common/v1/Payload.js";
import type {
  BackoffPolicy as _muster_jobs_v1_BackoffPolicy,
  BackoffPolicy__Output as _muster_jobs_v1_BackoffPolicy__Output,
} from "./muster/jobs/v1/BackoffPolicy.js";
import type {
  ErrorRule as _muster_jobs_v1_ErrorRule,
  ErrorRule__Output as _muster_jobs_v1_ErrorRule__Output,
} from "./muster/jobs/v1/ErrorRule.js";
import type {
  JobSpec as _muster_jobs_v1_JobSpec,
  JobSpec__Output as _muster_jobs_v1_JobSpec__Output,
} from "./muster/jobs/v1/JobSpec.js";
import type {
  CreateScheduleRequest as _muster_schedules_v1_CreateScheduleRequest,
  CreateScheduleRequest__Output as _muster_schedules_v1_CreateScheduleRequest__Output,
} from "./muster/schedules/v1/CreateScheduleRequest.js";
import type {
  CreateScheduleResponse as _muster_schedules_v1_CreateScheduleResponse,
  CreateScheduleResponse__Output as _muster_schedules_v1_CreateScheduleResponse__Output,
} from "./muster/schedules/v1/CreateScheduleResponse.js";
import type {
  DeleteScheduleRequest as _muster_schedules_v1_DeleteScheduleRequest,
  DeleteScheduleRequest__Output as _muster_schedules_v1_DeleteScheduleRequest__Output,
} from "./muster/schedules/v1/DeleteScheduleRequest.js";
import type {
  DeleteScheduleResponse as _muster_schedules_v1_DeleteScheduleResponse,
  DeleteScheduleResponse__Output as _muster_schedules_v1_DeleteScheduleResponse__Output,
} from "./muster/schedules/v1/DeleteScheduleResponse.js";
import type {
  Fire as _muster_schedules_v1_Fire,
  Fire__Output as _muster_schedules_v1_Fire__Output,
} from "./muster/schedules/v1/Fire.js";
import type {
  GetScheduleRequest as _muster_schedules_v1_GetScheduleRequest,
  GetScheduleRequest__Output as _muster_schedules_v1_GetScheduleRequest__Output,
} from "./muster/schedules/v1/GetScheduleRequest.js";
import type {
  GetScheduleResponse as _muster_schedules_v1_GetScheduleResponse,
  GetScheduleResponse__Output as _muster_schedules_v1_GetScheduleResponse__Output,
} from "./muster/schedules/v1/GetScheduleResponse.js";
import type {
  ListSchedulesRequest as _muster_schedules_v1_ListSchedulesRequest,
  ListSchedulesRequest__Output as _muster_schedules_v1_ListSchedulesRequest__Output,
} from "./muster/schedules/v1/ListSchedulesRequest.js";
import type {
  ListSchedulesResponse as _muster_schedules_v1_ListSchedulesResponse,
  ListSchedulesResponse__Output as _muster_schedules_v1_ListSchedulesResponse__Output,
} from "./muster/schedules/v1/ListSchedulesResponse.js";
import type {
  PauseScheduleRequest as _muster_schedules_v1_PauseScheduleRequest,
  PauseScheduleRequest__Output as _muster_schedules_v1_PauseScheduleRequest__Output,
} from "./muster/schedules/v1/PauseScheduleRequest.js";
import type {
  PauseScheduleResponse as _muster_schedules_v1_PauseScheduleResponse,
  PauseScheduleResponse__Output as _muster_schedules_v1_PauseScheduleResponse__Output,
} from "./muster/schedules/v1/PauseScheduleResponse.js";
import type {
  ResumeScheduleRequest as _muster_schedules_v1_ResumeScheduleRequest,
  ResumeScheduleRequest__Output as _muster_schedules_v1_ResumeScheduleRequest__Output,
} from "./muster/schedules/v1/ResumeScheduleRequest.js";
import type {
  ResumeScheduleResponse as _muster_schedules_v1_ResumeScheduleResponse,
  ResumeScheduleResponse__Output as _muster_schedules_v1_ResumeScheduleResponse__Output,
} from "./muster/schedules/v1/ResumeScheduleResponse.js";
import type {
  Schedule as _muster_schedules_v1_Schedule,
  Schedule__Output as _muster_schedules_v1_Schedule__Output,
} from "./muster/schedules/v1/Schedule.js";
import type {
  ScheduleSpec as _muster_schedules_v1_ScheduleSpec,
  ScheduleSpec__Output as _muster_schedules_v1_ScheduleSpec__Output,
} from "./muster/schedules/v1/ScheduleSpec.js";
import type {
  ScheduledGraph as _muster_schedules_v1_ScheduledGraph,
  ScheduledGraph__Output as _muster_schedules_v1_ScheduledGraph__Output,
} from "./muster/schedules/v1/ScheduledGraph.js";
import type {
  SchedulesServiceClient as _muster_schedules_v1_SchedulesServiceClient,
  SchedulesServiceDefinition as _muster_schedules_v1_SchedulesServiceDefinition,
} from "./muster/schedules/v1/SchedulesService.js";
import type {
  TriggerScheduleRequest as _muster_schedules_v1_TriggerScheduleRequest,
  TriggerScheduleRequest__Output as _muster_schedules_v1_TriggerScheduleRequest__Output,
} from "./muster/schedules/v1/TriggerScheduleRequest.js";
import type {
  TriggerScheduleResponse as _muster_schedules_v1_TriggerScheduleResponse,
  TriggerScheduleResponse__Output as _muster_schedules_v1_TriggerScheduleResponse__Output,
} from "./muster/schedules/v1/TriggerScheduleResponse.js";

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
    common: {
      v1: {
        JobState: EnumTypeDefinition;
        Payload: MessageTypeDefinition<_muster_common_v1_Payload, _muster_common_v1_Payload__Output>;
      };
    };
    jobs: {
      v1: {
        BackoffKind: EnumTypeDefinition;
        BackoffPolicy: MessageTypeDefinition<
          _muster_jobs_v1_BackoffPolicy,
          _muster_jobs_v1_BackoffPolicy__Output
        >;
        ErrorRule: MessageTypeDefinition<_muster_jobs_v1_ErrorRule, _muster_jobs_v1_ErrorRule__Output>;
        GraphOrder: EnumTypeDefinition;
        JobSpec: MessageTypeDefinition<_muster_jobs_v1_JobSpec, _muster_jobs_v1_JobSpec__Output>;
        OnParentFailure: EnumTypeDefinition;
      };
    };
    schedules: {
      v1: {
        CreateScheduleRequest: MessageTypeDefinition<
          _muster_schedules_v1_CreateScheduleRequest,
          _muster_schedules_v1_CreateScheduleRequest__Output
        >;
        CreateScheduleResponse: MessageTypeDefinition<
          _muster_schedules_v1_CreateScheduleResponse,
          _muster_schedules_v1_CreateScheduleResponse__Output
        >;
        DeleteScheduleRequest: MessageTypeDefinition<
          _muster_schedules_v1_DeleteScheduleRequest,
          _muster_schedules_v1_DeleteScheduleRequest__Output
        >;
        DeleteScheduleResponse: MessageTypeDefinition<
          _muster_schedules_v1_DeleteScheduleResponse,
          _muster_schedules_v1_DeleteScheduleResponse__Output
        >;
        Fire: MessageTypeDefinition<_muster_schedules_v1_Fire, _muster_schedules_v1_Fire__Output>;
        GetScheduleRequest: MessageTypeDefinition<
          _muster_schedules_v1_GetScheduleRequest,
          _muster_schedules_v1_GetScheduleRequest__Output
        >;
        GetScheduleResponse: MessageTypeDefinition<
          _muster_schedules_v1_GetScheduleResponse,
          _muster_schedules_v1_GetScheduleResponse__Output
        >;
        ListSchedulesRequest: MessageTypeDefinition<
          _muster_schedules_v1_ListSchedulesRequest,
          _muster_schedules_v1_ListSchedulesRequest__Output
        >;
        ListSchedulesResponse: MessageTypeDefinition<
          _muster_schedules_v1_ListSchedulesResponse,
          _muster_schedules_v1_ListSchedulesResponse__Output
        >;
        MissedRuns: EnumTypeDefinition;
        PauseScheduleRequest: MessageTypeDefinition<
          _muster_schedules_v1_PauseScheduleRequest,
          _muster_schedules_v1_PauseScheduleRequest__Output
        >;
        PauseScheduleResponse: MessageTypeDefinition<
          _muster_schedules_v1_PauseScheduleResponse,
          _muster_schedules_v1_PauseScheduleResponse__Output
        >;
        ResumeScheduleRequest: MessageTypeDefinition<
          _muster_schedules_v1_ResumeScheduleRequest,
          _muster_schedules_v1_ResumeScheduleRequest__Output
        >;
        ResumeScheduleResponse: MessageTypeDefinition<
          _muster_schedules_v1_ResumeScheduleResponse,
          _muster_schedules_v1_ResumeScheduleResponse__Output
        >;
        Schedule: MessageTypeDefinition<_muster_schedules_v1_Schedule, _muster_schedules_v1_Schedule__Output>;
        ScheduleSpec: MessageTypeDefinition<
          _muster_schedules_v1_ScheduleSpec,
          _muster_schedules_v1_ScheduleSpec__Output
        >;
        ScheduledGraph: MessageTypeDefinition<
          _muster_schedules_v1_ScheduledGraph,
          _muster_schedules_v1_ScheduledGraph__Output
        >;
        SchedulesService: SubtypeConstructor<
          typeof grpc.Client,
          _muster_schedules_v1_SchedulesServiceClient
        > & { service: _muster_schedules_v1_SchedulesServiceDefinition };
        TriggerScheduleRequest: MessageTypeDefinition<
          _muster_schedules_v1_TriggerScheduleRequest,
          _muster_schedules_v1_TriggerScheduleRequest__Output
        >;
        TriggerScheduleResponse: MessageTypeDefinition<
          _muster_schedules_v1_TriggerScheduleResponse,
          _muster_schedules_v1_TriggerScheduleResponse__Output
        >;
      };
    };
  };
}
