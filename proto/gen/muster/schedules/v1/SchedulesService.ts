// Original file: proto/muster/schedules/v1/schedules_service.proto

import type * as grpc from "@grpc/grpc-js";
import type { MethodDefinition } from "@grpc/proto-loader";
import type {
  CreateScheduleRequest as _muster_schedules_v1_CreateScheduleRequest,
  CreateScheduleRequest__Output as _muster_schedules_v1_CreateScheduleRequest__Output,
} from "../../../muster/schedules/v1/CreateScheduleRequest.js";
import type {
  CreateScheduleResponse as _muster_schedules_v1_CreateScheduleResponse,
  CreateScheduleResponse__Output as _muster_schedules_v1_CreateScheduleResponse__Output,
} from "../../../muster/schedules/v1/CreateScheduleResponse.js";
import type {
  DeleteScheduleRequest as _muster_schedules_v1_DeleteScheduleRequest,
  DeleteScheduleRequest__Output as _muster_schedules_v1_DeleteScheduleRequest__Output,
} from "../../../muster/schedules/v1/DeleteScheduleRequest.js";
import type {
  DeleteScheduleResponse as _muster_schedules_v1_DeleteScheduleResponse,
  DeleteScheduleResponse__Output as _muster_schedules_v1_DeleteScheduleResponse__Output,
} from "../../../muster/schedules/v1/DeleteScheduleResponse.js";
import type {
  GetScheduleRequest as _muster_schedules_v1_GetScheduleRequest,
  GetScheduleRequest__Output as _muster_schedules_v1_GetScheduleRequest__Output,
} from "../../../muster/schedules/v1/GetScheduleRequest.js";
import type {
  GetScheduleResponse as _muster_schedules_v1_GetScheduleResponse,
  GetScheduleResponse__Output as _muster_schedules_v1_GetScheduleResponse__Output,
} from "../../../muster/schedules/v1/GetScheduleResponse.js";
import type {
  ListSchedulesRequest as _muster_schedules_v1_ListSchedulesRequest,
  ListSchedulesRequest__Output as _muster_schedules_v1_ListSchedulesRequest__Output,
} from "../../../muster/schedules/v1/ListSchedulesRequest.js";
import type {
  ListSchedulesResponse as _muster_schedules_v1_ListSchedulesResponse,
  ListSchedulesResponse__Output as _muster_schedules_v1_ListSchedulesResponse__Output,
} from "../../../muster/schedules/v1/ListSchedulesResponse.js";
import type {
  PauseScheduleRequest as _muster_schedules_v1_PauseScheduleRequest,
  PauseScheduleRequest__Output as _muster_schedules_v1_PauseScheduleRequest__Output,
} from "../../../muster/schedules/v1/PauseScheduleRequest.js";
import type {
  PauseScheduleResponse as _muster_schedules_v1_PauseScheduleResponse,
  PauseScheduleResponse__Output as _muster_schedules_v1_PauseScheduleResponse__Output,
} from "../../../muster/schedules/v1/PauseScheduleResponse.js";
import type {
  ResumeScheduleRequest as _muster_schedules_v1_ResumeScheduleRequest,
  ResumeScheduleRequest__Output as _muster_schedules_v1_ResumeScheduleRequest__Output,
} from "../../../muster/schedules/v1/ResumeScheduleRequest.js";
import type {
  ResumeScheduleResponse as _muster_schedules_v1_ResumeScheduleResponse,
  ResumeScheduleResponse__Output as _muster_schedules_v1_ResumeScheduleResponse__Output,
} from "../../../muster/schedules/v1/ResumeScheduleResponse.js";
import type {
  TriggerScheduleRequest as _muster_schedules_v1_TriggerScheduleRequest,
  TriggerScheduleRequest__Output as _muster_schedules_v1_TriggerScheduleRequest__Output,
} from "../../../muster/schedules/v1/TriggerScheduleRequest.js";
import type {
  TriggerScheduleResponse as _muster_schedules_v1_TriggerScheduleResponse,
  TriggerScheduleResponse__Output as _muster_schedules_v1_TriggerScheduleResponse__Output,
} from "../../../muster/schedules/v1/TriggerScheduleResponse.js";

export interface SchedulesServiceClient extends grpc.Client {
  /**
   * The same name and the same spec again: answers with the schedule that is there. Another spec: SCHEDULE_CONFLICT.
   */
  CreateSchedule(
    argument: _muster_schedules_v1_CreateScheduleRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_schedules_v1_CreateScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  CreateSchedule(
    argument: _muster_schedules_v1_CreateScheduleRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_schedules_v1_CreateScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  CreateSchedule(
    argument: _muster_schedules_v1_CreateScheduleRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_schedules_v1_CreateScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  CreateSchedule(
    argument: _muster_schedules_v1_CreateScheduleRequest,
    callback: grpc.requestCallback<_muster_schedules_v1_CreateScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  /**
   * The same name and the same spec again: answers with the schedule that is there. Another spec: SCHEDULE_CONFLICT.
   */
  createSchedule(
    argument: _muster_schedules_v1_CreateScheduleRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_schedules_v1_CreateScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  createSchedule(
    argument: _muster_schedules_v1_CreateScheduleRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_schedules_v1_CreateScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  createSchedule(
    argument: _muster_schedules_v1_CreateScheduleRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_schedules_v1_CreateScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  createSchedule(
    argument: _muster_schedules_v1_CreateScheduleRequest,
    callback: grpc.requestCallback<_muster_schedules_v1_CreateScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;

  /**
   * Jobs that it submitted stay.
   */
  DeleteSchedule(
    argument: _muster_schedules_v1_DeleteScheduleRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_schedules_v1_DeleteScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  DeleteSchedule(
    argument: _muster_schedules_v1_DeleteScheduleRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_schedules_v1_DeleteScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  DeleteSchedule(
    argument: _muster_schedules_v1_DeleteScheduleRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_schedules_v1_DeleteScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  DeleteSchedule(
    argument: _muster_schedules_v1_DeleteScheduleRequest,
    callback: grpc.requestCallback<_muster_schedules_v1_DeleteScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  /**
   * Jobs that it submitted stay.
   */
  deleteSchedule(
    argument: _muster_schedules_v1_DeleteScheduleRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_schedules_v1_DeleteScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  deleteSchedule(
    argument: _muster_schedules_v1_DeleteScheduleRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_schedules_v1_DeleteScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  deleteSchedule(
    argument: _muster_schedules_v1_DeleteScheduleRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_schedules_v1_DeleteScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  deleteSchedule(
    argument: _muster_schedules_v1_DeleteScheduleRequest,
    callback: grpc.requestCallback<_muster_schedules_v1_DeleteScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;

  GetSchedule(
    argument: _muster_schedules_v1_GetScheduleRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_schedules_v1_GetScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  GetSchedule(
    argument: _muster_schedules_v1_GetScheduleRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_schedules_v1_GetScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  GetSchedule(
    argument: _muster_schedules_v1_GetScheduleRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_schedules_v1_GetScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  GetSchedule(
    argument: _muster_schedules_v1_GetScheduleRequest,
    callback: grpc.requestCallback<_muster_schedules_v1_GetScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  getSchedule(
    argument: _muster_schedules_v1_GetScheduleRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_schedules_v1_GetScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  getSchedule(
    argument: _muster_schedules_v1_GetScheduleRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_schedules_v1_GetScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  getSchedule(
    argument: _muster_schedules_v1_GetScheduleRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_schedules_v1_GetScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  getSchedule(
    argument: _muster_schedules_v1_GetScheduleRequest,
    callback: grpc.requestCallback<_muster_schedules_v1_GetScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;

  ListSchedules(
    argument: _muster_schedules_v1_ListSchedulesRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_schedules_v1_ListSchedulesResponse__Output>,
  ): grpc.ClientUnaryCall;
  ListSchedules(
    argument: _muster_schedules_v1_ListSchedulesRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_schedules_v1_ListSchedulesResponse__Output>,
  ): grpc.ClientUnaryCall;
  ListSchedules(
    argument: _muster_schedules_v1_ListSchedulesRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_schedules_v1_ListSchedulesResponse__Output>,
  ): grpc.ClientUnaryCall;
  ListSchedules(
    argument: _muster_schedules_v1_ListSchedulesRequest,
    callback: grpc.requestCallback<_muster_schedules_v1_ListSchedulesResponse__Output>,
  ): grpc.ClientUnaryCall;
  listSchedules(
    argument: _muster_schedules_v1_ListSchedulesRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_schedules_v1_ListSchedulesResponse__Output>,
  ): grpc.ClientUnaryCall;
  listSchedules(
    argument: _muster_schedules_v1_ListSchedulesRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_schedules_v1_ListSchedulesResponse__Output>,
  ): grpc.ClientUnaryCall;
  listSchedules(
    argument: _muster_schedules_v1_ListSchedulesRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_schedules_v1_ListSchedulesResponse__Output>,
  ): grpc.ClientUnaryCall;
  listSchedules(
    argument: _muster_schedules_v1_ListSchedulesRequest,
    callback: grpc.requestCallback<_muster_schedules_v1_ListSchedulesResponse__Output>,
  ): grpc.ClientUnaryCall;

  /**
   * A paused schedule fires nothing; what falls into the pause is not made up for.
   */
  PauseSchedule(
    argument: _muster_schedules_v1_PauseScheduleRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_schedules_v1_PauseScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  PauseSchedule(
    argument: _muster_schedules_v1_PauseScheduleRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_schedules_v1_PauseScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  PauseSchedule(
    argument: _muster_schedules_v1_PauseScheduleRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_schedules_v1_PauseScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  PauseSchedule(
    argument: _muster_schedules_v1_PauseScheduleRequest,
    callback: grpc.requestCallback<_muster_schedules_v1_PauseScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  /**
   * A paused schedule fires nothing; what falls into the pause is not made up for.
   */
  pauseSchedule(
    argument: _muster_schedules_v1_PauseScheduleRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_schedules_v1_PauseScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  pauseSchedule(
    argument: _muster_schedules_v1_PauseScheduleRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_schedules_v1_PauseScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  pauseSchedule(
    argument: _muster_schedules_v1_PauseScheduleRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_schedules_v1_PauseScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  pauseSchedule(
    argument: _muster_schedules_v1_PauseScheduleRequest,
    callback: grpc.requestCallback<_muster_schedules_v1_PauseScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;

  ResumeSchedule(
    argument: _muster_schedules_v1_ResumeScheduleRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_schedules_v1_ResumeScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  ResumeSchedule(
    argument: _muster_schedules_v1_ResumeScheduleRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_schedules_v1_ResumeScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  ResumeSchedule(
    argument: _muster_schedules_v1_ResumeScheduleRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_schedules_v1_ResumeScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  ResumeSchedule(
    argument: _muster_schedules_v1_ResumeScheduleRequest,
    callback: grpc.requestCallback<_muster_schedules_v1_ResumeScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  resumeSchedule(
    argument: _muster_schedules_v1_ResumeScheduleRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_schedules_v1_ResumeScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  resumeSchedule(
    argument: _muster_schedules_v1_ResumeScheduleRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_schedules_v1_ResumeScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  resumeSchedule(
    argument: _muster_schedules_v1_ResumeScheduleRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_schedules_v1_ResumeScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  resumeSchedule(
    argument: _muster_schedules_v1_ResumeScheduleRequest,
    callback: grpc.requestCallback<_muster_schedules_v1_ResumeScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;

  /**
   * Submits its work now, whether it is paused or its last run still open, beside its regular times.
   */
  TriggerSchedule(
    argument: _muster_schedules_v1_TriggerScheduleRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_schedules_v1_TriggerScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  TriggerSchedule(
    argument: _muster_schedules_v1_TriggerScheduleRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_schedules_v1_TriggerScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  TriggerSchedule(
    argument: _muster_schedules_v1_TriggerScheduleRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_schedules_v1_TriggerScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  TriggerSchedule(
    argument: _muster_schedules_v1_TriggerScheduleRequest,
    callback: grpc.requestCallback<_muster_schedules_v1_TriggerScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  /**
   * Submits its work now, whether it is paused or its last run still open, beside its regular times.
   */
  triggerSchedule(
    argument: _muster_schedules_v1_TriggerScheduleRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_schedules_v1_TriggerScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  triggerSchedule(
    argument: _muster_schedules_v1_TriggerScheduleRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_muster_schedules_v1_TriggerScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  triggerSchedule(
    argument: _muster_schedules_v1_TriggerScheduleRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_muster_schedules_v1_TriggerScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
  triggerSchedule(
    argument: _muster_schedules_v1_TriggerScheduleRequest,
    callback: grpc.requestCallback<_muster_schedules_v1_TriggerScheduleResponse__Output>,
  ): grpc.ClientUnaryCall;
}

export interface SchedulesServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * The same name and the same spec again: answers with the schedule that is there. Another spec: SCHEDULE_CONFLICT.
   */
  CreateSchedule: grpc.handleUnaryCall<
    _muster_schedules_v1_CreateScheduleRequest__Output,
    _muster_schedules_v1_CreateScheduleResponse
  >;

  /**
   * Jobs that it submitted stay.
   */
  DeleteSchedule: grpc.handleUnaryCall<
    _muster_schedules_v1_DeleteScheduleRequest__Output,
    _muster_schedules_v1_DeleteScheduleResponse
  >;

  GetSchedule: grpc.handleUnaryCall<
    _muster_schedules_v1_GetScheduleRequest__Output,
    _muster_schedules_v1_GetScheduleResponse
  >;

  ListSchedules: grpc.handleUnaryCall<
    _muster_schedules_v1_ListSchedulesRequest__Output,
    _muster_schedules_v1_ListSchedulesResponse
  >;

  /**
   * A paused schedule fires nothing; what falls into the pause is not made up for.
   */
  PauseSchedule: grpc.handleUnaryCall<
    _muster_schedules_v1_PauseScheduleRequest__Output,
    _muster_schedules_v1_PauseScheduleResponse
  >;

  ResumeSchedule: grpc.handleUnaryCall<
    _muster_schedules_v1_ResumeScheduleRequest__Output,
    _muster_schedules_v1_ResumeScheduleResponse
  >;

  /**
   * Submits its work now, whether it is paused or its last run still open, beside its regular times.
   */
  TriggerSchedule: grpc.handleUnaryCall<
    _muster_schedules_v1_TriggerScheduleRequest__Output,
    _muster_schedules_v1_TriggerScheduleResponse
  >;
}

export interface SchedulesServiceDefinition extends grpc.ServiceDefinition {
  CreateSchedule: MethodDefinition<
    _muster_schedules_v1_CreateScheduleRequest,
    _muster_schedules_v1_CreateScheduleResponse,
    _muster_schedules_v1_CreateScheduleRequest__Output,
    _muster_schedules_v1_CreateScheduleResponse__Output
  >;
  DeleteSchedule: MethodDefinition<
    _muster_schedules_v1_DeleteScheduleRequest,
    _muster_schedules_v1_DeleteScheduleResponse,
    _muster_schedules_v1_DeleteScheduleRequest__Output,
    _muster_schedules_v1_DeleteScheduleResponse__Output
  >;
  GetSchedule: MethodDefinition<
    _muster_schedules_v1_GetScheduleRequest,
    _muster_schedules_v1_GetScheduleResponse,
    _muster_schedules_v1_GetScheduleRequest__Output,
    _muster_schedules_v1_GetScheduleResponse__Output
  >;
  ListSchedules: MethodDefinition<
    _muster_schedules_v1_ListSchedulesRequest,
    _muster_schedules_v1_ListSchedulesResponse,
    _muster_schedules_v1_ListSchedulesRequest__Output,
    _muster_schedules_v1_ListSchedulesResponse__Output
  >;
  PauseSchedule: MethodDefinition<
    _muster_schedules_v1_PauseScheduleRequest,
    _muster_schedules_v1_PauseScheduleResponse,
    _muster_schedules_v1_PauseScheduleRequest__Output,
    _muster_schedules_v1_PauseScheduleResponse__Output
  >;
  ResumeSchedule: MethodDefinition<
    _muster_schedules_v1_ResumeScheduleRequest,
    _muster_schedules_v1_ResumeScheduleResponse,
    _muster_schedules_v1_ResumeScheduleRequest__Output,
    _muster_schedules_v1_ResumeScheduleResponse__Output
  >;
  TriggerSchedule: MethodDefinition<
    _muster_schedules_v1_TriggerScheduleRequest,
    _muster_schedules_v1_TriggerScheduleResponse,
    _muster_schedules_v1_TriggerScheduleRequest__Output,
    _muster_schedules_v1_TriggerScheduleResponse__Output
  >;
}
