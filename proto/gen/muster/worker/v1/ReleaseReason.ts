// Original file: proto/muster/worker/v1/worker_service.proto

export const ReleaseReason = {
  RELEASE_REASON_UNSPECIFIED: "RELEASE_REASON_UNSPECIFIED",
  RELEASE_REASON_SHUTTING_DOWN: "RELEASE_REASON_SHUTTING_DOWN",
  RELEASE_REASON_OVERLOADED: "RELEASE_REASON_OVERLOADED",
  RELEASE_REASON_UNSUPPORTED: "RELEASE_REASON_UNSUPPORTED",
} as const;

export type ReleaseReason =
  | "RELEASE_REASON_UNSPECIFIED"
  | 0
  | "RELEASE_REASON_SHUTTING_DOWN"
  | 1
  | "RELEASE_REASON_OVERLOADED"
  | 2
  | "RELEASE_REASON_UNSUPPORTED"
  | 3;

export type ReleaseReason__Output = (typeof ReleaseReason)[keyof typeof ReleaseReason];
