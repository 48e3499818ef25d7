// Original file: proto/muster/admin/v1/admin_service.proto

import type {
  Queue as _muster_admin_v1_Queue,
  Queue__Output as _muster_admin_v1_Queue__Output,
} from "../../../muster/admin/v1/Queue.js";

export interface ListQueuesResponse {
  queues?: _muster_admin_v1_Queue[];
}

export interface ListQueuesResponse__Output {
  queues?: _muster_admin_v1_Queue__Output[];
}
