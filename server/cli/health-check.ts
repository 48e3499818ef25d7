/**
 * Asks a server through grpc.health.v1 whether it serves. Also the quick probe before every client command: a
 * server that is not there is told in a moment, instead of after all the retries of the real call.
 */
import {
  type Client,
  credentials,
  makeGenericClientConstructor,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import { service } from "grpc-health-check";
import { CliError, EXIT } from "./exit-codes.js";

const PROBE_TIMEOUT_MS = 5_000;

export interface HealthAnswer {
  /** SERVING, NOT_SERVING, UNKNOWN or SERVICE_UNKNOWN. */
  readonly status: string;
}

type Check = (
  request: { readonly service: string },
  options: { readonly deadline: number },
  done: (error: ServiceError | null, answer?: HealthAnswer) => void,
) => void;

/**
 * @param name of a gRPC service, or empty for the server as a whole
 * @throws CliError (unreachable) when nobody answers at `address`
 */
export async function checkHealth(address: string, name: string): Promise<HealthAnswer> {
  const HealthClient = makeGenericClientConstructor(service, "Health");
  const client = new HealthClient(address, credentials.createInsecure());
  try {
    return await callCheck(client, address, name);
  } finally {
    client.close();
  }
}

/** @throws CliError (unreachable) */
export async function expectReachable(address: string): Promise<void> {
  await checkHealth(address, "");
}

async function callCheck(client: Client, address: string, name: string): Promise<HealthAnswer> {
  // The generated client has one method for each rpc, which its type cannot say.
  const check = (client as Client & { check: Check }).check.bind(client);
  return new Promise((resolve, reject) => {
    check({ service: name }, { deadline: Date.now() + PROBE_TIMEOUT_MS }, (error, answer) => {
      if (error === null) resolve({ status: answer?.status ?? "UNKNOWN" });
      else if (error.code === status.NOT_FOUND) resolve({ status: "SERVICE_UNKNOWN" });
      else if (error.code === status.UNIMPLEMENTED) resolve({ status: "UNKNOWN" });
      else reject(unreachable(address, error));
    });
  });
}

function unreachable(address: string, error: ServiceError): CliError {
  const why =
    error.code === status.DEADLINE_EXCEEDED ? `no answer in ${PROBE_TIMEOUT_MS} ms` : "no connection";
  const message = `address: expected a Muster server at ${address}, got ${why} (is it running? see --address)`;
  return new CliError(EXIT.unreachable, message, error);
}
