// Original file: proto/muster/schedules/v1/schedules_service.proto

import type {
  Timestamp as _google_protobuf_Timestamp,
  Timestamp__Output as _google_protobuf_Timestamp__Output,
} from "../../../google/protobuf/Timestamp.js";

/**
 * What came of one fire time.
 */
export interface Fire {
  fireAt?: _google_protobuf_Timestamp | null;
  /**
   * submitted, overlapped, missed, refused
   */
  outcome?: string;
  /**
   * asked for by TriggerSchedule
   */
  manual?: boolean;
  /**
   * of a single job
   */
  jobId?: string;
  graphId?: string;
  /**
   * earlier fire times that were not made up for
   */
  passedOver?: number;
  decidedAt?: _google_protobuf_Timestamp | null;
  /**
   * of refused: why the template was no longer accepted
   */
  error?: string;
}

/**
 * What came of one fire time.
 */
export interface Fire__Output {
  fireAt?: _google_protobuf_Timestamp__Output;
  /**
   * submitted, overlapped, missed, refused
   */
  outcome?: string;
  /**
   * asked for by TriggerSchedule
   */
  manual?: boolean;
  /**
   * of a single job
   */
  jobId?: string;
  graphId?: string;
  /**
   * earlier fire times that were not made up for
   */
  passedOver?: number;
  decidedAt?: _google_protobuf_Timestamp__Output;
  /**
   * of refused: why the template was no longer accepted
   */
  error?: string;
}
