/** Workers as the admin service shows them, and the request that filters them. */
import type { ListWorkersRequest__Output } from "../../../proto/gen/muster/admin/v1/ListWorkersRequest.js";
import type { QueueSubscription } from "../../../proto/gen/muster/admin/v1/QueueSubscription.js";
import type { Worker } from "../../../proto/gen/muster/admin/v1/Worker.js";
import type { Subscription, WorkerState, WorkerView } from "../../core/operations.js";
import { decodeEnumList, WORKER_STATE } from "./enums.js";
import { Fields } from "./fields.js";
import { encodeOptionalTimestamp, encodeTimestamp } from "./time.js";

/** Who is asked for when a request names no states: everybody with a session. */
const CONNECTED: readonly WorkerState[] = ["online", "suspect", "draining"];

export function encodeWorker(worker: WorkerView): Worker {
  return {
    namespace: worker.namespace,
    workerId: worker.workerId,
    workerName: worker.workerName,
    state: WORKER_STATE[worker.state],
    sessionId: String(worker.sessionId),
    sessionEpoch: worker.sessionEpoch,
    serverId: worker.serverId,
    instanceId: worker.instanceId,
    subscriptions: worker.subscriptions.map(encodeSubscription),
    maxInFlight: worker.maxInFlight,
    inFlight: worker.inFlight,
    labels: worker.labels,
    sdk: worker.sdk,
    buildId: worker.buildId,
    registeredAt: encodeTimestamp(worker.registeredAt),
    lastHeartbeatAt: encodeOptionalTimestamp(worker.lastHeartbeatAt),
    leaseExpiresAt: encodeOptionalTimestamp(worker.leaseExpiresAt),
    cpuFraction: worker.load.cpuFraction,
    rssBytes: worker.load.rssBytes,
    loopLagMs: worker.load.loopLagMs,
    endReason: worker.endReason ?? "",
  } satisfies Worker;
}

/** @throws MusterError INVALID_REQUEST */
export function decodeListWorkers(request: ListWorkersRequest__Output): {
  readonly namespace: string;
  readonly states: readonly WorkerState[];
  readonly pageSize: number;
  readonly pageToken: string | null;
} {
  const fields = new Fields();
  const namespace = fields.namespace(request.namespace);
  const states = decodeEnumList(fields, "states", WORKER_STATE, request.states);
  const pageSize = fields.pageSize(request.pageSize);
  const pageToken = fields.pageToken(request.pageToken);
  fields.check();
  return { namespace, states: states.length === 0 ? CONNECTED : states, pageSize, pageToken };
}

function encodeSubscription({ queue, jobTypes, maxInFlight }: Subscription): QueueSubscription {
  return { queue, jobTypes: [...jobTypes], maxInFlight } satisfies QueueSubscription;
}
