// Original file: proto/muster/schedules/v1/schedules_service.proto

export interface PauseScheduleRequest {
  namespace?: string;
  name?: string;
}

export interface PauseScheduleRequest__Output {
  namespace?: string;
  name?: string;
}
