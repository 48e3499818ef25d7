/**
 * Loads the contract. The one place that names the decoding options, so that server, SDK and generated types
 * agree; `npm run proto:gen` uses the same ones. `defaults` is off: absent and zero are both `undefined`.
 */
import { fileURLToPath } from "node:url";
import { type GrpcObject, loadPackageDefinition } from "@grpc/grpc-js";
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

const FILES = {
  worker: ["muster/worker/v1/worker_service.proto"],
  jobs: ["muster/jobs/v1/jobs_service.proto"],
  admin: ["muster/admin/v1/admin_service.proto"],
  schedules: ["muster/schedules/v1/schedules_service.proto"],
  status: ["google/rpc/status.proto", "google/rpc/error_details.proto"],
} as const;

export type Part = keyof typeof FILES;

let whole: PackageDefinition | undefined;
const parts = new Map<Part, PackageDefinition>();
const roots = new Map<Part, GrpcObject>();

/** Every service and message of the contract, by full name. Parsed once a thread. */
export function contract(): PackageDefinition {
  whole ??= loadSync(Object.values(FILES).flat(), OPTIONS);
  return whole;
}

/** The same of one part and what it imports, for whoever needs no other: parsing all of it is much of a short start. */
export function partOfContract(part: Part): PackageDefinition {
  if (whole !== undefined) return whole;
  let definition = parts.get(part);
  if (definition === undefined) parts.set(part, (definition = loadSync([...FILES[part]], OPTIONS)));
  return definition;
}

/** The grpc-js constructors and service definitions of the Muster services, each parsed when it is first asked for. */
export function services(): Services {
  return SERVICES;
}

/** The same for servers, which serve all of it: the parts share much, and are parsed together. */
export function allServices(): Services {
  contract();
  return SERVICES;
}

export interface Services {
  readonly worker: WorkerTypes["muster"]["worker"]["v1"];
  readonly jobs: JobsTypes["muster"]["jobs"]["v1"];
  readonly admin: AdminTypes["muster"]["admin"]["v1"];
  readonly schedules: SchedulesTypes["muster"]["schedules"]["v1"];
}

const SERVICES: Services = {
  get worker() {
    return rootOf<WorkerTypes>("worker").muster.worker.v1;
  },
  get jobs() {
    return rootOf<JobsTypes>("jobs").muster.jobs.v1;
  },
  get admin() {
    return rootOf<AdminTypes>("admin").muster.admin.v1;
  },
  get schedules() {
    return rootOf<SchedulesTypes>("schedules").muster.schedules.v1;
  },
};

function rootOf<Root>(part: Part): Root {
  let root = roots.get(part);
  if (root === undefined) roots.set(part, (root = loadPackageDefinition(partOfContract(part))));
  return root as unknown as Root;
}
