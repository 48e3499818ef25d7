/**
 * Loads the contract. The one place that names the decoding options, so that server, SDK and generated types
 * agree; `npm run proto:gen` uses the same ones. `defaults` is off: absent and zero are both `undefined`.
 */
import { fileURLToPath } from "node:url";
import { loadPackageDefinition } from "@grpc/grpc-js";
import { loadSync, type Options, type PackageDefinition } from "@grpc/proto-loader";
import type { ProtoGrpcType as AdminTypes } from "./gen/admin_service.js";
import type { ProtoGrpcType as JobsTypes } from "./gen/jobs_service.js";
import type { ProtoGrpcType as SchedulesTypes } from "./gen/schedules_service.js";
import type { ProtoGrpcType as WorkerTypes } from "./gen/worker_service.js";

export const PROTO_ROOT = fileURLToPath(new URL(".", import.meta.url));

const OPTIONS = {
  longs: Number,
  enums: String,
  oneofs: true,
  defaults: false,
  keepCase: false,
  includeDirs: [PROTO_ROOT],
} satisfies Options;

const FILES = [
  "muster/worker/v1/worker_service.proto",
  "muster/jobs/v1/jobs_service.proto",
  "muster/admin/v1/admin_service.proto",
  "muster/schedules/v1/schedules_service.proto",
  "google/rpc/status.proto",
  "google/rpc/error_details.proto",
];

let definition: PackageDefinition | undefined;

/** Every service and message of the contract, by full name. Parsed once per process. */
export function contract(): PackageDefinition {
  definition ??= loadSync(FILES, OPTIONS);
  return definition;
}

/** The grpc-js constructors and service definitions of the Muster services. */
export function services(): {
  readonly worker: WorkerTypes["muster"]["worker"]["v1"];
  readonly jobs: JobsTypes["muster"]["jobs"]["v1"];
  readonly admin: AdminTypes["muster"]["admin"]["v1"];
  readonly schedules: SchedulesTypes["muster"]["schedules"]["v1"];
} {
  const root = loadPackageDefinition(contract()) as unknown as WorkerTypes &
    JobsTypes &
    AdminTypes &
    SchedulesTypes;
  return {
    worker: root.muster.worker.v1,
    jobs: root.muster.jobs.v1,
    admin: root.muster.admin.v1,
    schedules: root.muster.schedules.v1,
  };
}
