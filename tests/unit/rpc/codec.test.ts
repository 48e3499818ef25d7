import { expect } from "chai";
import fc from "fast-check";
import { MusterError, type FieldViolation } from "../../../server/core/errors.js";
import { JOB_STATES } from "../../../server/core/job.js";
import { JOB_STATE } from "../../../server/rpc/codec/enums.js";
import { Fields } from "../../../server/rpc/codec/fields.js";
import { encodeGraph } from "../../../server/rpc/codec/graph.js";
import { decodeListJobs, encodeJob } from "../../../server/rpc/codec/job.js";
import { encodeQueue } from "../../../server/rpc/codec/queue.js";
import {
  decodeCancel,
  decodeDrainWorker,
  decodeJobRef,
  decodeNamed,
} from "../../../server/rpc/codec/refs.js";
import {
  decodeSubmitGraph,
  decodeSubmitJobs,
  encodeSubmittedJob,
} from "../../../server/rpc/codec/submission.js";
import {
  decodeDuration,
  decodeTimestamp,
  encodeDuration,
  encodeTimestampMs,
} from "../../../server/rpc/codec/time.js";
import { decodeListWorkers, encodeWorker } from "../../../server/rpc/codec/worker.js";
import { fieldNames, overTheWire } from "./messages.js";
import { FULL_GRAPH, FULL_JOB, FULL_QUEUE, FULL_WORKER, GRAPH_ID, JOB_ID } from "./views.js";

/** The violations that a decoder refuses with. */
function refusal(attempt: () => unknown): { code: string; violations: readonly FieldViolation[] } {
  try {
    attempt();
  } catch (error) {
    if (error instanceof MusterError) return { code: error.code, violations: error.details.violations ?? [] };
    throw error;
  }
  throw new Error("expected a refusal");
}

describe("codec of views", () => {
  const SUBMITTED = { publicId: JOB_ID, key: "step-1", existed: true };
  const cases: [string, object][] = [
    ["muster.jobs.v1.Job", encodeJob(FULL_JOB)],
    ["muster.jobs.v1.Graph", encodeGraph(FULL_GRAPH)],
    ["muster.jobs.v1.SubmittedJob", encodeSubmittedJob(SUBMITTED)],
    ["muster.admin.v1.Worker", encodeWorker(FULL_WORKER)],
    ["muster.admin.v1.Queue", encodeQueue(FULL_QUEUE)],
  ];
  for (const [type, encoded] of cases) {
    it(`fills every field of ${type}`, () => {
      expect(overTheWire(type, encoded)).to.have.all.keys(fieldNames(type));
    });
  }

  it("keeps the values of a job on their way over the wire", () => {
    const job = overTheWire("muster.jobs.v1.Job", encodeJob(FULL_JOB));
    expect(job).to.deep.include({
      jobId: JOB_ID,
      graphId: GRAPH_ID,
      state: "JOB_STATE_RUNNING",
      priority: -5,
      leaseEpoch: 2 ** 52,
      onParentFailure: "ON_PARENT_FAILURE_RUN",
      payload: { contentType: "application/json", inline: Buffer.from("{}"), body: "inline" },
      output: { contentType: "text/plain", uri: "s3://bucket/output", body: "uri" },
      executionTimeout: { seconds: 90, nanos: 61_000_000 },
      startTimeout: { seconds: 1, nanos: 0 },
      progressTimeout: { seconds: 2, nanos: 500_000_000 },
      stopReason: "progress_timeout",
      labels: { team: "blue" },
    });
    expect(job["backoff"]).to.deep.equal({
      kind: "BACKOFF_KIND_LINEAR",
      base: { seconds: 1, nanos: 500_000_000 },
      cap: { seconds: 60, nanos: 0 },
      jitter: 0.25,
      _jitter: "jitter",
    });
  });

  it("has a wire name for every state of a job", () => {
    for (const state of JOB_STATES) {
      const job = overTheWire("muster.jobs.v1.Job", encodeJob({ ...FULL_JOB, state }));
      expect(job["state"]).to.equal(JOB_STATE[state]);
    }
  });

  it("leaves out what a job does not have", () => {
    const bare = {
      ...FULL_JOB,
      payload: null,
      error: null,
      readyAt: null,
      executionTimeoutMs: null,
      startTimeoutMs: null,
      progressTimeoutMs: null,
      stopBy: null,
      key: null,
    };
    const job = overTheWire("muster.jobs.v1.Job", encodeJob(bare));
    expect(job).to.not.have.any.keys(
      "payload",
      "error",
      "readyAt",
      "executionTimeout",
      "startTimeout",
      "stopBy",
    );
  });

  it("keeps an empty payload apart from none", () => {
    const empty = { contentType: "text/plain", body: Buffer.alloc(0), uri: null };
    const job = overTheWire("muster.jobs.v1.Job", encodeJob({ ...FULL_JOB, payload: empty }));
    expect(job["payload"]).to.deep.equal({
      contentType: "text/plain",
      inline: Buffer.alloc(0),
      body: "inline",
    });
  });
});

describe("codec of submissions", () => {
  const decode = (request: object) =>
    decodeSubmitJobs(overTheWire("muster.jobs.v1.SubmitJobsRequest", request));

  it("reads every field of a job", () => {
    const spec = {
      key: "b",
      type: "resize",
      queue: "images",
      payload: { contentType: "text/plain", inline: Buffer.from("hi") },
      priority: 0,
      inheritPriority: false,
      maxAttempts: 5,
      backoff: { kind: "BACKOFF_KIND_FIXED", base: { seconds: 2 }, cap: { seconds: 3 }, jitter: 0 },
      executionTimeout: { seconds: 1, nanos: 500_000_000 },
      startTimeout: { seconds: 60 },
      progressTimeout: { seconds: 2, nanos: 1 },
      expectedDuration: { seconds: 3 },
      runAt: { seconds: 1_800_000_000, nanos: 1_000_000 },
      dependsOn: ["a"],
      onParentFailure: "ON_PARENT_FAILURE_FAIL",
      idempotencyKey: "once",
      concurrencyKey: "tenant-1",
      concurrencyLimit: 4,
      labels: { team: "blue" },
      headers: { h: "1" },
      errorRules: [{ errorType: "Busy", maxAttempts: 2, backoff: { base: { seconds: 4 } } }],
    };
    expect(Object.keys(spec)).to.have.members(fieldNames("muster.jobs.v1.JobSpec"));
    const decoded = decode({ namespace: "ns-1", jobs: [spec] });
    const [rule] = decoded.jobs[0]?.errorRules ?? [];
    expect([rule?.errorType, rule?.maxAttempts, rule?.backoff?.baseMs]).to.deep.equal(["Busy", 2, 4_000]);
    expect({ ...decoded, jobs: decoded.jobs.map((job) => ({ ...job, errorRules: [] })) }).to.deep.equal({
      namespace: "ns-1",
      graph: null,
      jobs: [
        {
          key: "b",
          type: "resize",
          queue: "images",
          payload: { contentType: "text/plain", body: Buffer.from("hi"), uri: null },
          priority: 0,
          inheritPriority: false,
          maxAttempts: 5,
          backoff: { kind: "fixed", baseMs: 2_000, capMs: 3_000, jitter: 0 },
          executionTimeoutMs: 1_500,
          startTimeoutMs: 60_000,
          progressTimeoutMs: 2_001,
          expectedDurationMs: 3_000,
          runAtMs: 1_800_000_000_001,
          dependsOn: ["a"],
          onParentFailure: "fail",
          idempotencyKey: "once",
          concurrencyKey: "tenant-1",
          concurrencyLimit: 4,
          labels: { team: "blue" },
          headers: { h: "1" },
          errorRules: [],
        },
      ],
    });
  });

  /** What is not undefined. */
  const said = (job: object | undefined) =>
    Object.fromEntries(Object.entries(job ?? {}).filter(([, value]) => value !== undefined));

  it("leaves undefined what was not said, so that defaults are the coordinator's", () => {
    const { namespace, graph, jobs } = decode({ jobs: [{ type: "t" }] });
    expect([namespace, graph, jobs.map(said)]).to.deep.equal(["default", null, [{ type: "t" }]]);
  });

  it("keeps a given priority of 0 apart from none", () => {
    const [job] = decode({ jobs: [{ type: "t", priority: 0 }] }).jobs;
    expect(said(job)).to.deep.equal({ type: "t", priority: 0 });
  });

  it("reads a graph with its name, labels, key, timeout and order", () => {
    const request = {
      name: "g",
      labels: { a: "b" },
      idempotencyKey: "once",
      jobs: [{ type: "t" }],
      timeout: { seconds: 3 },
      order: "GRAPH_ORDER_CRITICAL_PATH",
    };
    const decoded = decodeSubmitGraph(overTheWire("muster.jobs.v1.SubmitGraphRequest", request));
    expect(decoded.graph).to.deep.equal({
      name: "g",
      labels: { a: "b" },
      idempotencyKey: "once",
      timeoutMs: 3_000,
      order: "critical_path",
    });
    expect(Object.keys({ ...request, namespace: "" })).to.have.members(
      fieldNames("muster.jobs.v1.SubmitGraphRequest"),
    );
  });

  it("names every bad field with what was expected and what was got", () => {
    const { code, violations } = refusal(() =>
      decodeSubmitJobs({
        namespace: "Not A Namespace",
        jobs: [
          { type: "t" },
          {
            type: "t\0",
            executionTimeout: { seconds: -1 },
            runAt: { seconds: 1e15 },
            onParentFailure: 9 as never,
            payload: { contentType: "text/plain\n", body: "inline" },
            backoff: { kind: 7 as never },
          },
        ],
      }),
    );
    expect(code).to.equal("INVALID_JOB");
    expect(violations.map(({ field }) => field)).to.deep.equal([
      "namespace",
      "jobs[1].type",
      "jobs[1].payload.content_type",
      "jobs[1].backoff.kind",
      "jobs[1].execution_timeout",
      "jobs[1].run_at",
      "jobs[1].on_parent_failure",
    ]);
    expect(violations[4]).to.deep.equal({
      field: "jobs[1].execution_timeout",
      expected: "a duration of 0 or more",
      got: "-1 s 0 ns",
    });
    expect(violations[6]?.got).to.equal("the unknown value 9");
  });

  it("refuses an empty batch and one of more than 10,000", () => {
    expect(refusal(() => decode({})).violations[0]?.got).to.equal("0");
    const jobs = Array.from({ length: 10_001 }, () => ({ type: "t" }));
    expect(refusal(() => decode({ jobs })).violations[0]).to.deep.equal({
      field: "jobs",
      expected: "1 to 10000 jobs",
      got: "10001",
    });
  });

  it("keeps at most 50 violations", () => {
    const jobs = Array.from({ length: 200 }, () => ({ type: "\0" }));
    expect(refusal(() => decode({ jobs })).violations).to.have.length(50);
  });

  it("takes a label called __proto__ for nothing but a label", () => {
    const labels = JSON.parse('{"__proto__": "x", "a": "b"}') as Record<string, string>;
    const [job] = decodeSubmitJobs({ jobs: [{ type: "t", labels }] }).jobs;
    expect(Object.entries(job?.labels ?? {})).to.deep.equal([
      ["__proto__", "x"],
      ["a", "b"],
    ]);
    expect(Object.getPrototypeOf(job?.labels)).to.equal(Object.prototype);
  });
});

describe("codec of times", () => {
  const duration = (seconds: number, nanos: number) => {
    const fields = new Fields();
    const ms = decodeDuration(fields, "d", { seconds, nanos });
    return { ms, error: fields.error("INVALID_REQUEST")?.message ?? null };
  };

  it("brings every whole number of milliseconds back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 315_576_000_000_000 }), (ms) => {
        const { seconds, nanos } = encodeDuration(ms) as { seconds: number; nanos: number };
        expect(duration(seconds, nanos)).to.deep.equal({ ms, error: null });
        const fields = new Fields();
        const at = Math.min(ms, 253_402_300_799_999);
        expect(decodeTimestamp(fields, "t", overTheWireTimestamp(at))).to.equal(at);
      }),
    );
  });

  function overTheWireTimestamp(ms: number): { seconds?: number; nanos?: number } {
    return overTheWire("google.protobuf.Timestamp", encodeTimestampMs(ms));
  }

  it("rounds a part of a millisecond up, so that a duration never becomes none", () => {
    expect(duration(0, 1).ms).to.equal(1);
  });

  for (const [seconds, nanos] of [
    [-1, 0],
    [0, -1],
    [Number.MAX_SAFE_INTEGER, 0],
    [1, 1_000_000_000],
    [Number.NaN, 0],
  ] as const) {
    it(`refuses a duration of ${seconds} s ${nanos} ns`, () => {
      const { ms, error } = duration(seconds, nanos);
      expect(ms).to.equal(undefined);
      expect(error).to.match(/^d: expected .*, got/);
    });
  }
});

describe("codec of references and filters", () => {
  it("refuses what is no id of ours and says which field", () => {
    expect(refusal(() => decodeJobRef({ jobId: "41" }))).to.deep.equal({
      code: "INVALID_REQUEST",
      violations: [{ field: "job_id", expected: "an id that Muster gave out", got: '"41"' }],
    });
    const mistyped = JOB_ID.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
    expect(refusal(() => decodeJobRef({ jobId: mistyped })).violations[0]?.field).to.equal("job_id");
  });

  it("accepts an id in upper case and passes it on in lower case", () => {
    expect(decodeJobRef({ jobId: JOB_ID.toUpperCase() })).to.deep.equal({
      namespace: "default",
      publicId: JOB_ID,
    });
  });

  it("gives a cancel 30 s and a drain 10 min unless told otherwise", () => {
    expect(decodeCancel("job_id", JOB_ID, {}).graceMs).to.equal(30_000);
    expect(decodeCancel("job_id", JOB_ID, { grace: {} }).graceMs).to.equal(0);
    expect(decodeDrainWorker({ workerId: "w" }).timeoutMs).to.equal(600_000);
  });

  it("wants a name where one is needed", () => {
    const { violations } = refusal(() => decodeNamed("queue", undefined, { namespace: "A" }));
    expect(violations.map(({ field }) => field)).to.deep.equal(["namespace", "queue"]);
  });

  it("bounds pages at 1,000 and takes 0 for 100", () => {
    expect(decodeListJobs({}).pageSize).to.equal(100);
    expect(decodeListJobs({ pageSize: 1_000 }).pageSize).to.equal(1_000);
    expect(refusal(() => decodeListJobs({ pageSize: 1_001 })).violations[0]?.field).to.equal("page_size");
  });

  it("refuses states that mean nothing", () => {
    const states = ["JOB_STATE_READY", "JOB_STATE_UNSPECIFIED", 99] as never[];
    const { violations } = refusal(() => decodeListJobs({ states }));
    expect(violations.map(({ field }) => field)).to.deep.equal(["states[1]", "states[2]"]);
  });

  it("reads a full filter", () => {
    const request = {
      namespace: "ns-1",
      states: ["JOB_STATE_DEAD", "JOB_STATE_DEAD"],
      queue: "q",
      type: "t",
      graphId: GRAPH_ID,
      labels: { a: "b" },
      pageSize: 5,
      pageToken: "next",
      oldestFirst: true,
      omitBodies: true,
    };
    expect(Object.keys(request)).to.have.members(fieldNames("muster.jobs.v1.ListJobsRequest"));
    expect(decodeListJobs(overTheWire("muster.jobs.v1.ListJobsRequest", request))).to.deep.equal({
      namespace: "ns-1",
      states: ["dead"],
      queue: "q",
      type: "t",
      graphPublicId: GRAPH_ID,
      labels: { a: "b" },
      pageSize: 5,
      pageToken: "next",
      oldestFirst: true,
      omitBodies: true,
    });
  });

  it("asks for connected workers when no state is named", () => {
    expect(decodeListWorkers({}).states).to.deep.equal(["online", "suspect", "draining"]);
    expect(decodeListWorkers({ states: ["WORKER_STATE_LOST"] }).states).to.deep.equal(["lost"]);
  });
});
