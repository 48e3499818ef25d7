// Original file: proto/muster/schedules/v1/schedules_service.proto

export interface ListSchedulesRequest {
  namespace?: string;
  /**
   * 1..1000, 0 means 100
   */
  pageSize?: number;
  pageToken?: string;
}

export interface ListSchedulesRequest__Output {
  namespace?: string;
  /**
   * 1..1000, 0 means 100
   */
  pageSize?: number;
  pageToken?: string;
}
