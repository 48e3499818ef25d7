// Original file: proto/muster/jobs/v1/jobs_service.proto

import type {
  WaitEstimate as _muster_jobs_v1_WaitEstimate,
  WaitEstimate__Output as _muster_jobs_v1_WaitEstimate__Output,
} from "../../../muster/jobs/v1/WaitEstimate.js";

export interface SlotsBlocker {
  /**
   * sessions online that take the type
   */
  workers?: number;
  slots?: number;
  busy?: number;
  /**
   * by level, age and id, from 1
   */
  position?: number;
  /**
   * false: more than were looked at may be ahead
   */
  positionIsExact?: boolean;
  /**
   * absent without a history of executions
   */
  estimate?: _muster_jobs_v1_WaitEstimate | null;
}

export interface SlotsBlocker__Output {
  /**
   * sessions online that take the type
   */
  workers?: number;
  slots?: number;
  busy?: number;
  /**
   * by level, age and id, from 1
   */
  position?: number;
  /**
   * false: more than were looked at may be ahead
   */
  positionIsExact?: boolean;
  /**
   * absent without a history of executions
   */
  estimate?: _muster_jobs_v1_WaitEstimate__Output;
}
