// Original file: proto/muster/schedules/v1/schedules_service.proto

import type {
  MissedRuns as _muster_schedules_v1_MissedRuns,
  MissedRuns__Output as _muster_schedules_v1_MissedRuns__Output,
} from "../../../muster/schedules/v1/MissedRuns.js";
import type {
  Duration as _google_protobuf_Duration,
  Duration__Output as _google_protobuf_Duration__Output,
} from "../../../google/protobuf/Duration.js";
import type {
  JobSpec as _muster_jobs_v1_JobSpec,
  JobSpec__Output as _muster_jobs_v1_JobSpec__Output,
} from "../../../muster/jobs/v1/JobSpec.js";
import type {
  ScheduledGraph as _muster_schedules_v1_ScheduledGraph,
  ScheduledGraph__Output as _muster_schedules_v1_ScheduledGraph__Output,
} from "../../../muster/schedules/v1/ScheduledGraph.js";

export interface ScheduleSpec {
  /**
   * Minute, hour, day of month, month, day of week; six fields begin with the second. When both days are restricted,
   * either one fires. A time that the clock skips in spring fires at the end of the gap, one that comes twice in
   * autumn fires once, the first time; what recurs within the hour keeps its distance.
   */
  cron?: string;
  /**
   * IANA name; empty means UTC
   */
  timeZone?: string;
  missedRuns?: _muster_schedules_v1_MissedRuns;
  /**
   * for RUN_ALL, 1..100; 0 means 10
   */
  missedRunsMax?: number;
  /**
   * how late a fire time counts as missed, 1 s to 1 h; absent: 1 min
   */
  missedAfter?: _google_protobuf_Duration | null;
  /**
   * fire nothing while work of an earlier fire time is open; not with RUN_ALL
   */
  skipOverlapping?: boolean;
  /**
   * without run_at, idempotency_key, and parents outside the template
   */
  job?: _muster_jobs_v1_JobSpec | null;
  graph?: _muster_schedules_v1_ScheduledGraph | null;
  work?: "job" | "graph";
}

export interface ScheduleSpec__Output {
  /**
   * Minute, hour, day of month, month, day of week; six fields begin with the second. When both days are restricted,
   * either one fires. A time that the clock skips in spring fires at the end of the gap, one that comes twice in
   * autumn fires once, the first time; what recurs within the hour keeps its distance.
   */
  cron?: string;
  /**
   * IANA name; empty means UTC
   */
  timeZone?: string;
  missedRuns?: _muster_schedules_v1_MissedRuns__Output;
  /**
   * for RUN_ALL, 1..100; 0 means 10
   */
  missedRunsMax?: number;
  /**
   * how late a fire time counts as missed, 1 s to 1 h; absent: 1 min
   */
  missedAfter?: _google_protobuf_Duration__Output;
  /**
   * fire nothing while work of an earlier fire time is open; not with RUN_ALL
   */
  skipOverlapping?: boolean;
  /**
   * without run_at, idempotency_key, and parents outside the template
   */
  job?: _muster_jobs_v1_JobSpec__Output;
  graph?: _muster_schedules_v1_ScheduledGraph__Output;
  work?: "job" | "graph";
}
