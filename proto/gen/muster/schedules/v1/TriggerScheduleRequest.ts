// Original file: proto/muster/schedules/v1/schedules_service.proto

import type {
  Timestamp as _google_protobuf_Timestamp,
  Timestamp__Output as _google_protobuf_Timestamp__Output,
} from "../../../google/protobuf/Timestamp.js";

export interface TriggerScheduleRequest {
  namespace?: string;
  name?: string;
  /**
   * The fire time that the work is told; the same one again answers with what the first call submitted. Absent: now.
   */
  fireAt?: _google_protobuf_Timestamp | null;
}

export interface TriggerScheduleRequest__Output {
  namespace?: string;
  name?: string;
  /**
   * The fire time that the work is told; the same one again answers with what the first call submitted. Absent: now.
   */
  fireAt?: _google_protobuf_Timestamp__Output;
}
