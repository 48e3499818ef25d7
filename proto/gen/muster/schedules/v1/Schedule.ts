// Original file: proto/muster/schedules/v1/schedules_service.proto

import type {
  ScheduleSpec as _muster_schedules_v1_ScheduleSpec,
  ScheduleSpec__Output as _muster_schedules_v1_ScheduleSpec__Output,
} from "../../../muster/schedules/v1/ScheduleSpec.js";
import type {
  Timestamp as _google_protobuf_Timestamp,
  Timestamp__Output as _google_protobuf_Timestamp__Output,
} from "../../../google/protobuf/Timestamp.js";
import type {
  Fire as _muster_schedules_v1_Fire,
  Fire__Output as _muster_schedules_v1_Fire__Output,
} from "../../../muster/schedules/v1/Fire.js";

export interface Schedule {
  namespace?: string;
  name?: string;
  spec?: _muster_schedules_v1_ScheduleSpec | null;
  paused?: boolean;
  createdAt?: _google_protobuf_Timestamp | null;
  /**
   * absent while paused, or when no time is left
   */
  nextFireAt?: _google_protobuf_Timestamp | null;
  /**
   * the next fire times
   */
  upcoming?: _google_protobuf_Timestamp[];
  /**
   * the latest ones, newest first; only from GetSchedule
   */
  fires?: _muster_schedules_v1_Fire[];
}

export interface Schedule__Output {
  namespace?: string;
  name?: string;
  spec?: _muster_schedules_v1_ScheduleSpec__Output;
  paused?: boolean;
  createdAt?: _google_protobuf_Timestamp__Output;
  /**
   * absent while paused, or when no time is left
   */
  nextFireAt?: _google_protobuf_Timestamp__Output;
  /**
   * the next fire times
   */
  upcoming?: _google_protobuf_Timestamp__Output[];
  /**
   * the latest ones, newest first; only from GetSchedule
   */
  fires?: _muster_schedules_v1_Fire__Output[];
}
