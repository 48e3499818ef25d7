/**
 * The Hello of a worker: who it is, what it takes, and, when it comes back, its session and every job it holds.
 */
import type { FlowWindow } from "../../../proto/gen/muster/worker/v1/FlowWindow.js";
import type { InFlightJob } from "../../../proto/gen/muster/worker/v1/InFlightJob.js";
import { encodeHello } from "./frames.js";
import type { SessionConfig } from "./messages.js";

const PROTOCOL = 1;
const SDK_VERSION = "0.1.0";

export interface Resume {
  readonly sessionId: string;
  readonly token: Buffer;
}

export function helloBody(
  config: SessionConfig,
  window: FlowWindow,
  inFlight: InFlightJob[],
  resume: Resume | undefined,
): Uint8Array {
  return encodeHello({
    protocolMin: PROTOCOL,
    protocolMax: PROTOCOL,
    features: [],
    workerId: config.workerId,
    instanceId: config.instanceId,
    workerName: config.workerName,
    subscriptions: config.subscriptions.map((each) => ({ ...each, jobTypes: [...each.jobTypes] })),
    labels: { ...config.labels },
    window,
    sdk: { language: "typescript", version: SDK_VERSION, runtime: `node ${process.versions.node}` },
    buildId: config.buildId,
    namespace: config.namespace,
    inFlight,
    ...(resume !== undefined && { resume }),
  });
}
