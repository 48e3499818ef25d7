// Original file: proto/muster/schedules/v1/schedules_service.proto

export interface DeleteScheduleRequest {
  namespace?: string;
  name?: string;
}

export interface DeleteScheduleRequest__Output {
  namespace?: string;
  name?: string;
}
