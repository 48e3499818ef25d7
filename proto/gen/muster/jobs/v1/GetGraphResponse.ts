// Original file: proto/muster/jobs/v1/jobs_service.proto

import type {
  Graph as _muster_jobs_v1_Graph,
  Graph__Output as _muster_jobs_v1_Graph__Output,
} from "../../../muster/jobs/v1/Graph.js";

export interface GetGraphResponse {
  graph?: _muster_jobs_v1_Graph | null;
}

export interface GetGraphResponse__Output {
  graph?: _muster_jobs_v1_Graph__Output;
}
