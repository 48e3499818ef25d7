// Original file: proto/muster/admin/v1/admin_service.proto

import type {
  Worker as _muster_admin_v1_Worker,
  Worker__Output as _muster_admin_v1_Worker__Output,
} from "../../../muster/admin/v1/Worker.js";

export interface ListWorkersResponse {
  workers?: _muster_admin_v1_Worker[];
  nextPageToken?: string;
}

export interface ListWorkersResponse__Output {
  workers?: _muster_admin_v1_Worker__Output[];
  nextPageToken?: string;
}
