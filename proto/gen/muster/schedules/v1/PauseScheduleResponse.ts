// Original file: proto/muster/schedules/v1/schedules_service.proto

export interface PauseScheduleResponse {
  changed?: boolean;
}

export interface PauseScheduleResponse__Output {
  changed?: boolean;
}
