// Original file: proto/muster/schedules/v1/schedules_service.proto

import type {
  Schedule as _muster_schedules_v1_Schedule,
  Schedule__Output as _muster_schedules_v1_Schedule__Output,
} from "../../../muster/schedules/v1/Schedule.js";

export interface ListSchedulesResponse {
  /**
   * by name, without the payloads of their work
   */
  schedules?: _muster_schedules_v1_Schedule[];
  /**
   * empty: that was the last page
   */
  nextPageToken?: string;
}

export interface ListSchedulesResponse__Output {
  /**
   * by name, without the payloads of their work
   */
  schedules?: _muster_schedules_v1_Schedule__Output[];
  /**
   * empty: that was the last page
   */
  nextPageToken?: string;
}
