/** A gRPC service that sends back what it gets, bytes as they are: grpc-js and nothing else. */
import type { MethodDefinition } from "@grpc/grpc-js";

const asIs = (bytes: Buffer): Buffer => bytes;

function method(path: string, isStream: boolean): MethodDefinition<Buffer, Buffer> {
  return {
    path,
    requestStream: isStream,
    responseStream: isStream,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  };
}

export const ECHO = {
  Once: method("/muster.bench.Echo/Once", false),
  Stream: method("/muster.bench.Echo/Stream", true),
};
