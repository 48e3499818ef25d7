// Original file: proto/muster/worker/v1/worker_service.proto

export interface SdkInfo {
  language?: string;
  version?: string;
  runtime?: string;
}

export interface SdkInfo__Output {
  language?: string;
  version?: string;
  runtime?: string;
}
