// Original file: proto/muster/admin/v1/dead_letters.proto

import type {
  DeadLetterFilter as _muster_admin_v1_DeadLetterFilter,
  DeadLetterFilter__Output as _muster_admin_v1_DeadLetterFilter__Output,
} from "../../../muster/admin/v1/DeadLetterFilter.js";
import type {
  RedriveState as _muster_admin_v1_RedriveState,
  RedriveState__Output as _muster_admin_v1_RedriveState__Output,
} from "../../../muster/admin/v1/RedriveState.js";
import type {
  Timestamp as _google_protobuf_Timestamp,
  Timestamp__Output as _google_protobuf_Timestamp__Output,
} from "../../../google/protobuf/Timestamp.js";

export interface Redrive {
  redriveId?: string;
  namespace?: string;
  filter?: _muster_admin_v1_DeadLetterFilter | null;
  state?: _muster_admin_v1_RedriveState;
  /**
   * which canary failed and how, or who stopped it
   */
  stateReason?: string;
  canary?: number;
  perSecond?: number | string;
  /**
   * dead letters that matched at its start
   */
  total?: number;
  /**
   * canaries included
   */
  retried?: number;
  revived?: number;
  refused?: number;
  canariesSucceeded?: number;
  canaryJobIds?: string[];
  createdAt?: _google_protobuf_Timestamp | null;
  endedAt?: _google_protobuf_Timestamp | null;
}

export interface Redrive__Output {
  redriveId?: string;
  namespace?: string;
  filter?: _muster_admin_v1_DeadLetterFilter__Output;
  state?: _muster_admin_v1_RedriveState__Output;
  /**
   * which canary failed and how, or who stopped it
   */
  stateReason?: string;
  canary?: number;
  perSecond?: number;
  /**
   * dead letters that matched at its start
   */
  total?: number;
  /**
   * canaries included
   */
  retried?: number;
  revived?: number;
  refused?: number;
  canariesSucceeded?: number;
  canaryJobIds?: string[];
  createdAt?: _google_protobuf_Timestamp__Output;
  endedAt?: _google_protobuf_Timestamp__Output;
}
