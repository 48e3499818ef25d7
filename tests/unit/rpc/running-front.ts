/**
 * A gRPC front on a free loopback port over operations that a test writes itself, with clients. What a test does
 * not give is refused as a bug, so that nothing passes by accident.
 */
import { credentials, type Metadata, type ChannelOptions, type ServiceError } from "@grpc/grpc-js";
import { services } from "../../../proto/load.js";
import type { AdminServiceClient } from "../../../proto/gen/muster/admin/v1/AdminService.js";
import type { JobsServiceClient } from "../../../proto/gen/muster/jobs/v1/JobsService.js";
import type { DeadLetterOperations } from "../../../server/core/dead-letters.js";
import type { AdminOperations, JobOperations } from "../../../server/core/operations.js";
import type { RedriveOperations } from "../../../server/core/redrive.js";
import {
  createGrpcFront,
  type GrpcFront,
  type GrpcFrontConfig,
  type RpcService,
} from "../../../server/rpc/front.js";
import { track } from "../../support/leftovers.js";
import { logLines, type LogLine } from "./log-lines.js";
import { richError, type RichError } from "./rich-errors.js";

export interface EndedCall {
  readonly method: string;
  readonly status: string;
  readonly seconds: number | null;
}

export interface RunningFront {
  readonly front: GrpcFront;
  readonly address: string;
  readonly port: number;
  readonly jobs: JobsServiceClient;
  readonly admin: AdminServiceClient;
  readonly lines: LogLine[];
  readonly ended: EndedCall[];
  /** Another client with a connection of its own. */
  jobsClient(options?: ChannelOptions): JobsServiceClient;
  close(): Promise<void>;
}

export interface FrontSetup {
  readonly jobs?: Partial<JobOperations>;
  readonly admin?: Partial<AdminOperations>;
  readonly deadLetters?: Partial<DeadLetterOperations & RedriveOperations>;
  readonly config?: Partial<GrpcFrontConfig>;
  readonly extraServices?: readonly RpcService[];
}

export async function runFront({
  jobs = {},
  admin = {},
  deadLetters = {},
  config = {},
  extraServices = [],
}: FrontSetup = {}): Promise<RunningFront> {
  const { logger, lines } = logLines();
  const ended: EndedCall[] = [];
  const front = createGrpcFront({
    config: { port: 0, ...config },
    jobs: orRefuse(jobs) as JobOperations,
    admin: orRefuse(admin) as AdminOperations,
    deadLetters: orRefuse(deadLetters) as DeadLetterOperations & RedriveOperations,
    logger,
    extraServices,
    observer: { rpcEnded: (method, status, seconds) => void ended.push({ method, status, seconds }) },
  });
  const { port } = await front.start();
  const address = `127.0.0.1:${port}`;
  const clients: { close(): void }[] = [];
  const keep = <Client extends { close(): void }>(client: Client): Client => {
    clients.push(client);
    return client;
  };
  const jobsClient = (options: ChannelOptions = {}): JobsServiceClient =>
    keep(
      new (services().jobs.JobsService)(address, credentials.createInsecure(), {
        "grpc.use_local_subchannel_pool": 1,
        ...options,
      }),
    );
  const untrack = track(`gRPC front on ${address}`, () => close());
  async function close(): Promise<void> {
    untrack();
    for (const client of clients) client.close();
    await front.stop(500);
  }
  return {
    front,
    address,
    port,
    jobs: jobsClient(),
    admin: keep(new (services().admin.AdminService)(address, credentials.createInsecure())),
    lines,
    ended,
    jobsClient,
    close,
  };
}

function orRefuse(operations: object): object {
  return new Proxy(operations, {
    get: (target, name) =>
      Reflect.get(target, name) ?? (() => Promise.reject(new Error(`${String(name)} is not given`))),
  });
}

type Unary<Request, Response> = (
  request: Request,
  callback: (error: ServiceError | null, response?: Response) => void,
) => unknown;

/** `call(client.GetJob.bind(client), {...})` */
export function call<Request, Response>(
  method: Unary<Request, Response>,
  request: Request,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    method(request, (error, response) => {
      if (error !== null) reject(error);
      else resolve(response as Response);
    });
  });
}

export interface Refused {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata;
  /** Throws when the trailers have none. */
  rich(): RichError;
}

/** The error that a call must end with. */
export async function refused(attempt: Promise<unknown>): Promise<Refused> {
  let response: unknown;
  try {
    response = await attempt;
  } catch (error) {
    const { code, details, metadata } = error as ServiceError;
    return { code, details, metadata, rich: () => richError(metadata) };
  }
  throw new Error(`expected an error, got ${JSON.stringify(response)}`);
}
