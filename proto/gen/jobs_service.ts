import type * as grpc from "@grpc/grpc-js";
import type { EnumTypeDefinition, MessageTypeDefinition } from "@grpc/proto-loader";

import type {
  Any as _google_protobuf_Any,
  Any__Output as _google_protobuf_Any__Output,
} from "./google/protobuf/Any.js";
import type {
  Duration as _google_protobuf_Duration,
  Duration__Output as _google_protobuf_Duration__Output,
} from "./google/protobuf/Duration.js";
import type {
  Timestamp as _google_protobuf_Timestamp,
  Timestamp__Output as _google_protobuf_Timestamp__Output,
} from "./google/protobuf/Timestamp.js";
import type {
  Status as _google_rpc_Status,
  Status__Output as _google_rpc_Status__Output,
} from "./google/rpc/Status.js";
import type {
  Payload as _muster_common_v1_Payload,
  Payload__Output as _muster_common_v1_Payload__Output,
} from "./muster/common/v1/Payload.js";
import type {
  BackoffPolicy as _muster_jobs_v1_BackoffPolicy,
  BackoffPolicy__Output as _muster_jobs_v1_BackoffPolicy__Output,
} from "./muster/jobs/v1/BackoffPolicy.js";
import type {
  Blocker as _muster_jobs_v1_Blocker,
  Blocker__Output as _muster_jobs_v1_Blocker__Output,
} from "./muster/jobs/v1/Blocker.js";
import type {
  CancelFilter as _muster_jobs_v1_CancelFilter,
  CancelFilter__Output as _muster_jobs_v1_CancelFilter__Output,
} from "./muster/jobs/v1/CancelFilter.js";
import type {
  CancelGraphRequest as _muster_jobs_v1_CancelGraphRequest,
  CancelGraphRequest__Output as _muster_jobs_v1_CancelGraphRequest__Output,
} from "./muster/jobs/v1/CancelGraphRequest.js";
import type {
  CancelGraphResponse as _muster_jobs_v1_CancelGraphResponse,
  CancelGraphResponse__Output as _muster_jobs_v1_CancelGraphResponse__Output,
} from "./muster/jobs/v1/CancelGraphResponse.js";
import type {
  CancelJobRequest as _muster_jobs_v1_CancelJobRequest,
  CancelJobRequest__Output as _muster_jobs_v1_CancelJobRequest__Output,
} from "./muster/jobs/v1/CancelJobRequest.js";
import type {
  CancelJobResponse as _muster_jobs_v1_CancelJobResponse,
  CancelJobResponse__Output as _muster_jobs_v1_CancelJobResponse__Output,
} from "./muster/jobs/v1/CancelJobResponse.js";
import type {
  CancelJobsRequest as _muster_jobs_v1_CancelJobsRequest,
  CancelJobsRequest__Output as _muster_jobs_v1_CancelJobsRequest__Output,
} from "./muster/jobs/v1/CancelJobsRequest.js";
import type {
  CancelJobsResponse as _muster_jobs_v1_CancelJobsResponse,
  CancelJobsResponse__Output as _muster_jobs_v1_CancelJobsResponse__Output,
} from "./muster/jobs/v1/CancelJobsResponse.js";
import type {
  ChainStep as _muster_jobs_v1_ChainStep,
  ChainStep__Output as _muster_jobs_v1_ChainStep__Output,
} from "./muster/jobs/v1/ChainStep.js";
import type {
  EndedBlocker as _muster_jobs_v1_EndedBlocker,
  EndedBlocker__Output as _muster_jobs_v1_EndedBlocker__Output,
} from "./muster/jobs/v1/EndedBlocker.js";
import type {
  ErrorRule as _muster_jobs_v1_ErrorRule,
  ErrorRule__Output as _muster_jobs_v1_ErrorRule__Output,
} from "./muster/jobs/v1/ErrorRule.js";
import type {
  Execution as _muster_jobs_v1_Execution,
  Execution__Output as _muster_jobs_v1_Execution__Output,
} from "./muster/jobs/v1/Execution.js";
import type {
  ExplainJobRequest as _muster_jobs_v1_ExplainJobRequest,
  ExplainJobRequest__Output as _muster_jobs_v1_ExplainJobRequest__Output,
} from "./muster/jobs/v1/ExplainJobRequest.js";
import type {
  ExplainJobResponse as _muster_jobs_v1_ExplainJobResponse,
  ExplainJobResponse__Output as _muster_jobs_v1_ExplainJobResponse__Output,
} from "./muster/jobs/v1/ExplainJobResponse.js";
import type {
  GetGraphRequest as _muster_jobs_v1_GetGraphRequest,
  GetGraphRequest__Output as _muster_jobs_v1_GetGraphRequest__Output,
} from "./muster/jobs/v1/GetGraphRequest.js";
import type {
  GetGraphResponse as _muster_jobs_v1_GetGraphResponse,
  GetGraphResponse__Output as _muster_jobs_v1_GetGraphResponse__Output,
} from "./muster/jobs/v1/GetGraphResponse.js";
import type {
  GetJobRequest as _muster_jobs_v1_GetJobRequest,
  GetJobRequest__Output as _muster_jobs_v1_GetJobRequest__Output,
} from "./muster/jobs/v1/GetJobRequest.js";
import type {
  GetJobResponse as _muster_jobs_v1_GetJobResponse,
  GetJobResponse__Output as _muster_jobs_v1_GetJobResponse__Output,
} from "./muster/jobs/v1/GetJobResponse.js";
import type {
  Graph as _muster_jobs_v1_Graph,
  Graph__Output as _muster_jobs_v1_Graph__Output,
} from "./muster/jobs/v1/Graph.js";
import type {
  GraphCounts as _muster_jobs_v1_GraphCounts,
  GraphCounts__Output as _muster_jobs_v1_GraphCounts__Output,
} from "./muster/jobs/v1/GraphCounts.js";
import type {
  Job as _muster_jobs_v1_Job,
  Job__Output as _muster_jobs_v1_Job__Output,
} from "./muster/jobs/v1/Job.js";
import type {
  JobError as _muster_jobs_v1_JobError,
  JobError__Output as _muster_jobs_v1_JobError__Output,
} from "./muster/jobs/v1/JobError.js";
import type {
  JobSpec as _muster_jobs_v1_JobSpec,
  JobSpec__Output as _muster_jobs_v1_JobSpec__Output,
} from "./muster/jobs/v1/JobSpec.js";
import type {
  JobsServiceClient as _muster_jobs_v1_JobsServiceClient,
  JobsServiceDefinition as _muster_jobs_v1_JobsServiceDefinition,
} from "./muster/jobs/v1/JobsService.js";
import type {
  LimitHold as _muster_jobs_v1_LimitHold,
  LimitHold__Output as _muster_jobs_v1_LimitHold__Output,
} from "./muster/jobs/v1/LimitHold.js";
import type {
  ListJobsRequest as _muster_jobs_v1_ListJobsRequest,
  ListJobsRequest__Output as _muster_jobs_v1_ListJobsRequest__Output,
} from "./muster/jobs/v1/ListJobsRequest.js";
import type {
  ListJobsResponse as _muster_jobs_v1_ListJobsResponse,
  ListJobsResponse__Output as _muster_jobs_v1_ListJobsResponse__Output,
} from "./muster/jobs/v1/ListJobsResponse.js";
import type {
  ParentBlocker as _muster_jobs_v1_ParentBlocker,
  ParentBlocker__Output as _muster_jobs_v1_ParentBlocker__Output,
} from "./muster/jobs/v1/ParentBlocker.js";
import type {
  RetryJobRequest as _muster_jobs_v1_RetryJobRequest,
  RetryJobRequest__Output as _muster_jobs_v1_RetryJobRequest__Output,
} from "./muster/jobs/v1/RetryJobRequest.js";
import type {
  RetryJobResponse as _muster_jobs_v1_RetryJobResponse,
  RetryJobResponse__Output as _muster_jobs_v1_RetryJobResponse__Output,
} from "./muster/jobs/v1/RetryJobResponse.js";
import type {
  RunningBlocker as _muster_jobs_v1_RunningBlocker,
  RunningBlocker__Output as _muster_jobs_v1_RunningBlocker__Output,
} from "./muster/jobs/v1/RunningBlocker.js";
import type {
  ScheduleBlocker as _muster_jobs_v1_ScheduleBlocker,
  ScheduleBlocker__Output as _muster_jobs_v1_ScheduleBlocker__Output,
} from "./muster/jobs/v1/ScheduleBlocker.js";
import type {
  SlotsBlocker as _muster_jobs_v1_SlotsBlocker,
  SlotsBlocker__Output as _muster_jobs_v1_SlotsBlocker__Output,
} from "./muster/jobs/v1/SlotsBlocker.js";
import type {
  StreamJobsRequest as _muster_jobs_v1_StreamJobsRequest,
  StreamJobsRequest__Output as _muster_jobs_v1_StreamJobsRequest__Output,
} from "./muster/jobs/v1/StreamJobsRequest.js";
import type {
  StreamJobsResponse as _muster_jobs_v1_StreamJobsResponse,
  StreamJobsResponse__Output as _muster_jobs_v1_StreamJobsResponse__Output,
} from "./muster/jobs/v1/StreamJobsResponse.js";
import type {
  Submission as _muster_jobs_v1_Submission,
  Submission__Output as _muster_jobs_v1_Submission__Output,
} from "./muster/jobs/v1/Submission.js";
import type {
  SubmissionAnswer as _muster_jobs_v1_SubmissionAnswer,
  SubmissionAnswer__Output as _muster_jobs_v1_SubmissionAnswer__Output,
} from "./muster/jobs/v1/SubmissionAnswer.js";
import type {
  SubmitEachRequest as _muster_jobs_v1_SubmitEachRequest,
  SubmitEachRequest__Output as _muster_jobs_v1_SubmitEachRequest__Output,
} from "./muster/jobs/v1/SubmitEachRequest.js";
import type {
  SubmitEachResponse as _muster_jobs_v1_SubmitEachResponse,
  SubmitEachResponse__Output as _muster_jobs_v1_SubmitEachResponse__Output,
} from "./muster/jobs/v1/SubmitEachResponse.js";
import type {
  SubmitGraphRequest as _muster_jobs_v1_SubmitGraphRequest,
  SubmitGraphRequest__Output as _muster_jobs_v1_SubmitGraphRequest__Output,
} from "./muster/jobs/v1/SubmitGraphRequest.js";
import type {
  SubmitGraphResponse as _muster_jobs_v1_SubmitGraphResponse,
  SubmitGraphResponse__Output as _muster_jobs_v1_SubmitGraphResponse__Output,
} from "./muster/jobs/v1/SubmitGraphResponse.js";
import type {
  SubmitJobsRequest as _muster_jobs_v1_SubmitJobsRequest,
  SubmitJobsRequest__Output as _muster_jobs_v1_SubmitJobsRequest__Output,
} from "./muster/jobs/v1/SubmitJobsRequest.js";
import type {
  SubmitJobsResponse as _muster_jobs_v1_SubmitJobsResponse,
  SubmitJobsResponse__Output as _muster_jobs_v1_SubmitJobsResponse__Output,
} from "./muster/jobs/v1/SubmitJobsResponse.js";
import type {
  SubmittedJob as _muster_jobs_v1_SubmittedJob,
  SubmittedJob__Output as _muster_jobs_v1_SubmittedJob__Output,
} from "./muster/jobs/v1/SubmittedJob.js";
import type {
  Subscribed as _muster_jobs_v1_Subscribed,
  Subscribed__Output as _muster_jobs_v1_Subscribed__Output,
} from "./muster/jobs/v1/Subscribed.js";
import type {
  SubscribersBlocker as _muster_jobs_v1_SubscribersBlocker,
  SubscribersBlocker__Output as _muster_jobs_v1_SubscribersBlocker__Output,
} from "./muster/jobs/v1/SubscribersBlocker.js";
import type {
  WaitEstimate as _muster_jobs_v1_WaitEstimate,
  WaitEstimate__Output as _muster_jobs_v1_WaitEstimate__Output,
} from "./muster/jobs/v1/WaitEstimate.js";
import type {
  WatchGraphRequest as _muster_jobs_v1_WatchGraphRequest,
  WatchGraphRequest__Output as _muster_jobs_v1_WatchGraphRequest__Output,
} from "./muster/jobs/v1/WatchGraphRequest.js";
import type {
  WatchGraphResponse as _muster_jobs_v1_WatchGraphResponse,
  WatchGraphResponse__Output as _muster_jobs_v1_WatchGraphResponse__Output,
} from "./muster/jobs/v1/WatchGraphResponse.js";
import type {
  WatchJobRequest as _muster_jobs_v1_WatchJobRequest,
  WatchJobRequest__Output as _muster_jobs_v1_WatchJobRequest__Output,
} from "./muster/jobs/v1/WatchJobRequest.js";
import type {
  WatchJobResponse as _muster_jobs_v1_WatchJobResponse,
  WatchJobResponse__Output as _muster_jobs_v1_WatchJobResponse__Output,
} from "./muster/jobs/v1/WatchJobResponse.js";

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new (...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  google: {
    protobuf: {
      Any: MessageTypeDefinition<_google_protobuf_Any, _google_protobuf_Any__Output>;
      Duration: MessageTypeDefinition<_google_protobuf_Duration, _google_protobuf_Duration__Output>;
      Timestamp: MessageTypeDefinition<_google_protobuf_Timestamp, _google_protobuf_Timestamp__Output>;
    };
    rpc: {
      Status: MessageTypeDefinition<_google_rpc_Status, _google_rpc_Status__Output>;
    };
  };
  muster: {
    common: {
      v1: {
        JobState: EnumTypeDefinition;
        Payload: MessageTypeDefinition<_muster_common_v1_Payload, _muster_common_v1_Payload__Output>;
      };
    };
    jobs: {
      v1: {
        BackoffKind: EnumTypeDefinition;
        BackoffPolicy: MessageTypeDefinition<
          _muster_jobs_v1_BackoffPolicy,
          _muster_jobs_v1_BackoffPolicy__Output
        >;
        Blocker: MessageTypeDefinition<_muster_jobs_v1_Blocker, _muster_jobs_v1_Blocker__Output>;
        CancelFilter: MessageTypeDefinition<
          _muster_jobs_v1_CancelFilter,
          _muster_jobs_v1_CancelFilter__Output
        >;
        CancelGraphRequest: MessageTypeDefinition<
          _muster_jobs_v1_CancelGraphRequest,
          _muster_jobs_v1_CancelGraphRequest__Output
        >;
        CancelGraphResponse: MessageTypeDefinition<
          _muster_jobs_v1_CancelGraphResponse,
          _muster_jobs_v1_CancelGraphResponse__Output
        >;
        CancelJobRequest: MessageTypeDefinition<
          _muster_jobs_v1_CancelJobRequest,
          _muster_jobs_v1_CancelJobRequest__Output
        >;
        CancelJobResponse: MessageTypeDefinition<
          _muster_jobs_v1_CancelJobResponse,
          _muster_jobs_v1_CancelJobResponse__Output
        >;
        CancelJobsRequest: MessageTypeDefinition<
          _muster_jobs_v1_CancelJobsRequest,
          _muster_jobs_v1_CancelJobsRequest__Output
        >;
        CancelJobsResponse: MessageTypeDefinition<
          _muster_jobs_v1_CancelJobsResponse,
          _muster_jobs_v1_CancelJobsResponse__Output
        >;
        ChainStep: MessageTypeDefinition<_muster_jobs_v1_ChainStep, _muster_jobs_v1_ChainStep__Output>;
        EndedBlocker: MessageTypeDefinition<
          _muster_jobs_v1_EndedBlocker,
          _muster_jobs_v1_EndedBlocker__Output
        >;
        ErrorRule: MessageTypeDefinition<_muster_jobs_v1_ErrorRule, _muster_jobs_v1_ErrorRule__Output>;
        Execution: MessageTypeDefinition<_muster_jobs_v1_Execution, _muster_jobs_v1_Execution__Output>;
        ExplainJobRequest: MessageTypeDefinition<
          _muster_jobs_v1_ExplainJobRequest,
          _muster_jobs_v1_ExplainJobRequest__Output
        >;
        ExplainJobResponse: MessageTypeDefinition<
          _muster_jobs_v1_ExplainJobResponse,
          _muster_jobs_v1_ExplainJobResponse__Output
        >;
        GetGraphRequest: MessageTypeDefinition<
          _muster_jobs_v1_GetGraphRequest,
          _muster_jobs_v1_GetGraphRequest__Output
        >;
        GetGraphResponse: MessageTypeDefinition<
          _muster_jobs_v1_GetGraphResponse,
          _muster_jobs_v1_GetGraphResponse__Output
        >;
        GetJobRequest: MessageTypeDefinition<
          _muster_jobs_v1_GetJobRequest,
          _muster_jobs_v1_GetJobRequest__Output
        >;
        GetJobResponse: MessageTypeDefinition<
          _muster_jobs_v1_GetJobResponse,
          _muster_jobs_v1_GetJobResponse__Output
        >;
        Graph: MessageTypeDefinition<_muster_jobs_v1_Graph, _muster_jobs_v1_Graph__Output>;
        GraphCounts: MessageTypeDefinition<_muster_jobs_v1_GraphCounts, _muster_jobs_v1_GraphCounts__Output>;
        GraphOrder: EnumTypeDefinition;
        Job: MessageTypeDefinition<_muster_jobs_v1_Job, _muster_jobs_v1_Job__Output>;
        JobError: MessageTypeDefinition<_muster_jobs_v1_JobError, _muster_jobs_v1_JobError__Output>;
        JobSpec: MessageTypeDefinition<_muster_jobs_v1_JobSpec, _muster_jobs_v1_JobSpec__Output>;
        JobsService: SubtypeConstructor<typeof grpc.Client, _muster_jobs_v1_JobsServiceClient> & {
          service: _muster_jobs_v1_JobsServiceDefinition;
        };
        LimitHold: MessageTypeDefinition<_muster_jobs_v1_LimitHold, _muster_jobs_v1_LimitHold__Output>;
        ListJobsRequest: MessageTypeDefinition<
          _muster_jobs_v1_ListJobsRequest,
          _muster_jobs_v1_ListJobsRequest__Output
        >;
        ListJobsResponse: MessageTypeDefinition<
          _muster_jobs_v1_ListJobsResponse,
          _muster_jobs_v1_ListJobsResponse__Output
        >;
        OnParentFailure: EnumTypeDefinition;
        ParentBlocker: MessageTypeDefinition<
          _muster_jobs_v1_ParentBlocker,
          _muster_jobs_v1_ParentBlocker__Output
        >;
        RetryJobRequest: MessageTypeDefinition<
          _muster_jobs_v1_RetryJobRequest,
          _muster_jobs_v1_RetryJobRequest__Output
        >;
        RetryJobResponse: MessageTypeDefinition<
          _muster_jobs_v1_RetryJobResponse,
          _muster_jobs_v1_RetryJobResponse__Output
        >;
        RunningBlocker: MessageTypeDefinition<
          _muster_jobs_v1_RunningBlocker,
          _muster_jobs_v1_RunningBlocker__Output
        >;
        ScheduleBlocker: MessageTypeDefinition<
          _muster_jobs_v1_ScheduleBlocker,
          _muster_jobs_v1_ScheduleBlocker__Output
        >;
        SlotsBlocker: MessageTypeDefinition<
          _muster_jobs_v1_SlotsBlocker,
          _muster_jobs_v1_SlotsBlocker__Output
        >;
        StreamJobsRequest: MessageTypeDefinition<
          _muster_jobs_v1_StreamJobsRequest,
          _muster_jobs_v1_StreamJobsRequest__Output
        >;
        StreamJobsResponse: MessageTypeDefinition<
          _muster_jobs_v1_StreamJobsResponse,
          _muster_jobs_v1_StreamJobsResponse__Output
        >;
        Submission: MessageTypeDefinition<_muster_jobs_v1_Submission, _muster_jobs_v1_Submission__Output>;
        SubmissionAnswer: MessageTypeDefinition<
          _muster_jobs_v1_SubmissionAnswer,
          _muster_jobs_v1_SubmissionAnswer__Output
        >;
        SubmitEachRequest: MessageTypeDefinition<
          _muster_jobs_v1_SubmitEachRequest,
          _muster_jobs_v1_SubmitEachRequest__Output
        >;
        SubmitEachResponse: MessageTypeDefinition<
          _muster_jobs_v1_SubmitEachResponse,
          _muster_jobs_v1_SubmitEachResponse__Output
        >;
        SubmitGraphRequest: MessageTypeDefinition<
          _muster_jobs_v1_SubmitGraphRequest,
          _muster_jobs_v1_SubmitGraphRequest__Output
        >;
        SubmitGraphResponse: MessageTypeDefinition<
          _muster_jobs_v1_SubmitGraphResponse,
          _muster_jobs_v1_SubmitGraphResponse__Output
        >;
        SubmitJobsRequest: MessageTypeDefinition<
          _muster_jobs_v1_SubmitJobsRequest,
          _muster_jobs_v1_SubmitJobsRequest__Output
        >;
        SubmitJobsResponse: MessageTypeDefinition<
          _muster_jobs_v1_SubmitJobsResponse,
          _muster_jobs_v1_SubmitJobsResponse__Output
        >;
        SubmittedJob: MessageTypeDefinition<
          _muster_jobs_v1_SubmittedJob,
          _muster_jobs_v1_SubmittedJob__Output
        >;
        Subscribed: MessageTypeDefinition<_muster_jobs_v1_Subscribed, _muster_jobs_v1_Subscribed__Output>;
        SubscribersBlocker: MessageTypeDefinition<
          _muster_jobs_v1_SubscribersBlocker,
          _muster_jobs_v1_SubscribersBlocker__Output
        >;
        WaitEstimate: MessageTypeDefinition<
          _muster_jobs_v1_WaitEstimate,
          _muster_jobs_v1_WaitEstimate__Output
        >;
        WatchGraphRequest: MessageTypeDefinition<
          _muster_jobs_v1_WatchGraphRequest,
          _muster_jobs_v1_WatchGraphRequest__Output
        >;
        WatchGraphResponse: MessageTypeDefinition<
          _muster_jobs_v1_WatchGraphResponse,
          _muster_jobs_v1_WatchGraphResponse__Output
        >;
        WatchJobRequest: MessageTypeDefinition<
          _muster_jobs_v1_WatchJobRequest,
          _muster_jobs_v1_WatchJobRequest__Output
        >;
        WatchJobResponse: MessageTypeDefinition<
          _muster_jobs_v1_WatchJobResponse,
          _muster_jobs_v1_WatchJobResponse__Output
        >;
      };
    };
  };
}
