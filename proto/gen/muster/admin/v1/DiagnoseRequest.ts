// Original file: proto/muster/admin/v1/admin_service.proto

export interface DiagnoseRequest {}

export interface DiagnoseRequest__Output {}
