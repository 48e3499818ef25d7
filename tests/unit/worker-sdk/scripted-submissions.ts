/** The server's side of SubmitEach for tests of the client: each submission is answered as a unary handler would. */
import { type ServerDuplexStream, status, type StatusObject } from "@grpc/grpc-js";
import type { MessageTypeDefinition } from "@grpc/proto-loader";
import type { Status } from "../../../proto/gen/google/rpc/Status.js";
import type { Submission__Output } from "../../../proto/gen/muster/jobs/v1/Submission.js";
import type { SubmissionAnswer } from "../../../proto/gen/muster/jobs/v1/SubmissionAnswer.js";
import type { SubmitEachRequest__Output } from "../../../proto/gen/muster/jobs/v1/SubmitEachRequest.js";
import type { SubmitEachResponse } from "../../../proto/gen/muster/jobs/v1/SubmitEachResponse.js";
import { contract } from "../../../proto/load.js";

export type EachCall = ServerDuplexStream<SubmitEachRequest__Output, SubmitEachResponse>;

/** @param answer returns a response of SubmitJobs, or throws the status of a call that failed */
export function answerEach(call: EachCall, answer: (submission: Submission__Output) => object): void {
  call.on("data", ({ submissions = [] }: SubmitEachRequest__Output) => {
    const answers = submissions.map((submission): SubmissionAnswer => {
      const { id = 0 } = submission;
      try {
        return { id, ...answer(submission) };
      } catch (error) {
        return { id, error: refusal(error as StatusObject) };
      }
    });
    call.write({ answers });
  });
  call.on("end", () => call.end());
}

export function refusal({ code = status.UNKNOWN, details = "", metadata }: Partial<StatusObject>): Status {
  const definition = contract()["google.rpc.Status"] as unknown as MessageTypeDefinition<Status, Status>;
  const [bytes] = metadata?.get("grpc-status-details-bin") ?? [];
  const rich = Buffer.isBuffer(bytes) ? definition.deserialize(bytes) : {};
  return { ...rich, code, message: details };
}
