/**
 * Reads Muster's own graph file:
 *   { "name": "nightly", "jobs": [ { "key": "load", "type": "etl" }, { "key": "sum", "dependsOn": ["load"] } ] }
 * A job may have: key (required), type, queue, payload (any JSON), dependsOn, priority, maxAttempts,
 * onParentFailure (cancel, run or fail), executionTimeoutSeconds, startTimeoutSeconds, progressTimeoutSeconds, labels,
 * headers; the graph itself timeoutSeconds. A payload with a number `runtimeSeconds` says how long the job is expected
 * to take. Unknown fields are refused: they are typing errors.
 */
import { badInput } from "../exit-codes.js";
import {
  asList,
  asNumber,
  asObject,
  asText,
  asTextMap,
  isObject,
  type JsonObject,
  shownJson,
} from "./json-fields.js";
import { taskKey } from "./task-key.js";
import { type TaskSettings, workGraph, type WorkGraph, type WorkTask } from "./work-graph.js";

const GRAPH_FIELDS = ["name", "jobs", "timeoutSeconds", "$schema"];
const SECONDS_MAX = 31_536_000;
const JOB_FIELDS = [
  "key",
  "type",
  "queue",
  "payload",
  "dependsOn",
  "priority",
  "maxAttempts",
  "onParentFailure",
  "executionTimeoutSeconds",
  "startTimeoutSeconds",
  "progressTimeoutSeconds",
  "labels",
  "headers",
];
const POLICIES = ["cancel", "run", "fail"] as const;

export function isMusterGraph(document: JsonObject): boolean {
  return "jobs" in document;
}

/** @throws CliError (bad input) naming the job and the field */
export function readMusterGraph(document: JsonObject): WorkGraph {
  refuseUnknown(document, GRAPH_FIELDS, "");
  const name = asText(document["name"], "name");
  const tasks = asList(document["jobs"], "jobs").map((value, index) => readJob(value, index));
  const given = document["timeoutSeconds"];
  const timeoutSeconds =
    given === undefined ? {} : { timeoutSeconds: asNumberFrom(0.001, SECONDS_MAX)(given, "timeoutSeconds") };
  return workGraph({ name, format: "muster", tasks, notes: [], ...timeoutSeconds }, "jobs", "dependsOn");
}

function readJob(value: unknown, index: number): WorkTask {
  const job = asObject(value, `jobs[${index}]`);
  const key = asText(job["key"], `jobs[${index}].key`);
  const where = `jobs[${index}] (${key})`;
  if (taskKey(key) !== key)
    throw badInput(`jobs[${index}].key`, "1 to 200 printable characters", shownJson(key));
  refuseUnknown(job, JOB_FIELDS, `${where}.`);
  const dependsOn = job["dependsOn"] === undefined ? [] : asList(job["dependsOn"], `${where}.dependsOn`);
  const parents = dependsOn.map((parent, at) => asText(parent, `${where}.dependsOn[${at}]`));
  const payload = job["payload"] ?? null;
  return {
    key,
    name: key,
    parents: [...new Set(parents)],
    runtimeSeconds: runtimeOf(payload, where),
    payload,
    settings: readSettings(job, where),
  };
}

function runtimeOf(payload: unknown, where: string): number {
  if (!isObject(payload) || payload["runtimeSeconds"] === undefined) return 0;
  return asNumber(payload["runtimeSeconds"], `${where}.payload.runtimeSeconds`, {
    min: 0,
    max: Number.MAX_VALUE,
  });
}

/** Only the shape is checked here; names and bounds are the server's to judge, in the same words. */
function readSettings(job: JsonObject, where: string): TaskSettings {
  const at = <T>(field: string, read: (value: unknown, path: string) => T): T | undefined =>
    job[field] === undefined ? undefined : read(job[field], `${where}.${field}`);
  const found = {
    type: at("type", asText),
    queue: at("queue", asText),
    priority: at("priority", asNumberFrom(-1000, 1000)),
    maxAttempts: at("maxAttempts", asNumberFrom(1, 100)),
    onParentFailure: at("onParentFailure", asPolicy),
    executionTimeoutSeconds: at("executionTimeoutSeconds", asNumberFrom(0.001, SECONDS_MAX)),
    startTimeoutSeconds: at("startTimeoutSeconds", asNumberFrom(0.001, SECONDS_MAX)),
    progressTimeoutSeconds: at("progressTimeoutSeconds", asNumberFrom(0.001, SECONDS_MAX)),
    labels: at("labels", asTextMap),
    headers: at("headers", asTextMap),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

function asNumberFrom(min: number, max: number): (value: unknown, path: string) => number {
  return (value, path) => asNumber(value, path, { min, max });
}

function asPolicy(value: unknown, path: string): "cancel" | "run" | "fail" {
  const policy = POLICIES.find((known) => known === value);
  if (policy === undefined) throw badInput(path, POLICIES.join(", "), shownJson(value));
  return policy;
}

function refuseUnknown(object: JsonObject, known: readonly string[], prefix: string): void {
  const unknown = Object.keys(object).find((field) => !known.includes(field));
  if (unknown !== undefined)
    throw badInput(`${prefix}${unknown}`, `one of ${known.join(", ")}`, "an unknown field");
}
