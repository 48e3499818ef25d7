/** Registrations as the store takes them, of workers that say next to nothing. */
import type { RegisterRequest } from "../../server/core/store.js";
import { freshName } from "./fresh-name.js";

/** Of a worker that says nothing of itself but what is given. */
export function registration(
  over: Partial<RegisterRequest["hello"]> = {},
  resumeSessionId: number | null = null,
): RegisterRequest {
  const workerId = over.workerId ?? freshName("worker-");
  return {
    serverId: "replica-1",
    leaseTtlMs: 30_000,
    resumeSessionId,
    hello: {
      namespace: "default",
      workerId,
      instanceId: `${workerId}-1`,
      workerName: "",
      subscriptions: [{ queue: "default", jobTypes: [], maxInFlight: 0 }],
      maxInFlight: 100_000,
      maxInFlightBytes: 0,
      labels: {},
      sdk: "",
      buildId: "",
      resume: null,
      inFlight: [],
      ...over,
    },
  };
}
