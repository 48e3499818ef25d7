/**
 * Gives a command its client and takes it back, whatever happens. gRPC and the SDK are loaded only now, so that
 * `--help` and bad usage answer at once.
 */
import type { Client } from "../../worker-sdk/typescript/index.js";
import type { ClientOptions } from "./options.js";

/** For one call with all its retries: long enough for a server to restart, short enough for a person to wait. */
const DEADLINE_MS = 15_000;

/**
 * @param deadlineMs for one call with all its retries
 * @throws CliError (unreachable) before the work begins, MusterClientError from the work
 */
export async function withClient<T>(
  options: Pick<ClientOptions, "address" | "namespace">,
  work: (client: Client) => Promise<T>,
  deadlineMs: number = DEADLINE_MS,
): Promise<T> {
  const { expectReachable } = await import("./health-check.js");
  await expectReachable(options.address);
  const { Client: SdkClient } = await import("../../worker-sdk/typescript/index.js");
  const client = new SdkClient({ address: options.address, namespace: options.namespace, deadlineMs });
  try {
    return await work(client);
  } finally {
    client.close();
  }
}
