// Original file: proto/muster/jobs/v1/jobs_service.proto

export interface GraphCounts {
  blocked?: number;
  scheduled?: number;
  ready?: number;
  running?: number;
  succeeded?: number;
  dead?: number;
  cancelled?: number;
}

export interface GraphCounts__Output {
  blocked?: number;
  scheduled?: number;
  ready?: number;
  running?: number;
  succeeded?: number;
  dead?: number;
  cancelled?: number;
}
