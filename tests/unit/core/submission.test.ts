import { expect } from "chai";
import fc from "fast-check";
import { MusterError } from "../../../server/core/errors.js";
import { formatId } from "../../../server/core/job-id.js";
import type { GraphInput, JobInput } from "../../../server/core/operations.js";
import { validateSubmission, type ValidatedSubmission } from "../../../server/core/submission.js";
import { SUBMISSION_LIMITS, type SubmissionLimits } from "../../../server/core/submission-limits.js";
import { NEW_JOB } from "../../support/new-job.js";
import { arbitraryGraph } from "./arbitrary-graph.js";

const NOW_MS = 1_800_000_000_000;
const EARLIER = formatId(41, NOW_MS - 1000);

const graphOf = (over: Partial<GraphInput> = {}): GraphInput => ({
  name: "nightly",
  labels: {},
  idempotencyKey: null,
  timeoutMs: null,
  order: "ready",
  ...over,
});

function validate(
  jobs: readonly JobInput[],
  over: { namespace?: string; graph?: GraphInput; limits?: Partial<SubmissionLimits> } = {},
): ValidatedSubmission {
  const input = { namespace: over.namespace ?? "default", jobs, graph: over.graph ?? null };
  return validateSubmission(input, NOW_MS, { ...SUBMISSION_LIMITS, ...over.limits });
}

function refusal(...args: Parameters<typeof validate>): MusterError {
  try {
    validate(...args);
  } catch (error) {
    if (error instanceof MusterError) return error;
    throw error;
  }
  throw new Error("expected a refusal, but it was accepted");
}

const fieldsOf = (error: MusterError) => error.details.violations?.map((violation) => violation.field);

describe("validateSubmission", () => {
  it("fills in the defaults of the contract", () => {
    expect(validate([{ type: "resize" }]).jobs).to.deep.equal([NEW_JOB]);
  });

  it("keeps what was given", () => {
    const payload = { contentType: "", body: Buffer.from("x"), uri: null };
    const [job] = validate([
      {
        key: "a",
        type: "t",
        queue: "q",
        payload,
        priority: -1000,
        inheritPriority: false,
        maxAttempts: 100,
        backoff: { kind: "fixed", baseMs: 3_600_000 },
        executionTimeoutMs: 0.5 + 1000,
        runAtMs: NOW_MS + 1.5,
        onParentFailure: "run",
        idempotencyKey: "once",
        concurrencyKey: "tenant 1",
        labels: { team: "red" },
        headers: { trace: "1" },
      },
    ]).jobs;
    expect(job).to.deep.include({
      priority: -1000,
      maxAttempts: 100,
      executionTimeoutMs: 1001,
      runAtMs: NOW_MS + 2,
      backoff: { kind: "fixed", baseMs: 3_600_000, capMs: 3_600_000, jitter: 1 },
      concurrency: { key: "tenant 1", limit: null },
      labels: { team: "red" },
      headers: { trace: "1" },
    });
    expect(job?.payload).to.deep.equal({ ...payload, contentType: "application/octet-stream" });
  });

  const refused: readonly (readonly [string, Partial<JobInput>, string])[] = [
    ["no type", { type: "" }, "type"],
    ["a type with a space", { type: "a b" }, "type"],
    ["an empty queue name", { queue: "" }, "queue"],
    ["a key of 201 characters", { key: "k".repeat(201) }, "key"],
    ["a priority over 1000", { priority: 1001 }, "priority"],
    ["a priority with a fraction", { priority: 1.5 }, "priority"],
    ["a priority that is no number", { priority: Number.NaN }, "priority"],
    ["no attempts", { maxAttempts: 0 }, "max_attempts"],
    ["101 attempts", { maxAttempts: 101 }, "max_attempts"],
    ["an execution timeout of nothing", { executionTimeoutMs: 0 }, "execution_timeout"],
    ["an execution timeout of 25 days", { executionTimeoutMs: 25 * 86_400_000 }, "execution_timeout"],
    ["an endless execution timeout", { executionTimeoutMs: Infinity }, "execution_timeout"],
    ["an expected duration of nothing", { expectedDurationMs: 0 }, "expected_duration"],
    ["an expected duration of 25 days", { expectedDurationMs: 25 * 86_400_000 }, "expected_duration"],
    ["run_at eleven years ahead", { runAtMs: NOW_MS + 11 * 365 * 86_400_000 }, "run_at"],
    ["run_at that is no time", { runAtMs: Number.NaN }, "run_at"],
    ["a negative base", { backoff: { baseMs: -1 } }, "backoff.base"],
    ["a cap below the base", { backoff: { baseMs: 100, capMs: 99 } }, "backoff.cap"],
    ["jitter over 1", { backoff: { jitter: 1.1 } }, "backoff.jitter"],
    ["an empty idempotency key", { idempotencyKey: "" }, "idempotency_key"],
    ["a long idempotency key", { idempotencyKey: "k".repeat(201) }, "idempotency_key"],
    ["NUL in an idempotency key", { idempotencyKey: "a\0" }, "idempotency_key"],
    ["an empty concurrency key", { concurrencyKey: "" }, "concurrency_key"],
    ["a concurrency key of 201 characters", { concurrencyKey: "k".repeat(201) }, "concurrency_key"],
    ["a concurrency limit without a key", { concurrencyLimit: 2 }, "concurrency_limit"],
    ["a concurrency limit of 1001", { concurrencyKey: "k", concurrencyLimit: 1_001 }, "concurrency_limit"],
    ["half a concurrency limit", { concurrencyKey: "k", concurrencyLimit: 0.5 }, "concurrency_limit"],
    ["a label without a name", { labels: { "": "x" } }, "labels"],
    ["a label of 257 bytes", { labels: { a: "é".repeat(129) } }, 'labels["a"]'],
    ["NUL in a label", { labels: { a: "\0" } }, 'labels["a"]'],
    ["half a character in a header", { headers: { a: "\ud800" } }, 'headers["a"]'],
    [
      "65 headers",
      { headers: Object.fromEntries([...Array(65).keys()].map((n) => [`h${n}`, ""])) },
      "headers",
    ],
    ["a payload of nothing", { payload: { contentType: "", body: null, uri: null } }, "payload"],
    ["a payload twice", { payload: { contentType: "", body: Buffer.alloc(0), uri: "s3://a" } }, "payload"],
    ["an empty uri", { payload: { contentType: "", body: null, uri: "" } }, "payload.uri"],
    [
      "a long content type",
      { payload: { contentType: "x".repeat(201), body: Buffer.alloc(0), uri: null } },
      "payload.content_type",
    ],
    ["a parent that is neither key nor id", { dependsOn: ["who"] }, "depends_on[0]"],
  ];
  for (const [what, over, field] of refused) {
    it(`refuses ${what}`, () => {
      const error = refusal([{ type: "fine" }, { type: "t", ...over }]);
      expect(error.code).to.equal("INVALID_JOB");
      expect(fieldsOf(error)).to.deep.equal([`jobs[1].${field}`]);
      expect(error.message).to.match(/: expected .+, got .+/);
    });
  }

  it("reports everything that is wrong at once, and keeps fifty", () => {
    const error = refusal([
      { type: "", priority: 5000, maxAttempts: 0 },
      { type: "t", key: "a" },
      { type: "t", key: "a", dependsOn: ["x", "y"] },
    ]);
    expect(fieldsOf(error)).to.deep.equal([
      "jobs[0].type",
      "jobs[0].priority",
      "jobs[0].max_attempts",
      "jobs[2].key",
      "jobs[2].depends_on[0]",
      "jobs[2].depends_on[1]",
    ]);
    const many = refusal(Array.from({ length: 80 }, () => ({ type: "" })));
    expect(many.details.violations).to.have.length(50);
    expect(many.message).to.contain("(and 79 more)");
  });

  it("refuses keys and idempotency keys that are used twice, and says where they were first", () => {
    const error = refusal([
      { type: "t", key: "a", idempotencyKey: "i" },
      { type: "t", key: "b" },
      { type: "t", key: "a", idempotencyKey: "i" },
    ]);
    expect(error.details.violations).to.deep.equal([
      { field: "jobs[2].key", expected: "a value used once in this submission", got: '"a", as in jobs[0]' },
      {
        field: "jobs[2].idempotency_key",
        expected: "a value used once in this submission",
        got: '"i", as in jobs[0]',
      },
    ]);
  });

  it("names the way around a cycle", () => {
    const ring = (...keys: string[]) =>
      keys.map((key, at) => ({ type: "t", key, dependsOn: [keys[(at + 1) % keys.length] ?? key] }));
    const error = refusal([{ type: "t" }, ...ring("a", "b", "c")]);
    expect(error.code).to.equal("CYCLE");
    expect(error.message).to.contain("a -> b -> c -> a (each depends on the next)");
    expect(fieldsOf(error)).to.deep.equal(["jobs[1].depends_on"]);
    const self = refusal(ring("a"));
    expect(self.code).to.equal("CYCLE");
    expect(fieldsOf(self)).to.deep.equal(["jobs[0].depends_on[0]"]);
  });

  it("calls a payload too large only when nothing else is wrong", () => {
    const payload = { contentType: "x/y", body: Buffer.alloc(11), uri: null };
    const limits = { payloadBytes: 10 };
    expect(refusal([{ type: "t", payload }], { limits })).to.include({ code: "PAYLOAD_TOO_LARGE" });
    const both = refusal([{ type: "t", payload }, { type: "" }], { limits });
    expect(both.code).to.equal("INVALID_JOB");
    expect(fieldsOf(both)).to.deep.equal(["jobs[0].payload.inline", "jobs[1].type"]);
    expect(validate([{ type: "t", payload }], { limits: { payloadBytes: 11 } }).jobs).to.have.length(1);
  });

  it("bounds how many jobs come at once, more in a graph", () => {
    const limits = { jobsPerBatch: 2, jobsPerGraph: 3 };
    const jobs = (count: number) => Array.from({ length: count }, () => ({ type: "t" }));
    expect(validate(jobs(2), { limits }).jobs).to.have.length(2);
    expect(refusal(jobs(3), { limits }).code).to.equal("PAYLOAD_TOO_LARGE");
    expect(validate(jobs(3), { limits, graph: graphOf() }).jobs).to.have.length(3);
    expect(refusal(jobs(4), { limits, graph: graphOf() }).code).to.equal("PAYLOAD_TOO_LARGE");
    expect(refusal([]).code).to.equal("INVALID_REQUEST");
    const parents = refusal([{ type: "t", dependsOn: [EARLIER, EARLIER] }], {
      limits: { dependenciesPerJob: 1 },
    });
    expect(fieldsOf(parents)).to.deep.equal(["jobs[0].depends_on"]);
  });

  it("judges the request around the jobs too", () => {
    const graph = graphOf({ name: "\0", idempotencyKey: "", labels: { a: "\0" } });
    const error = refusal([{ type: "t" }], { namespace: "No Such", graph });
    expect(error.code).to.equal("INVALID_REQUEST");
    expect(fieldsOf(error)).to.deep.equal(["namespace", "name", "idempotency_key", 'labels["a"]']);
  });

  it("gives the graph's labels to every job, the job's own first", () => {
    const graph = graphOf({ labels: { team: "red", tier: "1" } });
    const { jobs } = validate([{ type: "t" }, { type: "t", labels: { tier: "2" } }], { graph });
    expect(jobs.map((job) => job.labels)).to.deep.equal([
      { team: "red", tier: "1" },
      { team: "red", tier: "2" },
    ]);
    const full = refusal([{ type: "t", labels: { own: "" } }], { graph, limits: { labels: 2 } });
    expect(fieldsOf(full)).to.deep.equal(["jobs[0].labels"]);
  });
});

describe("dependencies of a submission", () => {
  it("are keys first, else ids of earlier jobs, each once", () => {
    const other = formatId(42, NOW_MS);
    const submission = validate([
      { type: "t", key: "child", dependsOn: ["parent", EARLIER, "parent", EARLIER.toUpperCase(), other] },
      { type: "t", key: "parent", dependsOn: [EARLIER] },
      { type: "t", key: EARLIER.replaceAll("-", "_") },
    ]);
    expect(submission.inputOfPosition).to.deep.equal([1, 0, 2]);
    expect(submission.positionOfInput).to.deep.equal([1, 0, 2]);
    expect(submission.jobs.map((job) => [job.siblingParents, job.earlierParents])).to.deep.equal([
      [[], [41]],
      [[0], [41, 42]],
      [[], []],
    ]);
    expect(submission.earlierParentIds).to.deep.equal([
      {
        id: 41,
        createdMs: NOW_MS - 1000,
        publicId: EARLIER,
        fields: ["jobs[0].depends_on[1]", "jobs[0].depends_on[3]", "jobs[1].depends_on[0]"],
        dependents: [0, 1],
      },
      { id: 42, createdMs: NOW_MS, publicId: other, fields: ["jobs[0].depends_on[4]"], dependents: [0] },
    ]);
  });

  it("prefer a key that looks like an id", () => {
    const submission = validate([
      { type: "t", key: EARLIER },
      { type: "t", dependsOn: [EARLIER] },
    ]);
    expect(submission.earlierParentIds).to.deep.equal([]);
    expect(submission.jobs[1]?.siblingParents).to.deep.equal([0]);
  });

  it("come out in topological order and map back to the input", () => {
    const shuffled = arbitraryGraph(20).chain((graph) =>
      fc.tuple(fc.constant(graph), fc.shuffledSubarray([...graph.keys()], { minLength: graph.length })),
    );
    fc.assert(
      fc.property(shuffled, ([graph, places]) => {
        const input = places.map((node) => ({
          type: "t",
          key: `k${node}`,
          dependsOn: (graph[node] ?? []).map((parent) => `k${parent}`),
        }));
        const { jobs, positionOfInput, inputOfPosition } = validate(input);
        for (const [index, job] of input.entries()) {
          const position = positionOfInput[index] ?? -1;
          expect(inputOfPosition[position]).to.equal(index);
          const parents = jobs[position]?.siblingParents ?? [];
          expect(jobs[position]?.key).to.equal(job.key);
          expect(parents.map((parent) => jobs[parent]?.key)).to.deep.equal(job.dependsOn);
          for (const parent of parents) expect(parent).to.be.lessThan(position);
        }
      }),
    );
  });

  it("are resolved for 10,000 jobs with 100,000 dependencies in well under a second of processor time", () => {
    const input = Array.from({ length: 10_000 }, (_, n) => ({
      type: "t",
      key: `k${n}`,
      dependsOn: Array.from(
        { length: n === 9_999 ? 0 : 10 },
        (_unused, at) => `k${n + 1 + ((n * 7 + at * 13) % (9_999 - n))}`,
      ),
    }));
    const before = process.cpuUsage();
    const { jobs } = validate(input);
    // Not the clock: other tests may share the machine.
    expect(process.cpuUsage(before).user / 1000).to.be.lessThan(1000);
    expect(jobs).to.have.length(10_000);
  });
});

describe("the canonical form of a submission", () => {
  const text = (parts: Iterable<string | Uint8Array>) =>
    [...parts].map((part) => (typeof part === "string" ? part : Buffer.from(part).toString("hex"))).join("|");
  const jobForm = (job: JobInput) =>
    text(validate([{ type: "p", key: "a" }, { type: "p", key: "b" }, job]).canonicalJob(2));
  const full: JobInput = {
    type: "t",
    payload: { contentType: "x/y", body: Buffer.from("body"), uri: null },
    labels: { a: "1", b: "2" },
    headers: { c: "3", d: "4" },
    dependsOn: ["a", "b"],
  };

  it("does not depend on the order of maps and dependencies, nor on defaults being written out", () => {
    const same: JobInput = {
      ...full,
      queue: "default",
      priority: 3,
      maxAttempts: 3,
      inheritPriority: true,
      onParentFailure: "cancel",
      labels: { b: "2", a: "1" },
      headers: { d: "4", c: "3" },
      dependsOn: ["b", "a", "b"],
    };
    expect(jobForm(same)).to.equal(jobForm(full));
  });

  it("differs in whatever else differs", () => {
    const others: Partial<JobInput>[] = [
      { type: "u" },
      { queue: "q" },
      { key: "k" },
      { priority: 4 },
      { inheritPriority: false },
      { maxAttempts: 4 },
      { backoff: {} },
      { executionTimeoutMs: 5 },
      { runAtMs: NOW_MS },
      { dependsOn: ["a"] },
      { onParentFailure: "run" },
      { idempotencyKey: "i" },
      { labels: { a: "1", b: "3" } },
      { headers: {} },
      { payload: { contentType: "x/z", body: Buffer.from("body"), uri: null } },
      { payload: { contentType: "x/y", body: Buffer.from("bodz"), uri: null } },
      { payload: { contentType: "x/y", body: null, uri: "body" } },
    ];
    const forms = [full, ...others.map((over) => ({ ...full, ...over }))].map(jobForm);
    expect(new Set(forms).size).to.equal(forms.length);
  });

  it("of a graph holds its own fields and all its jobs in the order of the input", () => {
    const form = (graph: GraphInput, ...jobs: JobInput[]) => text(validate(jobs, { graph }).canonicalGraph());
    const [a, b]: JobInput[] = [{ type: "a" }, { type: "b" }];
    if (a === undefined || b === undefined) throw new Error("two jobs");
    const one = form(graphOf({ labels: { x: "1", y: "2" } }), a, b);
    expect(form(graphOf({ labels: { y: "2", x: "1" } }), a, b)).to.equal(one);
    const others = [
      form(graphOf(), a, b),
      form(graphOf({ name: "other", labels: { x: "1", y: "2" } }), a, b),
      form(graphOf({ labels: { x: "1", y: "2" } }), b, a),
      form(graphOf({ labels: { x: "1", y: "2" } }), a),
      form(graphOf({ labels: { x: "1", y: "2" }, order: "critical_path" }), a, b),
      form(graphOf({ labels: { x: "1", y: "2" }, order: "critical_path" }), a, {
        ...b,
        expectedDurationMs: 2_000,
      }),
    ];
    expect(new Set([one, ...others]).size).to.equal(7);
  });

  it("slack is given in the order of the critical path alone, whatever the order of the input", () => {
    const jobs: JobInput[] = [
      { key: "last", type: "t", dependsOn: ["long", "short"], expectedDurationMs: 10 },
      { key: "short", type: "t", expectedDurationMs: 300 },
      { key: "long", type: "t", expectedDurationMs: 700 },
    ];
    const slacks = (graph: GraphInput | null) => {
      const { jobs: found } = validate(jobs, graph === null ? {} : { graph });
      return found.map(({ key, slackMs }) => [key, slackMs]);
    };
    const ordered = slacks(graphOf({ order: "critical_path" }));
    expect(ordered).to.have.deep.members([
      ["last", undefined],
      ["short", 400],
      ["long", undefined],
    ]);
    for (const graph of [null, graphOf()])
      expect(slacks(graph).every(([, slackMs]) => slackMs === undefined)).to.equal(true);
  });
});
