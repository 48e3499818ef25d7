/**
 * grpc.reflection.v1 and v1alpha, so that stock clients (grpcurl, evans, Postman) need no .proto files. The
 * library brings the two service definitions; the answers are ours, from the compiler's own descriptors (see
 * descriptor-index.ts), because the library's are refused by clients as soon as a file imports another.
 */
import { status, type Server, type ServerDuplexStream, type ServiceDefinition } from "@grpc/grpc-js";
import { service as healthService } from "grpc-health-check";
import { ReflectionService } from "@grpc/reflection";
import { contractDescriptors, indexDescriptors, type DescriptorIndex } from "./descriptor-index.js";

interface ReflectionRequest {
  readonly host?: string;
  readonly messageRequest?: string;
  readonly fileByFilename?: string;
  readonly fileContainingSymbol?: string;
  readonly allExtensionNumbersOfType?: string;
}

type ReflectionAnswer =
  | { readonly listServicesResponse: { readonly service: readonly { readonly name: string }[] } }
  | { readonly fileDescriptorResponse: { readonly fileDescriptorProto: readonly Buffer[] } }
  | { readonly errorResponse: { readonly errorCode: number; readonly errorMessage: string } };

export function registerReflection(server: Server): void {
  const versions: ServiceDefinition[] = [];
  // It would analyse what it is given, twice, and is only asked for its definitions.
  new ReflectionService({}).addToServer({
    addService: (definition) => void versions.push(definition),
  });
  let index: DescriptorIndex | null = null;
  // Made for the first who asks: it takes a good part of a start, and most servers are never asked.
  const indexed = (): DescriptorIndex => {
    const made = [...versions, healthService as ServiceDefinition].flatMap(madeUpDescriptors);
    return (index ??= indexDescriptors([...contractDescriptors(), ...made]));
  };
  for (const definition of versions) {
    server.addService(definition, {
      ServerReflectionInfo: (call: ServerDuplexStream<ReflectionRequest, object>) => serve(indexed(), call),
    });
  }
}

function serve(index: DescriptorIndex, call: ServerDuplexStream<ReflectionRequest, object>): void {
  call.on("error", () => undefined);
  call.on("end", () => call.end());
  call.on("drain", () => call.resume());
  call.on("data", (request: ReflectionRequest) => {
    const isTaken = call.write({
      validHost: request.host ?? "",
      originalRequest: request,
      ...answer(index, request),
    });
    if (!isTaken) call.pause();
  });
}

function answer(index: DescriptorIndex, request: ReflectionRequest): ReflectionAnswer {
  switch (request.messageRequest) {
    case "listServices":
      return { listServicesResponse: { service: index.services.map((name) => ({ name })) } };
    case "fileByFilename":
      return files(index, request.fileByFilename ?? "", `file ${request.fileByFilename}`);
    case "fileContainingSymbol": {
      const symbol = request.fileContainingSymbol ?? "";
      return files(index, index.fileOf(symbol) ?? "", `symbol ${symbol}`);
    }
    default:
      // The contract is proto3 and declares no extensions.
      return refusal(status.NOT_FOUND, "there are no extensions here");
  }
}

function files(index: DescriptorIndex, fileName: string, wanted: string): ReflectionAnswer {
  const fileDescriptorProto = index.withImports(fileName);
  if (fileDescriptorProto === null) return refusal(status.NOT_FOUND, `${wanted} is not part of this server`);
  return { fileDescriptorResponse: { fileDescriptorProto } };
}

function refusal(errorCode: number, errorMessage: string): ReflectionAnswer {
  return { errorResponse: { errorCode, errorMessage } };
}

/** Descriptors as proto-loader makes them up: good enough for the services of the libraries, which import nothing. */
function madeUpDescriptors(definition: ServiceDefinition): Buffer[] {
  return Object.values(definition).flatMap((method) => {
    const request = "requestType" in method ? method.requestType : undefined;
    return isDescribed(request) ? request.fileDescriptorProtos : [];
  });
}

function isDescribed(type: unknown): type is { readonly fileDescriptorProtos: Buffer[] } {
  return typeof type === "object" && type !== null && "fileDescriptorProtos" in type;
}
