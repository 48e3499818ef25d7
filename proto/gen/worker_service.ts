import type * as grpc from "@grpc/grpc-js";
import type { EnumTypeDefinition, MessageTypeDefinition } from "@grpc/proto-loader";

import type {
  Duration as _google_protobuf_Duration,
  Duration__Output as _google_protobuf_Duration__Output,
} from "./google/protobuf/Duration.js";
import type {
  Timestamp as _google_protobuf_Timestamp,
  Timestamp__Output as _google_protobuf_Timestamp__Output,
} from "./google/protobuf/Timestamp.js";
import type {
  Payload as _muster_common_v1_Payload,
  Payload__Output as _muster_common_v1_Payload__Output,
} from "./muster/common/v1/Payload.js";
import type {
  Assignment as _muster_worker_v1_Assignment,
  Assignment__Output as _muster_worker_v1_Assignment__Output,
} from "./muster/worker/v1/Assignment.js";
import type {
  AssignmentBatch as _muster_worker_v1_AssignmentBatch,
  AssignmentBatch__Output as _muster_worker_v1_AssignmentBatch__Output,
} from "./muster/worker/v1/AssignmentBatch.js";
import type {
  AuthRefresh as _muster_worker_v1_AuthRefresh,
  AuthRefresh__Output as _muster_worker_v1_AuthRefresh__Output,
} from "./muster/worker/v1/AuthRefresh.js";
import type {
  AuthRefreshAck as _muster_worker_v1_AuthRefreshAck,
  AuthRefreshAck__Output as _muster_worker_v1_AuthRefreshAck__Output,
} from "./muster/worker/v1/AuthRefreshAck.js";
import type {
  Cancel as _muster_worker_v1_Cancel,
  Cancel__Output as _muster_worker_v1_Cancel__Output,
} from "./muster/worker/v1/Cancel.js";
import type {
  CancelBatch as _muster_worker_v1_CancelBatch,
  CancelBatch__Output as _muster_worker_v1_CancelBatch__Output,
} from "./muster/worker/v1/CancelBatch.js";
import type {
  Cancelled as _muster_worker_v1_Cancelled,
  Cancelled__Output as _muster_worker_v1_Cancelled__Output,
} from "./muster/worker/v1/Cancelled.js";
import type {
  ConnectRequest as _muster_worker_v1_ConnectRequest,
  ConnectRequest__Output as _muster_worker_v1_ConnectRequest__Output,
} from "./muster/worker/v1/ConnectRequest.js";
import type {
  ConnectResponse as _muster_worker_v1_ConnectResponse,
  ConnectResponse__Output as _muster_worker_v1_ConnectResponse__Output,
} from "./muster/worker/v1/ConnectResponse.js";
import type {
  DrainAck as _muster_worker_v1_DrainAck,
  DrainAck__Output as _muster_worker_v1_DrainAck__Output,
} from "./muster/worker/v1/DrainAck.js";
import type {
  DrainRequest as _muster_worker_v1_DrainRequest,
  DrainRequest__Output as _muster_worker_v1_DrainRequest__Output,
} from "./muster/worker/v1/DrainRequest.js";
import type {
  Failure as _muster_worker_v1_Failure,
  Failure__Output as _muster_worker_v1_Failure__Output,
} from "./muster/worker/v1/Failure.js";
import type {
  FlowUpdate as _muster_worker_v1_FlowUpdate,
  FlowUpdate__Output as _muster_worker_v1_FlowUpdate__Output,
} from "./muster/worker/v1/FlowUpdate.js";
import type {
  FlowWindow as _muster_worker_v1_FlowWindow,
  FlowWindow__Output as _muster_worker_v1_FlowWindow__Output,
} from "./muster/worker/v1/FlowWindow.js";
import type {
  Heartbeat as _muster_worker_v1_Heartbeat,
  Heartbeat__Output as _muster_worker_v1_Heartbeat__Output,
} from "./muster/worker/v1/Heartbeat.js";
import type {
  HeartbeatAck as _muster_worker_v1_HeartbeatAck,
  HeartbeatAck__Output as _muster_worker_v1_HeartbeatAck__Output,
} from "./muster/worker/v1/HeartbeatAck.js";
import type {
  Hello as _muster_worker_v1_Hello,
  Hello__Output as _muster_worker_v1_Hello__Output,
} from "./muster/worker/v1/Hello.js";
import type {
  InFlightJob as _muster_worker_v1_InFlightJob,
  InFlightJob__Output as _muster_worker_v1_InFlightJob__Output,
} from "./muster/worker/v1/InFlightJob.js";
import type {
  JobRef as _muster_worker_v1_JobRef,
  JobRef__Output as _muster_worker_v1_JobRef__Output,
} from "./muster/worker/v1/JobRef.js";
import type {
  JobResult as _muster_worker_v1_JobResult,
  JobResult__Output as _muster_worker_v1_JobResult__Output,
} from "./muster/worker/v1/JobResult.js";
import type {
  Limits as _muster_worker_v1_Limits,
  Limits__Output as _muster_worker_v1_Limits__Output,
} from "./muster/worker/v1/Limits.js";
import type {
  Notice as _muster_worker_v1_Notice,
  Notice__Output as _muster_worker_v1_Notice__Output,
} from "./muster/worker/v1/Notice.js";
import type {
  ParentOutput as _muster_worker_v1_ParentOutput,
  ParentOutput__Output as _muster_worker_v1_ParentOutput__Output,
} from "./muster/worker/v1/ParentOutput.js";
import type {
  Progress as _muster_worker_v1_Progress,
  Progress__Output as _muster_worker_v1_Progress__Output,
} from "./muster/worker/v1/Progress.js";
import type {
  ProgressBatch as _muster_worker_v1_ProgressBatch,
  ProgressBatch__Output as _muster_worker_v1_ProgressBatch__Output,
} from "./muster/worker/v1/ProgressBatch.js";
import type {
  ReconcileBatch as _muster_worker_v1_ReconcileBatch,
  ReconcileBatch__Output as _muster_worker_v1_ReconcileBatch__Output,
} from "./muster/worker/v1/ReconcileBatch.js";
import type {
  ReconcileVerdict as _muster_worker_v1_ReconcileVerdict,
  ReconcileVerdict__Output as _muster_worker_v1_ReconcileVerdict__Output,
} from "./muster/worker/v1/ReconcileVerdict.js";
import type {
  Release as _muster_worker_v1_Release,
  Release__Output as _muster_worker_v1_Release__Output,
} from "./muster/worker/v1/Release.js";
import type {
  ReleaseAckBatch as _muster_worker_v1_ReleaseAckBatch,
  ReleaseAckBatch__Output as _muster_worker_v1_ReleaseAckBatch__Output,
} from "./muster/worker/v1/ReleaseAckBatch.js";
import type {
  ReleaseBatch as _muster_worker_v1_ReleaseBatch,
  ReleaseBatch__Output as _muster_worker_v1_ReleaseBatch__Output,
} from "./muster/worker/v1/ReleaseBatch.js";
import type {
  ResultAck as _muster_worker_v1_ResultAck,
  ResultAck__Output as _muster_worker_v1_ResultAck__Output,
} from "./muster/worker/v1/ResultAck.js";
import type {
  ResultAckBatch as _muster_worker_v1_ResultAckBatch,
  ResultAckBatch__Output as _muster_worker_v1_ResultAckBatch__Output,
} from "./muster/worker/v1/ResultAckBatch.js";
import type {
  ResultBatch as _muster_worker_v1_ResultBatch,
  ResultBatch__Output as _muster_worker_v1_ResultBatch__Output,
} from "./muster/worker/v1/ResultBatch.js";
import type {
  ResumeToken as _muster_worker_v1_ResumeToken,
  ResumeToken__Output as _muster_worker_v1_ResumeToken__Output,
} from "./muster/worker/v1/ResumeToken.js";
import type {
  Revoke as _muster_worker_v1_Revoke,
  Revoke__Output as _muster_worker_v1_Revoke__Output,
} from "./muster/worker/v1/Revoke.js";
import type {
  RevokeBatch as _muster_worker_v1_RevokeBatch,
  RevokeBatch__Output as _muster_worker_v1_RevokeBatch__Output,
} from "./muster/worker/v1/RevokeBatch.js";
import type {
  SdkInfo as _muster_worker_v1_SdkInfo,
  SdkInfo__Output as _muster_worker_v1_SdkInfo__Output,
} from "./muster/worker/v1/SdkInfo.js";
import type {
  ServerDrain as _muster_worker_v1_ServerDrain,
  ServerDrain__Output as _muster_worker_v1_ServerDrain__Output,
} from "./muster/worker/v1/ServerDrain.js";
import type {
  Subscription as _muster_worker_v1_Subscription,
  Subscription__Output as _muster_worker_v1_Subscription__Output,
} from "./muster/worker/v1/Subscription.js";
import type {
  Success as _muster_worker_v1_Success,
  Success__Output as _muster_worker_v1_Success__Output,
} from "./muster/worker/v1/Success.js";
import type {
  Welcome as _muster_worker_v1_Welcome,
  Welcome__Output as _muster_worker_v1_Welcome__Output,
} from "./muster/worker/v1/Welcome.js";
import type {
  WorkerLoad as _muster_worker_v1_WorkerLoad,
  WorkerLoad__Output as _muster_worker_v1_WorkerLoad__Output,
} from "./muster/worker/v1/WorkerLoad.js";
import type {
  WorkerServiceClient as _muster_worker_v1_WorkerServiceClient,
  WorkerServiceDefinition as _muster_worker_v1_WorkerServiceDefinition,
} from "./muster/worker/v1/WorkerService.js";

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new (...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  google: {
    protobuf: {
      Duration: MessageTypeDefinition<_google_protobuf_Duration, _google_protobuf_Duration__Output>;
      Timestamp: MessageTypeDefinition<_google_protobuf_Timestamp, _google_protobuf_Timestamp__Output>;
    };
  };
  muster: {
    common: {
      v1: {
        JobState: EnumTypeDefinition;
        Payload: MessageTypeDefinition<_muster_common_v1_Payload, _muster_common_v1_Payload__Output>;
      };
    };
    worker: {
      v1: {
        Assignment: MessageTypeDefinition<_muster_worker_v1_Assignment, _muster_worker_v1_Assignment__Output>;
        AssignmentBatch: MessageTypeDefinition<
          _muster_worker_v1_AssignmentBatch,
          _muster_worker_v1_AssignmentBatch__Output
        >;
        AuthRefresh: MessageTypeDefinition<
          _muster_worker_v1_AuthRefresh,
          _muster_worker_v1_AuthRefresh__Output
        >;
        AuthRefreshAck: MessageTypeDefinition<
          _muster_worker_v1_AuthRefreshAck,
          _muster_worker_v1_AuthRefreshAck__Output
        >;
        Cancel: MessageTypeDefinition<_muster_worker_v1_Cancel, _muster_worker_v1_Cancel__Output>;
        CancelBatch: MessageTypeDefinition<
          _muster_worker_v1_CancelBatch,
          _muster_worker_v1_CancelBatch__Output
        >;
        Cancelled: MessageTypeDefinition<_muster_worker_v1_Cancelled, _muster_worker_v1_Cancelled__Output>;
        ConnectRequest: MessageTypeDefinition<
          _muster_worker_v1_ConnectRequest,
          _muster_worker_v1_ConnectRequest__Output
        >;
        ConnectResponse: MessageTypeDefinition<
          _muster_worker_v1_ConnectResponse,
          _muster_worker_v1_ConnectResponse__Output
        >;
        DrainAck: MessageTypeDefinition<_muster_worker_v1_DrainAck, _muster_worker_v1_DrainAck__Output>;
        DrainMode: EnumTypeDefinition;
        DrainRequest: MessageTypeDefinition<
          _muster_worker_v1_DrainRequest,
          _muster_worker_v1_DrainRequest__Output
        >;
        Failure: MessageTypeDefinition<_muster_worker_v1_Failure, _muster_worker_v1_Failure__Output>;
        FlowUpdate: MessageTypeDefinition<_muster_worker_v1_FlowUpdate, _muster_worker_v1_FlowUpdate__Output>;
        FlowWindow: MessageTypeDefinition<_muster_worker_v1_FlowWindow, _muster_worker_v1_FlowWindow__Output>;
        Heartbeat: MessageTypeDefinition<_muster_worker_v1_Heartbeat, _muster_worker_v1_Heartbeat__Output>;
        HeartbeatAck: MessageTypeDefinition<
          _muster_worker_v1_HeartbeatAck,
          _muster_worker_v1_HeartbeatAck__Output
        >;
        Hello: MessageTypeDefinition<_muster_worker_v1_Hello, _muster_worker_v1_Hello__Output>;
        InFlightJob: MessageTypeDefinition<
          _muster_worker_v1_InFlightJob,
          _muster_worker_v1_InFlightJob__Output
        >;
        InFlightState: EnumTypeDefinition;
        JobRef: MessageTypeDefinition<_muster_worker_v1_JobRef, _muster_worker_v1_JobRef__Output>;
        JobResult: MessageTypeDefinition<_muster_worker_v1_JobResult, _muster_worker_v1_JobResult__Output>;
        Limits: MessageTypeDefinition<_muster_worker_v1_Limits, _muster_worker_v1_Limits__Output>;
        Notice: MessageTypeDefinition<_muster_worker_v1_Notice, _muster_worker_v1_Notice__Output>;
        ParentOutput: MessageTypeDefinition<
          _muster_worker_v1_ParentOutput,
          _muster_worker_v1_ParentOutput__Output
        >;
        Progress: MessageTypeDefinition<_muster_worker_v1_Progress, _muster_worker_v1_Progress__Output>;
        ProgressBatch: MessageTypeDefinition<
          _muster_worker_v1_ProgressBatch,
          _muster_worker_v1_ProgressBatch__Output
        >;
        ProgressState: EnumTypeDefinition;
        ReconcileAction: EnumTypeDefinition;
        ReconcileBatch: MessageTypeDefinition<
          _muster_worker_v1_ReconcileBatch,
          _muster_worker_v1_ReconcileBatch__Output
        >;
        ReconcileVerdict: MessageTypeDefinition<
          _muster_worker_v1_ReconcileVerdict,
          _muster_worker_v1_ReconcileVerdict__Output
        >;
        Release: MessageTypeDefinition<_muster_worker_v1_Release, _muster_worker_v1_Release__Output>;
        ReleaseAckBatch: MessageTypeDefinition<
          _muster_worker_v1_ReleaseAckBatch,
          _muster_worker_v1_ReleaseAckBatch__Output
        >;
        ReleaseBatch: MessageTypeDefinition<
          _muster_worker_v1_ReleaseBatch,
          _muster_worker_v1_ReleaseBatch__Output
        >;
        ReleaseReason: EnumTypeDefinition;
        ResultAck: MessageTypeDefinition<_muster_worker_v1_ResultAck, _muster_worker_v1_ResultAck__Output>;
        ResultAckBatch: MessageTypeDefinition<
          _muster_worker_v1_ResultAckBatch,
          _muster_worker_v1_ResultAckBatch__Output
        >;
        ResultBatch: MessageTypeDefinition<
          _muster_worker_v1_ResultBatch,
          _muster_worker_v1_ResultBatch__Output
        >;
        ResultDisposition: EnumTypeDefinition;
        ResumeToken: MessageTypeDefinition<
          _muster_worker_v1_ResumeToken,
          _muster_worker_v1_ResumeToken__Output
        >;
        Revoke: MessageTypeDefinition<_muster_worker_v1_Revoke, _muster_worker_v1_Revoke__Output>;
        RevokeBatch: MessageTypeDefinition<
          _muster_worker_v1_RevokeBatch,
          _muster_worker_v1_RevokeBatch__Output
        >;
        SdkInfo: MessageTypeDefinition<_muster_worker_v1_SdkInfo, _muster_worker_v1_SdkInfo__Output>;
        ServerDrain: MessageTypeDefinition<
          _muster_worker_v1_ServerDrain,
          _muster_worker_v1_ServerDrain__Output
        >;
        ServerDrainReason: EnumTypeDefinition;
        Subscription: MessageTypeDefinition<
          _muster_worker_v1_Subscription,
          _muster_worker_v1_Subscription__Output
        >;
        Success: MessageTypeDefinition<_muster_worker_v1_Success, _muster_worker_v1_Success__Output>;
        Welcome: MessageTypeDefinition<_muster_worker_v1_Welcome, _muster_worker_v1_Welcome__Output>;
        WorkerLoad: MessageTypeDefinition<_muster_worker_v1_WorkerLoad, _muster_worker_v1_WorkerLoad__Output>;
        WorkerService: SubtypeConstructor<typeof grpc.Client, _muster_worker_v1_WorkerServiceClient> & {
          service: _muster_worker_v1_WorkerServiceDefinition;
        };
      };
    };
  };
}
