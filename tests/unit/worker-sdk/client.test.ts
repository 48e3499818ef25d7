/** The client against a real gRPC server whose answers the test writes. */
import {
  type Metadata,
  status,
  type ServerUnaryCall,
  type sendUnaryData,
  type ServerWritableStream,
  type ServerReadableStream,
} from "@grpc/grpc-js";
import { expect } from "chai";
import type { Job } from "../../../proto/gen/muster/jobs/v1/Job.js";
import type { JobSpec__Output } from "../../../proto/gen/muster/jobs/v1/JobSpec.js";
import type { ListJobsRequest__Output } from "../../../proto/gen/muster/jobs/v1/ListJobsRequest.js";
import type { SubmitJobsRequest__Output } from "../../../proto/gen/muster/jobs/v1/SubmitJobsRequest.js";
import { services } from "../../../proto/load.js";
import { Client, payload, type JobInput } from "../../../worker-sdk/typescript/index.js";
import { freePort } from "../../support/free-port.js";
import { failureOf } from "./failure-of.js";
import { richTrailers, ScriptedServer, type Violation } from "./scripted-server.js";
import { answerEach, type EachCall } from "./scripted-submissions.js";

type Unary = ServerUnaryCall<Record<string, unknown>, object>;

describe("Client", () => {
  let server: ScriptedServer;
  let client: Client;
  let calls: string[];
  let seen: Metadata | undefined;
  let peers: Set<string>;
  const answers = new Map<string, (request: never) => object>();
  const streams = new Map<string, (call: ServerWritableStream<object, object>) => void>();

  function refuse(code: number, reason: string, delayMs?: number, violations?: Violation[]): never {
    throw { code, details: `${reason} happened`, metadata: richTrailers(reason, delayMs, violations) };
  }

  function unary(name: string) {
    return (call: Unary, answer: sendUnaryData<object>) => {
      calls.push(name);
      seen = call.metadata;
      peers.add(call.getPeer());
      try {
        answer(null, answers.get(name)?.(call.request as never) ?? {});
      } catch (error) {
        answer(error as Parameters<typeof answer>[0]);
      }
    };
  }

  beforeEach(async () => {
    calls = [];
    peers = new Set();
    answers.clear();
    streams.clear();
    const { jobs, admin } = services();
    const handlers = (names: readonly string[]) =>
      Object.fromEntries(names.map((name) => [name, unary(name)]));
    server = await new ScriptedServer([
      [
        jobs.JobsService.service,
        {
          SubmitEach: (call: EachCall) =>
            answerEach(call, (submission) => {
              calls.push("SubmitEach");
              seen = call.metadata;
              return answers.get("SubmitJobs")?.(submission as never) ?? {};
            }),
          ...handlers(["SubmitGraph", "GetJob", "ListJobs", "GetGraph"]),
          ...handlers(["CancelJob", "CancelGraph", "RetryJob"]),
          StreamJobs: (
            call: ServerReadableStream<{ jobs?: JobSpec__Output[] }, object>,
            answer: sendUnaryData<object>,
          ) => {
            let accepted = 0;
            call.on("data", ({ jobs: batch = [] }: { jobs?: JobSpec__Output[] }) => {
              if (batch.some((job) => job.type === "bad")) {
                answer({
                  code: status.INVALID_ARGUMENT,
                  details: "bad",
                  metadata: richTrailers("INVALID_JOB"),
                });
              }
              accepted += batch.length;
            });
            call.on("end", () => answer(null, { acceptedJobs: accepted, acceptedMessages: 1 }));
          },
          WatchJob: (call: ServerWritableStream<object, object>) => streams.get("WatchJob")?.(call),
          WatchGraph: (call: ServerWritableStream<object, object>) => streams.get("WatchGraph")?.(call),
        },
      ],
      [
        admin.AdminService.service,
        handlers(["ListWorkers", "GetWorker", "DrainWorker", "ListQueues", "PauseQueue", "ResumeQueue"]),
      ],
    ]).open();
    client = new Client({ address: server.address, namespace: "ns" });
  });

  afterEach(async () => {
    client.close();
    await server.close();
  });

  it("submits jobs in the contract's words", async () => {
    let request: SubmitJobsRequest__Output = {};
    answers.set("SubmitJobs", (given: SubmitJobsRequest__Output) => {
      request = given;
      return {
        jobs: [
          { jobId: "j1", key: "k" },
          { jobId: "j2", existed: true },
        ],
      };
    });
    const jobs: JobInput[] = [
      {
        type: "a",
        key: "k",
        payload: { n: 1 },
        priority: 0,
        inheritPriority: false,
        maxAttempts: 5,
        backoff: { kind: "fixed", baseMs: 1_500, jitter: 0 },
        errorRules: [
          { errorType: "Busy", backoff: { baseMs: 1_000 } },
          { errorType: "Bad", nonRetryable: true, maxAttempts: 2 },
        ],
        executionTimeoutMs: 250,
        runAt: new Date(1_700_000_000_500),
        onParentFailure: "run",
        labels: { l: "1" },
        headers: { h: "2" },
      },
      { type: "b", payload: payload(Buffer.from("x"), "text/plain"), dependsOn: ["k"], idempotencyKey: "i" },
    ];
    expect(await client.submit(jobs)).to.deep.equal([
      { id: "j1", key: "k", existed: false },
      { id: "j2", key: "", existed: true },
    ]);
    expect(request.namespace).to.equal("ns");
    expect(request.jobs?.[0]).to.deep.include({
      type: "a",
      key: "k",
      payload: { contentType: "application/json", body: "inline", inline: Buffer.from('{"n":1}') },
      priority: 0,
      inheritPriority: false,
      maxAttempts: 5,
      backoff: { kind: "BACKOFF_KIND_FIXED", base: { seconds: 1, nanos: 5e8 }, jitter: 0, _jitter: "jitter" },
      errorRules: [
        {
          errorType: "Busy",
          nonRetryable: false,
          maxAttempts: 0,
          backoff: { base: { seconds: 1, nanos: 0 } },
        },
        { errorType: "Bad", nonRetryable: true, maxAttempts: 2 },
      ],
      executionTimeout: { seconds: 0, nanos: 25e7 },
      runAt: { seconds: 1_700_000_000, nanos: 5e8 },
      onParentFailure: "ON_PARENT_FAILURE_RUN",
      labels: { l: "1" },
      headers: { h: "2" },
    });
    expect(request.jobs?.[1]).to.deep.include({ dependsOn: ["k"], idempotencyKey: "i" });
  });

  it("hands out one job for one job", async () => {
    answers.set("SubmitJobs", () => ({ jobs: [{ jobId: "j1" }] }));
    expect(await client.submit({ type: "a" })).to.deep.equal({ id: "j1", key: "", existed: false });
  });

  it("reads a job with dates, words and buffers", async () => {
    const job: Job = {
      jobId: "j1",
      state: "JOB_STATE_DEAD",
      stateReason: "exhausted",
      createdAt: { seconds: 1_700_000_000, nanos: 5e8 },
      output: { contentType: "application/json", inline: Buffer.from("[1]") },
      error: { errorType: "E", message: "m" },
      onParentFailure: "ON_PARENT_FAILURE_FAIL",
      executionTimeout: { seconds: 2 },
      executions: [{ attempt: 1, leaseEpoch: 3, outcome: "failed", endedAt: { seconds: 1 } }],
    };
    answers.set("GetJob", () => ({ job }));
    const view = await client.get("j1");
    expect(view).to.deep.include({
      id: "j1",
      state: "dead",
      stateReason: "exhausted",
      onParentFailure: "fail",
    });
    expect(view.createdAt?.getTime()).to.equal(1_700_000_000_500);
    expect(view.output.json()).to.deep.equal([1]);
    expect(view.error).to.deep.equal({ errorType: "E", message: "m", stackTrace: "" });
    expect(view.executionTimeoutMs).to.equal(2_000);
    expect(view.executions[0]).to.deep.include({
      leaseEpoch: 3,
      outcome: "failed",
      endedAt: new Date(1_000),
    });
  });

  it("walks through every page of a list", async () => {
    const requests: ListJobsRequest__Output[] = [];
    answers.set("ListJobs", (request: ListJobsRequest__Output) => {
      requests.push(request);
      const page = Number(request.pageToken === "" ? 0 : (request.pageToken ?? 0));
      return { jobs: [{ jobId: `j${page}` }], nextPageToken: page < 2 ? String(page + 1) : "" };
    });
    const ids: string[] = [];
    for await (const job of client.listAll({ states: ["ready", "dead"], queue: "q" })) ids.push(job.id);
    expect(ids).to.deep.equal(["j0", "j1", "j2"]);
    expect(requests[2]).to.deep.include({
      queue: "q",
      states: ["JOB_STATE_READY", "JOB_STATE_DEAD"],
      pageToken: "2",
    });
  });

  it("throws what the server says: code, status, fields, delay", async () => {
    answers.set("SubmitJobs", () =>
      refuse(status.INVALID_ARGUMENT, "INVALID_JOB", undefined, [
        { field: "jobs[0].type", description: "too long" },
      ]),
    );
    const failure = await failureOf(client.submit({ type: "a" }));
    expect(failure).to.deep.include({
      code: "INVALID_JOB",
      grpcStatus: "INVALID_ARGUMENT",
      retryDelayMs: undefined,
    });
    expect(failure.violations).to.deep.equal([{ field: "jobs[0].type", description: "too long" }]);
    expect(failure.message).to.equal("INVALID_JOB happened");
  });

  it("tries reads again while the server is unavailable", async () => {
    answers.set("GetJob", () =>
      calls.length < 3 ? refuse(status.UNAVAILABLE, "") : { job: { jobId: "j1" } },
    );
    expect((await client.get("j1")).id).to.equal("j1");
    expect(calls.length).to.equal(3);
  });

  it("sends a submission without a key again only when nothing was written", async () => {
    answers.set("SubmitJobs", () =>
      calls.length < 3
        ? refuse(status.UNAVAILABLE, "STORE_DOWN", 1)
        : refuse(status.UNAVAILABLE, "OUTCOME_UNKNOWN"),
    );
    const failure = await failureOf(client.submit({ type: "a" }));
    expect([failure.code, calls.length]).to.deep.equal(["OUTCOME_UNKNOWN", 3]);
  });

  it("sends a submission with a key again whatever became of the first", async () => {
    answers.set("SubmitJobs", () =>
      calls.length < 3
        ? refuse(status.UNAVAILABLE, "OUTCOME_UNKNOWN")
        : { jobs: [{ jobId: "j1", existed: true }] },
    );
    expect((await client.submit({ type: "a", idempotencyKey: "k" })).existed).to.equal(true);
  });

  it("stops trying at its deadline, and never before a server that is not there yet has had its time", async () => {
    const hasty = new Client({ address: `127.0.0.1:${await freePort()}`, deadlineMs: 300 });
    const failure = await failureOf(hasty.submit({ type: "a" }));
    expect(failure).to.deep.include({ grpcStatus: "UNAVAILABLE", nothingWritten: true });
    hasty.close();
    answers.set("SubmitJobs", () => ({ jobs: [{ jobId: "j1" }] }));
    await server.refuse();
    const submitted = client.submit({ type: "a" });
    await server.listen();
    expect((await submitted).id).to.equal("j1");
  });

  it("submits in bulk, and ends with the first refusal", async () => {
    async function* batches(last: string) {
      yield [{ type: "a" }, { type: "b" }];
      yield [{ type: last }];
    }
    expect(await client.stream(batches("c"))).to.deep.equal({ acceptedJobs: 3, acceptedBatches: 1 });
    expect((await failureOf(client.stream(batches("bad")))).code).to.equal("INVALID_JOB");
    const broken = client.stream(
      (async function* () {
        yield [{ type: "a" }];
        throw new Error("the source broke");
      })(),
    );
    expect(String(await broken.catch((error: unknown) => error))).to.match(
      /the source broke|CANCELLED|Cancelled/,
    );
  });

  it("watches a job over the loss of the server, without saying the same twice", async () => {
    let opened = 0;
    streams.set("WatchJob", (call) => {
      if (++opened === 1) {
        call.write({ job: { jobId: "j", state: "JOB_STATE_READY" } });
        call.write({ job: { jobId: "j", state: "JOB_STATE_RUNNING" } });
        call.emit("error", { code: status.UNAVAILABLE, details: "gone" });
      } else {
        call.write({ job: { jobId: "j", state: "JOB_STATE_RUNNING" } });
        call.write({ job: { jobId: "j", state: "JOB_STATE_SUCCEEDED" } });
        call.end();
      }
    });
    const states: string[] = [];
    for await (const job of client.watchJob("j")) states.push(job.state);
    expect(states).to.deep.equal(["ready", "running", "succeeded"]);
    expect((await client.waitFor("j")).state).to.equal("succeeded");
  });

  it("ends a watch when it is told to, and on what is not a lost server", async () => {
    streams.set("WatchJob", (call) => void call.write({ job: { jobId: "j", state: "JOB_STATE_READY" } }));
    const stop = new AbortController();
    const states: string[] = [];
    const watching = (async () => {
      for await (const job of client.watchJob("j", { signal: stop.signal })) {
        states.push(job.state);
        stop.abort(new Error("enough"));
      }
    })();
    expect(String(await watching.catch((error: unknown) => error))).to.contain("enough");
    expect(states).to.deep.equal(["ready"]);
    streams.set("WatchJob", (call) =>
      call.emit("error", { code: status.NOT_FOUND, details: "no", metadata: richTrailers("JOB_NOT_FOUND") }),
    );
    expect((await failureOf(client.waitFor("j"))).code).to.equal("JOB_NOT_FOUND");
  });

  it("watches a graph until all of it is terminal", async () => {
    streams.set("WatchGraph", (call) => {
      call.write({ graph: { graphId: "g", jobCount: 2, counts: { running: 1, succeeded: 1 } } });
      call.write({ graph: { graphId: "g", jobCount: 2, counts: { dead: 1, succeeded: 1 } } });
    });
    const running: number[] = [];
    for await (const graph of client.watchGraph("g")) running.push(graph.counts.running);
    expect(running).to.deep.equal([1, 0]);
  });

  it("does what an operator needs", async () => {
    answers.set("ListWorkers", () => ({
      workers: [{ workerId: "w", state: "WORKER_STATE_SUSPECT", loopLagMs: 3 }],
    }));
    answers.set("ListQueues", () => ({
      queues: [{ name: "q", readyHigh: 2, oldestReadyAt: { seconds: 5 } }],
    }));
    answers.set("PauseQueue", () => ({ changed: true }));
    answers.set("DrainWorker", () => ({ state: "WORKER_STATE_DRAINING", inFlight: 4 }));
    expect((await client.workers({ states: ["suspect"] }))[0]).to.deep.include({
      id: "w",
      state: "suspect",
      loopLagMs: 3,
    });
    const [queue] = await client.queues();
    expect(queue?.ready).to.deep.equal({ high: 2, medium: 0, low: 0 });
    expect(queue?.oldestReadyAt).to.deep.equal(new Date(5_000));
    expect(await client.pauseQueue("q")).to.equal(true);
    expect(await client.resumeQueue("q")).to.equal(false);
    expect(await client.drainWorker("w", { timeoutMs: 10 })).to.deep.equal({
      state: "draining",
      inFlight: 4,
    });
  });

  it("sends its token with every call", async () => {
    await using named = new Client({ address: server.address, credentials: { token: async () => "t1" } });
    await named.get("j1");
    expect(seen?.get("authorization")).to.deep.equal(["Bearer t1"]);
  });

  it("takes a token without the space around it, and shows no token in an error", async () => {
    await using trimmed = new Client({ address: server.address, credentials: { token: " t2\n" } });
    await trimmed.get("j1");
    expect(seen?.get("authorization")).to.deep.equal(["Bearer t2"]);
    await using bad = new Client({
      address: server.address,
      credentials: { token: async () => "s3cret\nt3" },
    });
    for (const call of [bad.get("j1"), bad.waitFor("j1"), bad.submit({ type: "a" })]) {
      const error = await call.catch((failure: unknown) => failure);
      expect(String(error))
        .to.match(/credentials.token/)
        .and.not.contain("s3cret");
    }
  });

  it("has a connection of its own, so that its limits are those of a connection", async () => {
    await using other = new Client({ address: server.address });
    await Promise.all([client.get("j1"), other.get("j1")]);
    await client.get("j1");
    expect(peers.size).to.equal(2);
  });
});
