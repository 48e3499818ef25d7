// Original file: proto/muster/schedules/v1/schedules_service.proto

import type {
  Timestamp as _google_protobuf_Timestamp,
  Timestamp__Output as _google_protobuf_Timestamp__Output,
} from "../../../google/protobuf/Timestamp.js";

export interface ResumeScheduleResponse {
  changed?: boolean;
  nextFireAt?: _google_protobuf_Timestamp | null;
}

export interface ResumeScheduleResponse__Output {
  changed?: boolean;
  nextFireAt?: _google_protobuf_Timestamp__Output;
}
