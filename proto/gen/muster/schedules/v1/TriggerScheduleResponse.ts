// Original file: proto/muster/schedules/v1/schedules_service.proto

import type {
  Fire as _muster_schedules_v1_Fire,
  Fire__Output as _muster_schedules_v1_Fire__Output,
} from "../../../muster/schedules/v1/Fire.js";

export interface TriggerScheduleResponse {
  fire?: _muster_schedules_v1_Fire | null;
  existed?: boolean;
}

export interface TriggerScheduleResponse__Output {
  fire?: _muster_schedules_v1_Fire__Output;
  existed?: boolean;
}
