/**
 * Validates a Hello: every field, with every violation named, before anything is registered. Also validates the
 * window and the subscriptions of a FlowUpdate, which are the same words. Pure; called by connection.ts and
 * inbound.ts. Never looks at the database: whether the worker may have what it asks for is decided elsewhere.
 */
import type { FlowWindow__Output } from "../../../proto/gen/muster/worker/v1/FlowWindow.js";
import type { Hello__Output } from "../../../proto/gen/muster/worker/v1/Hello.js";
import type { InFlightJob__Output } from "../../../proto/gen/muster/worker/v1/InFlightJob.js";
import type { SdkInfo__Output } from "../../../proto/gen/muster/worker/v1/SdkInfo.js";
import type { Subscription__Output } from "../../../proto/gen/muster/worker/v1/Subscription.js";
import { invalid, MusterError, type FieldViolation } from "../../core/errors.js";
import { parseId } from "../../core/job-id.js";
import type { Subscription } from "../../core/operations.js";
import type { HeldJob, HelloInput } from "../../core/sessions.js";
import { expectStorable } from "../../core/storable-text.js";
import { DEFAULT_NAMESPACE, expectName, expectNamespace, shown } from "../../core/validate.js";
import { isLeaseEpoch } from "./decode.js";
import { PROTOCOL } from "./encode.js";

/** Additive behaviour of this server beyond protocol 1. None yet. */
export const SERVER_FEATURES: readonly string[] = [];

const FEATURES_MAX = 64;
const LABELS_MAX = 64;
const LABEL_BYTES_MAX = 256;
const SUBSCRIPTIONS_MAX = 100;
const JOB_TYPES_MAX = 1_000;
const TEXT_BYTES_MAX = 200;
const RESUME_TOKEN_BYTES_MAX = 1_024;
const VIOLATIONS_KEPT = 50;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const SESSION_ID = /^[1-9][0-9]{0,15}$/;

/** Keeps the first violations and drops the rest: a hostile Hello must not cost memory. */
class Findings {
  readonly list: FieldViolation[] = [];

  add(field: string, expected: string, got: string): void {
    if (this.list.length < VIOLATIONS_KEPT) this.list.push({ field, expected, got });
  }

  /** For the checks that return what they expected, or null. */
  check(field: string, expected: string | null, value: string): void {
    if (expected !== null) this.add(field, expected, shown(value));
  }
}

export interface ValidHello {
  readonly input: HelloInput;
  /** Offered by the worker and known to this server; only these are active. */
  readonly features: readonly string[];
}

/**
 * @param inFlightMax bound of the window and of the reported jobs
 * @throws MusterError HELLO_INVALID with every violation; PROTOCOL_UNSUPPORTED when no version is common
 */
export function validateHello(hello: Hello__Output, inFlightMax: number): ValidHello {
  const findings = new Findings();
  negotiateProtocol(hello, findings);
  const namespace =
    hello.namespace === undefined || hello.namespace === "" ? DEFAULT_NAMESPACE : hello.namespace;
  findings.check("namespace", expectNamespace(namespace), namespace);
  const instanceId = (hello.instanceId ?? "").toLowerCase();
  if (!UUID.test(instanceId)) findings.add("instance_id", "a UUID, new for every process", shown(instanceId));
  const workerId = hello.workerId === undefined || hello.workerId === "" ? instanceId : hello.workerId;
  if (workerId !== instanceId) findings.check("worker_id", expectName(workerId), workerId);
  const workerName = hello.workerName ?? "";
  findings.check("worker_name", expectStorable(workerName, TEXT_BYTES_MAX), workerName);
  const buildId = hello.buildId ?? "";
  findings.check("build_id", expectStorable(buildId, TEXT_BYTES_MAX), buildId);
  const subscriptions = readSubscriptions(hello.subscriptions, inFlightMax, findings);
  if (subscriptions.length === 0)
    findings.add("subscriptions", `1 to ${SUBSCRIPTIONS_MAX} subscriptions`, "none");
  const window = readWindow(hello.window, inFlightMax, findings);
  const input: HelloInput = {
    namespace,
    workerId,
    instanceId,
    workerName,
    subscriptions,
    maxInFlight: window.maxInFlight,
    maxInFlightBytes: window.maxInFlightBytes,
    labels: readLabels(hello.labels, findings),
    sdk: readSdk(hello.sdk, findings),
    buildId,
    resume: readResume(hello.resume, findings),
    inFlight: readInFlight(hello.inFlight, inFlightMax, findings),
  };
  const features = commonFeatures(hello.features, SERVER_FEATURES, findings);
  if (findings.list.length > 0) throw invalid("HELLO_INVALID", findings.list);
  return { input, features };
}

/** First of all: what else a Hello means depends on the version. */
function negotiateProtocol(hello: Hello__Output, findings: Findings): void {
  const min = hello.protocolMin ?? 0;
  const max = hello.protocolMax ?? 0;
  if (min < 1) findings.add("protocol_min", "1 or more", String(min));
  if (max < Math.max(min, 1)) findings.add("protocol_max", `${Math.max(min, 1)} or more`, String(max));
  if (findings.list.length > 0 || (min <= PROTOCOL && PROTOCOL <= max)) return;
  throw new MusterError(
    "PROTOCOL_UNSUPPORTED",
    `protocol: expected a range with ${PROTOCOL} in it, got ${min} to ${max}`,
    { metadata: { protocol_min: String(PROTOCOL), protocol_max: String(PROTOCOL) } },
  );
}

export function commonFeatures(
  offered: readonly string[] | undefined,
  known: readonly string[],
  findings: { add(field: string, expected: string, got: string): void },
): string[] {
  if (offered === undefined) return [];
  if (offered.length > FEATURES_MAX) {
    findings.add("features", `at most ${FEATURES_MAX} features`, String(offered.length));
    return [];
  }
  return known.filter((feature) => offered.includes(feature));
}

function readSubscriptions(
  wire: readonly Subscription__Output[] | undefined,
  inFlightMax: number,
  findings: Findings,
): Subscription[] {
  if (wire === undefined) return [];
  if (wire.length > SUBSCRIPTIONS_MAX) {
    findings.add("subscriptions", `1 to ${SUBSCRIPTIONS_MAX} subscriptions`, String(wire.length));
  }
  const queues = new Set<string>();
  return wire.slice(0, SUBSCRIPTIONS_MAX).map((subscription, i) => {
    const field = `subscriptions[${i}]`;
    const queue = subscription.queue ?? "";
    findings.check(`${field}.queue`, expectName(queue), queue);
    if (queues.has(queue)) findings.add(`${field}.queue`, "each queue once", shown(queue));
    queues.add(queue);
    const maxInFlight = subscription.maxInFlight ?? 0;
    if (maxInFlight > inFlightMax) {
      findings.add(`${field}.max_in_flight`, `0 to ${inFlightMax}`, String(maxInFlight));
    }
    return { queue, jobTypes: readJobTypes(subscription.jobTypes ?? [], field, findings), maxInFlight };
  });
}

function readJobTypes(types: readonly string[], field: string, findings: Findings): string[] {
  if (types.length > JOB_TYPES_MAX) {
    findings.add(`${field}.job_types`, `at most ${JOB_TYPES_MAX} types`, String(types.length));
    return [];
  }
  types.forEach((type, i) => findings.check(`${field}.job_types[${i}]`, expectName(type), type));
  return [...new Set(types)];
}

interface Window {
  readonly maxInFlight: number;
  readonly maxInFlightBytes: number;
  readonly generation: number;
}

function readWindow(wire: FlowWindow__Output | undefined, inFlightMax: number, findings: Findings): Window {
  if (wire === undefined) findings.add("window", "a FlowWindow; max_in_flight 0 pauses", "none");
  const maxInFlight = wire?.maxInFlight ?? 0;
  const maxInFlightBytes = wire?.maxInFlightBytes ?? 0;
  const generation = wire?.generation ?? 0;
  if (maxInFlight > inFlightMax)
    findings.add("window.max_in_flight", `0 to ${inFlightMax}`, String(maxInFlight));
  if (!Number.isSafeInteger(maxInFlightBytes)) {
    findings.add("window.max_in_flight_bytes", "less than 2^53", String(maxInFlightBytes));
  }
  if (!Number.isSafeInteger(generation))
    findings.add("window.generation", "less than 2^53", String(generation));
  return { maxInFlight, maxInFlightBytes, generation };
}

function readLabels(
  wire: Readonly<Record<string, string>> | undefined,
  findings: Findings,
): Record<string, string> {
  if (wire === undefined) return {};
  const labels = Object.entries(wire);
  if (labels.length > LABELS_MAX)
    findings.add("labels", `at most ${LABELS_MAX} labels`, String(labels.length));
  for (const [name, value] of labels.slice(0, LABELS_MAX)) {
    findings.check(`labels[${shown(name)}]`, expectName(name), name);
    findings.check(`labels[${shown(name)}]`, expectStorable(value, LABEL_BYTES_MAX), value);
  }
  return Object.fromEntries(labels);
}

/** e.g. `typescript 0.1.0 (node 20.20.0)`. */
function readSdk(wire: SdkInfo__Output | undefined, findings: Findings): string {
  if (wire === undefined) return "";
  const { language = "", version = "", runtime = "" } = wire;
  findings.check("sdk.language", expectStorable(language, TEXT_BYTES_MAX), language);
  findings.check("sdk.version", expectStorable(version, TEXT_BYTES_MAX), version);
  findings.check("sdk.runtime", expectStorable(runtime, TEXT_BYTES_MAX), runtime);
  return `${language} ${version}`.trim() + (runtime === "" ? "" : ` (${runtime})`);
}

function readResume(wire: Hello__Output["resume"], findings: Findings): HelloInput["resume"] {
  if (wire === undefined) return null;
  const sessionId = wire.sessionId ?? "";
  const token = wire.token ?? Buffer.alloc(0);
  if (!SESSION_ID.test(sessionId) || !Number.isSafeInteger(Number(sessionId))) {
    findings.add("resume.session_id", "the session_id of a Welcome", shown(sessionId));
  }
  if (token.length === 0 || token.length > RESUME_TOKEN_BYTES_MAX) {
    findings.add("resume.token", `1 to ${RESUME_TOKEN_BYTES_MAX} bytes`, `${token.length} bytes`);
  }
  return { sessionId: Number(sessionId), token };
}

const HELD_STATES: Readonly<Record<string, HeldJob["state"]>> = {
  IN_FLIGHT_STATE_BUFFERED: "buffered",
  IN_FLIGHT_STATE_RUNNING: "running",
  IN_FLIGHT_STATE_RESULT_PENDING: "result_pending",
};

function readInFlight(
  wire: readonly InFlightJob__Output[] | undefined,
  inFlightMax: number,
  findings: Findings,
): HeldJob[] {
  if (wire === undefined) return [];
  if (wire.length > inFlightMax) {
    findings.add("in_flight", `at most ${inFlightMax} jobs`, String(wire.length));
    return [];
  }
  const held: HeldJob[] = [];
  const seen = new Set<number>();
  wire.forEach((job, i) => {
    const field = `in_flight[${i}].ref`;
    const publicId = job.ref?.jobId ?? "";
    const leaseEpoch = job.ref?.leaseEpoch ?? 0;
    const decoded = parseId(publicId);
    if (decoded === null) findings.add(`${field}.job_id`, "the id of a job", shown(publicId));
    if (!isLeaseEpoch(leaseEpoch))
      findings.add(`${field}.lease_epoch`, "1 to 2147483647", String(leaseEpoch));
    if (decoded === null) return;
    if (seen.has(decoded.id)) findings.add(`${field}.job_id`, "each job once", shown(publicId));
    seen.add(decoded.id);
    held.push({
      publicId,
      ref: { jobId: decoded.id, leaseEpoch },
      attempt: job.ref?.attempt ?? 0,
      // A state from a later version: running is the one that promises least about what may be given away.
      state: HELD_STATES[String(job.state)] ?? "running",
    });
  });
  return held;
}

export interface FlowChange extends Window {
  /** Empty: unchanged. */
  readonly subscriptions: readonly Subscription[];
}

/** @throws MusterError FRAME_INVALID with every violation */
export function validateFlow(
  flow: { readonly window?: FlowWindow__Output; readonly subscriptions?: readonly Subscription__Output[] },
  inFlightMax: number,
): FlowChange {
  const findings = new Findings();
  const window = readWindow(flow.window, inFlightMax, findings);
  const subscriptions = readSubscriptions(flow.subscriptions, inFlightMax, findings);
  if (findings.list.length > 0) throw invalid("FRAME_INVALID", findings.list);
  return { ...window, subscriptions };
}
