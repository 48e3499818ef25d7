// Original file: proto/muster/schedules/v1/schedules_service.proto

export interface ResumeScheduleRequest {
  namespace?: string;
  name?: string;
}

export interface ResumeScheduleRequest__Output {
  namespace?: string;
  name?: string;
}
