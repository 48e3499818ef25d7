/**
 * Judges a submission as a whole: every field of every job, keys, dependencies, cycles. Either all of it is fine
 * and comes back in topological order with the defaults filled in, or one error names every violation. Touches
 * nothing outside; whether earlier parents exist, and whether an idempotency key is taken, only the store can say.
 * The submit verb calls this before its transaction.
 */
import { canonicalGraphHead, canonicalJob, type CanonicalPart } from "./canonical-job.js";
import { giveSlack } from "./critical-path.js";
import { resolveDependencies, type EarlierParent } from "./dependencies.js";
import { cycleText, topologicalOrder } from "./graph.js";
import type { NewJob } from "./job.js";
import { checkIdempotencyKey, checkMap, duration } from "./field-checks.js";
import { checkJobFields, type FieldContext, type JobFields } from "./job-fields.js";
import type { GraphInput, SubmitInput } from "./operations.js";
import { expectStorable } from "./storable-text.js";
import { SUBMISSION_LIMITS, type SubmissionLimits } from "./submission-limits.js";
import { expectNamespace } from "./validate.js";
import { Violations } from "./violations.js";

export interface ValidatedSubmission {
  readonly namespace: string;
  readonly graph: GraphInput | null;
  /** In topological order: siblingParents hold smaller positions than the job's own. */
  readonly jobs: readonly NewJob[];
  /** For each index of the input the position in `jobs`. */
  readonly positionOfInput: readonly number[];
  /** For each position in `jobs` the index of the input. For field paths of errors that the store finds. */
  readonly inputOfPosition: readonly number[];
  /** Distinct; each must be checked for existence, namespace and creation time. */
  readonly earlierParentIds: readonly EarlierParent[];
  /** What to hash and compare under the idempotency key of the job at this position. */
  canonicalJob(position: number): Iterable<CanonicalPart>;
  /** What to hash and compare under the idempotency key of the graph. */
  canonicalGraph(): Iterable<CanonicalPart>;
}

const GRAPH_NAME_BYTES_MAX = 200;

/**
 * Linear in jobs, dependencies and bytes.
 * @param nowMs wall clock, for the bounds of run_at
 * @throws MusterError INVALID_JOB, INVALID_REQUEST, CYCLE or PAYLOAD_TOO_LARGE with up to 50 violations
 */
export function validateSubmission(
  input: SubmitInput,
  nowMs: number,
  limits: SubmissionLimits = SUBMISSION_LIMITS,
): ValidatedSubmission {
  const violations = new Violations();
  const graphLabels = labelsOf(input.graph);
  const context: FieldContext = { limits, nowMs, graphLabels, violations };
  checkEnvelope(input, context);
  const fields = input.jobs.map((job, index) => checkJobFields(job, `jobs[${index}]`, context));
  const dependencies = resolveDependencies(input.jobs, limits.dependenciesPerJob, violations);
  const order = topologicalOrder(dependencies.siblings);
  if (!order.ok) {
    const path = cycleText(order.cycle.map((index) => input.jobs[index]?.key ?? `jobs[${index}]`));
    const field = `jobs[${order.cycle[0]}].depends_on`;
    violations.add("CYCLE", field, "no job that depends on itself", `${path} (each depends on the next)`);
  }
  const error = violations.toError();
  if (error !== null) throw error;

  const inputOfPosition = order.ok ? order.order : [];
  const positionOfInput = inverse(inputOfPosition);
  const jobs = inputOfPosition.map((index): JobFields => {
    const own = fields[index];
    if (own === undefined)
      throw new RangeError(`order: expected an index below ${fields.length}, got ${index}`);
    const siblings = dependencies.siblings[index] ?? [];
    if (siblings.length > 0) own.siblingParents = siblings.map((parent) => positionOfInput[parent] ?? -1);
    own.earlierParents = dependencies.earlier[index] ?? [];
    return own;
  });
  if (input.graph?.order === "critical_path")
    giveSlack(
      jobs,
      inputOfPosition.map((index) => input.jobs[index]?.expectedDurationMs),
    );
  return {
    namespace: input.namespace,
    graph: input.graph,
    jobs,
    positionOfInput,
    inputOfPosition,
    earlierParentIds: dependencies.earlierParents,
    canonicalJob: (position) => canonicalAt(input, jobs, inputOfPosition, position),
    *canonicalGraph() {
      if (input.graph !== null) yield canonicalGraphHead(input.graph, jobs.length);
      for (const position of positionOfInput) yield* canonicalAt(input, jobs, inputOfPosition, position);
    },
  };
}

/** What is not part of a job. Too many jobs ends the validation at once: the rest would only cost time. */
function checkEnvelope(input: SubmitInput, context: FieldContext): void {
  const { limits, violations } = context;
  const { graph } = input;
  const countMax = graph === null ? limits.jobsPerBatch : limits.jobsPerGraph;
  if (input.jobs.length < 1) violations.add("INVALID_REQUEST", "jobs", `1 to ${countMax} jobs`, "0");
  if (input.jobs.length > countMax) {
    violations.add("PAYLOAD_TOO_LARGE", "jobs", `1 to ${countMax} jobs`, `${input.jobs.length}`);
    const error = violations.toError();
    if (error !== null) throw error;
  }
  violations.check("INVALID_REQUEST", "namespace", expectNamespace(input.namespace), input.namespace);
  if (graph === null) return;
  violations.check("INVALID_REQUEST", "name", expectStorable(graph.name, GRAPH_NAME_BYTES_MAX), graph.name);
  if (graph.timeoutMs !== null)
    duration(graph.timeoutMs, "timeout", { min: 1, max: limits.timeoutMs }, violations, "INVALID_REQUEST");
  checkIdempotencyKey(
    graph.idempotencyKey,
    { code: "INVALID_REQUEST", path: "idempotency_key", charactersMax: limits.idempotencyKeyLength },
    violations,
  );
  checkMap(
    graph.labels,
    { code: "INVALID_REQUEST", path: "labels", countMax: limits.labels, bytesMax: limits.labelBytes },
    violations,
  );
}

function labelsOf(graph: GraphInput | null): GraphInput["labels"] | null {
  return graph === null || Object.keys(graph.labels).length === 0 ? null : graph.labels;
}

function inverse(order: readonly number[]): number[] {
  const positions = new Array<number>(order.length).fill(-1);
  for (const [position, index] of order.entries()) positions[index] = position;
  return positions;
}

function* canonicalAt(
  input: SubmitInput,
  jobs: readonly NewJob[],
  inputOfPosition: readonly number[],
  position: number,
): Iterable<CanonicalPart> {
  const job = jobs[position];
  const dependsOn = input.jobs[inputOfPosition[position] ?? -1]?.dependsOn ?? [];
  if (job === undefined) throw new RangeError(`position: expected 0..${jobs.length - 1}, got ${position}`);
  yield* canonicalJob(job, dependsOn);
}
