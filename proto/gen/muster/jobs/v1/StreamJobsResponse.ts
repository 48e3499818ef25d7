// Original file: proto/muster/jobs/v1/submission.proto

import type { Long } from "@grpc/proto-loader";

export interface StreamJobsResponse {
  acceptedJobs?: number | string | Long;
  acceptedMessages?: number | string | Long;
}

export interface StreamJobsResponse__Output {
  acceptedJobs?: number;
  acceptedMessages?: number;
}
