// Original file: proto/muster/worker/v1/worker_service.proto

import type * as grpc from "@grpc/grpc-js";
import type { MethodDefinition } from "@grpc/proto-loader";
import type {
  ConnectRequest as _muster_worker_v1_ConnectRequest,
  ConnectRequest__Output as _muster_worker_v1_ConnectRequest__Output,
} from "../../../muster/worker/v1/ConnectRequest.js";
import type {
  ConnectResponse as _muster_worker_v1_ConnectResponse,
  ConnectResponse__Output as _muster_worker_v1_ConnectResponse__Output,
} from "../../../muster/worker/v1/ConnectResponse.js";

export interface WorkerServiceClient extends grpc.Client {
  /**
   * The first frame must be Hello, alone. The server answers Welcome after the registration has been
   * committed, then ReconcileBatch frames (the last has `last = true`), and only then assignments.
   */
  Connect(
    metadata: grpc.Metadata,
    options?: grpc.CallOptions,
  ): grpc.ClientDuplexStream<_muster_worker_v1_ConnectRequest, _muster_worker_v1_ConnectResponse__Output>;
  Connect(
    options?: grpc.CallOptions,
  ): grpc.ClientDuplexStream<_muster_worker_v1_ConnectRequest, _muster_worker_v1_ConnectResponse__Output>;
  /**
   * The first frame must be Hello, alone. The server answers Welcome after the registration has been
   * committed, then ReconcileBatch frames (the last has `last = true`), and only then assignments.
   */
  connect(
    metadata: grpc.Metadata,
    options?: grpc.CallOptions,
  ): grpc.ClientDuplexStream<_muster_worker_v1_ConnectRequest, _muster_worker_v1_ConnectResponse__Output>;
  connect(
    options?: grpc.CallOptions,
  ): grpc.ClientDuplexStream<_muster_worker_v1_ConnectRequest, _muster_worker_v1_ConnectResponse__Output>;
}

export interface WorkerServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * The first frame must be Hello, alone. The server answers Welcome after the registration has been
   * committed, then ReconcileBatch frames (the last has `last = true`), and only then assignments.
   */
  Connect: grpc.handleBidiStreamingCall<
    _muster_worker_v1_ConnectRequest__Output,
    _muster_worker_v1_ConnectResponse
  >;
}

export interface WorkerServiceDefinition extends grpc.ServiceDefinition {
  Connect: MethodDefinition<
    _muster_worker_v1_ConnectRequest,
    _muster_worker_v1_ConnectResponse,
    _muster_worker_v1_ConnectRequest__Output,
    _muster_worker_v1_ConnectResponse__Output
  >;
}
