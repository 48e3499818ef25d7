// Original file: proto/muster/schedules/v1/schedules_service.proto

import type {
  Schedule as _muster_schedules_v1_Schedule,
  Schedule__Output as _muster_schedules_v1_Schedule__Output,
} from "../../../muster/schedules/v1/Schedule.js";

export interface CreateScheduleResponse {
  schedule?: _muster_schedules_v1_Schedule | null;
  existed?: boolean;
}

export interface CreateScheduleResponse__Output {
  schedule?: _muster_schedules_v1_Schedule__Output;
  existed?: boolean;
}
