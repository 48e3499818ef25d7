// Original file: proto/muster/schedules/v1/schedules_service.proto

import type {
  Schedule as _muster_schedules_v1_Schedule,
  Schedule__Output as _muster_schedules_v1_Schedule__Output,
} from "../../../muster/schedules/v1/Schedule.js";

export interface GetScheduleResponse {
  schedule?: _muster_schedules_v1_Schedule | null;
}

export interface GetScheduleResponse__Output {
  schedule?: _muster_schedules_v1_Schedule__Output;
}
