// Original file: proto/muster/jobs/v1/jobs_service.proto

import type {
  Timestamp as _google_protobuf_Timestamp,
  Timestamp__Output as _google_protobuf_Timestamp__Output,
} from "../../../google/protobuf/Timestamp.js";
import type {
  ParentBlocker as _muster_jobs_v1_ParentBlocker,
  ParentBlocker__Output as _muster_jobs_v1_ParentBlocker__Output,
} from "../../../muster/jobs/v1/ParentBlocker.js";
import type {
  ScheduleBlocker as _muster_jobs_v1_ScheduleBlocker,
  ScheduleBlocker__Output as _muster_jobs_v1_ScheduleBlocker__Output,
} from "../../../muster/jobs/v1/ScheduleBlocker.js";
import type {
  SubscribersBlocker as _muster_jobs_v1_SubscribersBlocker,
  SubscribersBlocker__Output as _muster_jobs_v1_SubscribersBlocker__Output,
} from "../../../muster/jobs/v1/SubscribersBlocker.js";
import type {
  SlotsBlocker as _muster_jobs_v1_SlotsBlocker,
  SlotsBlocker__Output as _muster_jobs_v1_SlotsBlocker__Output,
} from "../../../muster/jobs/v1/SlotsBlocker.js";
import type {
  RunningBlocker as _muster_jobs_v1_RunningBlocker,
  RunningBlocker__Output as _muster_jobs_v1_RunningBlocker__Output,
} from "../../../muster/jobs/v1/RunningBlocker.js";
import type {
  EndedBlocker as _muster_jobs_v1_EndedBlocker,
  EndedBlocker__Output as _muster_jobs_v1_EndedBlocker__Output,
} from "../../../muster/jobs/v1/EndedBlocker.js";
import type {
  LimitHold as _muster_jobs_v1_LimitHold,
  LimitHold__Output as _muster_jobs_v1_LimitHold__Output,
} from "../../../muster/jobs/v1/LimitHold.js";

/**
 * One thing that keeps a job from running.
 */
export interface Blocker {
  /**
   * a stable word of docs/runbooks/explain.md
   */
  reason?: string;
  since?: _google_protobuf_Timestamp | null;
  /**
   * when it goes by itself, where a time is known
   */
  until?: _google_protobuf_Timestamp | null;
  /**
   * for people; may change
   */
  summary?: string;
  /**
   * for people; may change
   */
  resolution?: string;
  parent?: _muster_jobs_v1_ParentBlocker | null;
  schedule?: _muster_jobs_v1_ScheduleBlocker | null;
  subscribers?: _muster_jobs_v1_SubscribersBlocker | null;
  slots?: _muster_jobs_v1_SlotsBlocker | null;
  running?: _muster_jobs_v1_RunningBlocker | null;
  ended?: _muster_jobs_v1_EndedBlocker | null;
  limit?: _muster_jobs_v1_LimitHold | null;
  detail?: "parent" | "schedule" | "subscribers" | "slots" | "running" | "ended" | "limit";
}

/**
 * One thing that keeps a job from running.
 */
export interface Blocker__Output {
  /**
   * a stable word of docs/runbooks/explain.md
   */
  reason?: string;
  since?: _google_protobuf_Timestamp__Output;
  /**
   * when it goes by itself, where a time is known
   */
  until?: _google_protobuf_Timestamp__Output;
  /**
   * for people; may change
   */
  summary?: string;
  /**
   * for people; may change
   */
  resolution?: string;
  parent?: _muster_jobs_v1_ParentBlocker__Output;
  schedule?: _muster_jobs_v1_ScheduleBlocker__Output;
  subscribers?: _muster_jobs_v1_SubscribersBlocker__Output;
  slots?: _muster_jobs_v1_SlotsBlocker__Output;
  running?: _muster_jobs_v1_RunningBlocker__Output;
  ended?: _muster_jobs_v1_EndedBlocker__Output;
  limit?: _muster_jobs_v1_LimitHold__Output;
  detail?: "parent" | "schedule" | "subscribers" | "slots" | "running" | "ended" | "limit";
}
