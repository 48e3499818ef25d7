// Original file: proto/muster/schedules/v1/schedules_service.proto

import type {
  ScheduleSpec as _muster_schedules_v1_ScheduleSpec,
  ScheduleSpec__Output as _muster_schedules_v1_ScheduleSpec__Output,
} from "../../../muster/schedules/v1/ScheduleSpec.js";

export interface CreateScheduleRequest {
  namespace?: string;
  name?: string;
  spec?: _muster_schedules_v1_ScheduleSpec | null;
  /**
   * made, and fires nothing until it is resumed
   */
  paused?: boolean;
  /**
   * checks everything and answers with the upcoming times; nothing is written
   */
  dryRun?: boolean;
  /**
   * how many of the next fire times to answer with, 1..100; 0 means 5
   */
  upcoming?: number;
}

export interface CreateScheduleRequest__Output {
  namespace?: string;
  name?: string;
  spec?: _muster_schedules_v1_ScheduleSpec__Output;
  /**
   * made, and fires nothing until it is resumed
   */
  paused?: boolean;
  /**
   * checks everything and answers with the upcoming times; nothing is written
   */
  dryRun?: boolean;
  /**
   * how many of the next fire times to answer with, 1..100; 0 means 5
   */
  upcoming?: number;
}
