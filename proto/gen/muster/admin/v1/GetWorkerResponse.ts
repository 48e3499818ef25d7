// Original file: proto/muster/admin/v1/admin_service.proto

import type {
  Worker as _muster_admin_v1_Worker,
  Worker__Output as _muster_admin_v1_Worker__Output,
} from "../../../muster/admin/v1/Worker.js";

export interface GetWorkerResponse {
  worker?: _muster_admin_v1_Worker | null;
}

export interface GetWorkerResponse__Output {
  worker?: _muster_admin_v1_Worker__Output;
}
