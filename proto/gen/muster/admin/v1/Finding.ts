// Original file: proto/muster/admin/v1/admin_service.proto

import type {
  Severity as _muster_admin_v1_Severity,
  Severity__Output as _muster_admin_v1_Severity__Output,
} from "../../../muster/admin/v1/Severity.js";

export interface Finding {
  /**
   * a stable word of docs/runbooks/doctor.md
   */
  name?: string;
  severity?: _muster_admin_v1_Severity;
  /**
   * for people; may change
   */
  summary?: string;
  /**
   * for people; may change; empty when nothing is wrong
   */
  repair?: string;
  /**
   * what it stands on, the first ones
   */
  rows?: string[];
}

export interface Finding__Output {
  /**
   * a stable word of docs/runbooks/doctor.md
   */
  name?: string;
  severity?: _muster_admin_v1_Severity__Output;
  /**
   * for people; may change
   */
  summary?: string;
  /**
   * for people; may change; empty when nothing is wrong
   */
  repair?: string;
  /**
   * what it stands on, the first ones
   */
  rows?: string[];
}
