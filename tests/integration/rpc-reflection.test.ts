import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { credentials, loadPackageDefinition, status, type ClientDuplexStream } from "@grpc/grpc-js";
import { loadFileDescriptorSetFromBuffer, loadSync, type PackageDefinition } from "@grpc/proto-loader";
import { expect } from "chai";
import { contract } from "../../proto/load.js";
import { message } from "../unit/rpc/messages.js";
import { runFront, type RunningFront } from "../unit/rpc/running-front.js";

const require = createRequire(import.meta.url);
const PROTOS = join(dirname(require.resolve("@grpc/reflection")), "../proto/grpc/reflection");
const DESCRIPTORS: PackageDefinition = loadSync("google/protobuf/descriptor.proto");

interface Answer {
  readonly listServicesResponse?: { readonly service: readonly { readonly name: string }[] };
  readonly fileDescriptorResponse?: { readonly fileDescriptorProto: readonly Buffer[] };
  readonly errorResponse?: { readonly errorCode: number; readonly errorMessage: string };
}

/** A client that knows nothing of Muster but its address. */
function reflectionClient(address: string, version: string) {
  const definition = loadSync(join(PROTOS, version, "reflection.proto"), { oneofs: true });
  const root = loadPackageDefinition(definition) as unknown as {
    readonly grpc: {
      readonly reflection: Record<
        string,
        { readonly ServerReflection: new (...parameters: unknown[]) => ReflectionStub }
      >;
    };
  };
  const Stub = root.grpc.reflection[version]?.ServerReflection;
  if (Stub === undefined) throw new Error(`no reflection ${version}`);
  const client = new Stub(address, credentials.createInsecure());
  const stream = client.ServerReflectionInfo();
  stream.on("error", () => undefined);
  const answers = stream[Symbol.asyncIterator]();
  return {
    ask: async (request: object): Promise<Answer> => {
      stream.write(request);
      return (await answers.next()).value as Answer;
    },
    close: () => {
      stream.end();
      client.close();
    },
  };
}

interface ReflectionStub {
  ServerReflectionInfo(): ClientDuplexStream<object, Answer>;
  close(): void;
}

interface FileShape {
  readonly name: string;
  readonly dependency?: readonly string[];
  readonly messageType?: readonly { readonly name: string; readonly field: readonly FieldShape[] }[];
}

interface FieldShape {
  readonly name: string;
  readonly proto3Optional?: boolean;
  readonly typeName?: string;
}

function parse(bytes: Buffer): FileShape {
  return message("google.protobuf.FileDescriptorProto", DESCRIPTORS).deserialize(
    bytes,
  ) as unknown as FileShape;
}

describe("grpc.reflection", () => {
  let running: RunningFront;
  before(async () => {
    running = await runFront();
  });
  after(() => running.close());

  const OWN = [
    "muster.admin.v1.AdminService",
    "muster.jobs.v1.JobsService",
    "muster.schedules.v1.SchedulesService",
    "muster.worker.v1.WorkerService",
  ];

  for (const version of ["v1", "v1alpha"]) {
    it(`lists every service in ${version}`, async () => {
      const client = reflectionClient(running.address, version);
      const { listServicesResponse } = await client.ask({ listServices: "*" });
      const names = listServicesResponse?.service.map(({ name }) => name);
      expect(names).to.have.members([
        ...OWN,
        "grpc.health.v1.Health",
        "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
      ]);
      client.close();
    });

    it(`gives files in ${version} that a client can build every service from`, async () => {
      const client = reflectionClient(running.address, version);
      const { listServicesResponse } = await client.ask({ listServices: "*" });
      for (const { name: service } of listServicesResponse?.service ?? []) {
        const files = await fetchAll(client, service);
        const built = loadFileDescriptorSetFromBuffer(
          message("google.protobuf.FileDescriptorSet", DESCRIPTORS).serialize({
            file: [...files.values()].map((bytes) =>
              message("google.protobuf.FileDescriptorProto", DESCRIPTORS).deserialize(bytes),
            ),
          }),
        );
        expect(built, service).to.have.property(service);
        if (OWN.includes(service))
          expect(methodsOf(built, service)).to.deep.equal(methodsOf(contract(), service));
      }
      client.close();
    });
  }

  it("keeps what rewritten descriptors lose: imports, absolute type names, optional fields", async () => {
    const client = reflectionClient(running.address, "v1");
    const { fileDescriptorResponse } = await client.ask({ fileContainingSymbol: "muster.jobs.v1.JobSpec" });
    const bytes = fileDescriptorResponse?.fileDescriptorProto[0];
    if (bytes === undefined) throw new Error("no file");
    const file = parse(bytes);
    expect(file.dependency).to.have.members([
      "google/protobuf/duration.proto",
      "google/protobuf/timestamp.proto",
      "muster/common/v1/payload.proto",
    ]);
    const fields = file.messageType?.find(({ name }) => name === "JobSpec")?.field ?? [];
    expect(fields.find(({ name }) => name === "run_at")?.typeName).to.equal(".google.protobuf.Timestamp");
    // Field 17 of FieldDescriptorProto, proto3_optional = true, is "88 01 01"; once for each optional field.
    expect(bytes.toString("latin1").split("\x88\x01\x01")).to.have.length(4);
    client.close();
  });

  it("finds methods, fields, nested names and enum values by symbol", async () => {
    const client = reflectionClient(running.address, "v1");
    for (const [symbol, fileName] of [
      ["muster.jobs.v1.JobsService.SubmitJobs", "muster/jobs/v1/jobs_service.proto"],
      ["muster.jobs.v1.JobSpec.priority", "muster/jobs/v1/job_spec.proto"],
      ["muster.common.v1.JOB_STATE_DEAD", "muster/common/v1/payload.proto"],
      ["muster.jobs.v1.JobSpec.LabelsEntry", "muster/jobs/v1/job_spec.proto"],
      [".muster.worker.v1.Hello", "muster/worker/v1/worker_service.proto"],
      ["google.rpc.BadRequest.FieldViolation", "google/rpc/error_details.proto"],
      ["google.protobuf.Timestamp", "google/protobuf/timestamp.proto"],
    ] as const) {
      const { fileDescriptorResponse } = await client.ask({ fileContainingSymbol: symbol });
      expect(parse(fileDescriptorResponse?.fileDescriptorProto[0] ?? Buffer.alloc(0)).name, symbol).to.equal(
        fileName,
      );
    }
    client.close();
  });

  it("answers what it does not have with NOT_FOUND and keeps the stream open", async () => {
    const client = reflectionClient(running.address, "v1");
    for (const request of [
      { fileContainingSymbol: "muster.jobs.v1.Nothing" },
      { fileContainingSymbol: "" },
      { fileByFilename: "nothing.proto" },
      { allExtensionNumbersOfType: "muster.jobs.v1.Job" },
      { fileContainingExtension: { containingType: "muster.jobs.v1.Job", extensionNumber: 1 } },
    ]) {
      expect((await client.ask(request)).errorResponse?.errorCode).to.equal(status.NOT_FOUND);
    }
    expect((await client.ask({ listServices: "" })).listServicesResponse?.service).to.have.length(7);
    client.close();
  });

  it("can be turned off", async () => {
    const closed = await runFront({ config: { reflects: false } });
    const client = reflectionClient(closed.address, "v1");
    try {
      await client.ask({ listServices: "*" });
      expect.fail("it answered");
    } catch (error) {
      expect((error as { code: number }).code).to.equal(status.UNIMPLEMENTED);
    } finally {
      client.close();
      await closed.close();
    }
  });
});

/** The file of a symbol and, asked for one by one, everything it imports. */
async function fetchAll(
  client: ReturnType<typeof reflectionClient>,
  symbol: string,
): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const first = await client.ask({ fileContainingSymbol: symbol });
  const open = [...(first.fileDescriptorResponse?.fileDescriptorProto.slice(0, 1) ?? [])];
  for (let bytes = open.pop(); bytes !== undefined; bytes = open.pop()) {
    const { name, dependency } = parse(bytes);
    files.set(name, bytes);
    for (const imported of dependency ?? []) {
      if (files.has(imported)) continue;
      const answer = await client.ask({ fileByFilename: imported });
      open.push(...(answer.fileDescriptorResponse?.fileDescriptorProto.slice(0, 1) ?? []));
    }
  }
  return files;
}

function methodsOf(definition: PackageDefinition, service: string): string[] {
  const methods = Object.values(definition[service] ?? {}) as {
    readonly path: string;
    readonly requestStream: boolean;
    readonly responseStream: boolean;
  }[];
  return methods.map(
    ({ path, requestStream, responseStream }) => `${path} ${requestStream} ${responseStream}`,
  );
}
