// Original file: proto/muster/schedules/v1/schedules_service.proto

export interface DeleteScheduleResponse {}

export interface DeleteScheduleResponse__Output {}
