// Original file: proto/muster/schedules/v1/schedules_service.proto

export interface GetScheduleRequest {
  namespace?: string;
  name?: string;
  /**
   * 1..100, 0 means 5
   */
  upcoming?: number;
  /**
   * 1..100, 0 means 10
   */
  fires?: number;
}

export interface GetScheduleRequest__Output {
  namespace?: string;
  name?: string;
  /**
   * 1..100, 0 means 5
   */
  upcoming?: number;
  /**
   * 1..100, 0 means 10
   */
  fires?: number;
}
