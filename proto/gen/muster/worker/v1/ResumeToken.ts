// Original file: proto/muster/worker/v1/worker_service.proto

export interface ResumeToken {
  sessionId?: string;
  token?: Buffer | Uint8Array | string;
}

export interface ResumeToken__Output {
  sessionId?: string;
  token?: Buffer;
}
