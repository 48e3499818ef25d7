// Original file: proto/muster/admin/v1/admin_service.proto

import type {
  Timestamp as _google_protobuf_Timestamp,
  Timestamp__Output as _google_protobuf_Timestamp__Output,
} from "../../../google/protobuf/Timestamp.js";
import type {
  Duration as _google_protobuf_Duration,
  Duration__Output as _google_protobuf_Duration__Output,
} from "../../../google/protobuf/Duration.js";
import type {
  Severity as _muster_admin_v1_Severity,
  Severity__Output as _muster_admin_v1_Severity__Output,
} from "../../../muster/admin/v1/Severity.js";
import type {
  Finding as _muster_admin_v1_Finding,
  Finding__Output as _muster_admin_v1_Finding__Output,
} from "../../../muster/admin/v1/Finding.js";

export interface DiagnoseResponse {
  /**
   * who looked
   */
  serverId?: string;
  at?: _google_protobuf_Timestamp | null;
  took?: _google_protobuf_Duration | null;
  worst?: _muster_admin_v1_Severity;
  /**
   * every check, those in order too
   */
  findings?: _muster_admin_v1_Finding[];
}

export interface DiagnoseResponse__Output {
  /**
   * who looked
   */
  serverId?: string;
  at?: _google_protobuf_Timestamp__Output;
  took?: _google_protobuf_Duration__Output;
  worst?: _muster_admin_v1_Severity__Output;
  /**
   * every check, those in order too
   */
  findings?: _muster_admin_v1_Finding__Output[];
}
