import { credentials, makeClientConstructor, status } from "@grpc/grpc-js";
import { expect } from "chai";
import { services } from "../../proto/load.js";
import { ERRORS, MusterError, type ErrorCode } from "../../server/core/errors.js";
import type { JobPageQuery, SubmitInput } from "../../server/core/operations.js";
import { call, refused, runFront, type RunningFront } from "../unit/rpc/running-front.js";
import { FULL_GRAPH, FULL_JOB, FULL_QUEUE, FULL_WORKER, GRAPH_ID, JOB_ID } from "../unit/rpc/views.js";

describe("JobsService and AdminService over a real connection", () => {
  let running: RunningFront;
  let toThrow: unknown;
  const submitted: SubmitInput[] = [];
  const filters: JobPageQuery[] = [];
  const calls: unknown[][] = [];

  before(async () => {
    running = await runFront({
      config: { unaryTimeoutMs: 200, receiveBytesMax: 100_000 },
      jobs: {
        submit: async (input) => {
          submitted.push(input);
          const jobs = input.jobs.map(({ key }) => ({ publicId: JOB_ID, key: key ?? null, existed: false }));
          return { graphPublicId: input.graph === null ? null : GRAPH_ID, jobs, existed: false };
        },
        getJob: async (namespace) => {
          if (toThrow !== undefined) throw toThrow;
          if (namespace === "slow") return new Promise(() => undefined);
          return FULL_JOB;
        },
        listJobs: async (filter) => {
          filters.push(filter);
          return { jobs: [FULL_JOB], nextPageToken: "more" };
        },
        getGraph: async () => FULL_GRAPH,
        cancelJob: async (...parameters) => {
          calls.push(parameters);
          return { state: "cancelled", won: true };
        },
        cancelGraph: async (...parameters) => {
          calls.push(parameters);
          return { cancelled: 1, requested: 2, alreadyTerminal: 3 };
        },
        cancelMatching: async (...parameters) => {
          calls.push(parameters);
          return { matched: 3, cancelled: 0, requested: 0, jobPublicIds: [JOB_ID], nextPageToken: "on" };
        },
        retryJob: async () => ({ state: "ready", generation: 2 }),
      },
      admin: {
        listWorkers: async () => ({ workers: [FULL_WORKER], nextPageToken: null }),
        getWorker: async () => FULL_WORKER,
        drainWorker: async (...parameters) => {
          calls.push(parameters);
          return { state: "draining", inFlight: 2 };
        },
        listQueues: async () => [FULL_QUEUE],
        pauseQueue: async () => ({ changed: true }),
        resumeQueue: async () => ({ changed: false }),
      },
    });
  });
  after(() => running.close());
  beforeEach(() => {
    toThrow = undefined;
    calls.length = 0;
  });

  const getJob = (namespace = "default") =>
    call(running.jobs.GetJob.bind(running.jobs), { namespace, jobId: JOB_ID });

  for (const code of Object.keys(ERRORS) as ErrorCode[]) {
    it(`ends a call that failed with ${code} as ${ERRORS[code].status}, with details a stock client reads`, async () => {
      toThrow = new MusterError(code, `it was ${code}`, {
        violations: [{ field: "f", expected: "this", got: "that" }],
      });
      const error = await refused(getJob());
      expect(error.code).to.equal(status[ERRORS[code].status]);
      const rich = error.rich();
      expect(rich).to.include({ reason: code, domain: "muster", code: error.code });
      if (code === "BUG") expect(error.details).to.include(rich.info["id"]);
      else expect(rich.violations).to.deep.equal([{ field: "f", description: "expected this, got that" }]);
    });
  }

  it("hides what an unexpected error says", async () => {
    toThrow = new Error("select * from secrets");
    const error = await refused(getJob());
    expect(error.code).to.equal(status.INTERNAL);
    expect(error.details).to.not.include("secrets");
    expect(running.lines.at(-1)?.fields["error"]).to.equal(toThrow);
  });

  it("passes a message beyond ASCII through the trailers", async () => {
    toThrow = new MusterError("JOB_NOT_FOUND", "kein Auftrag „Größe“ 😀 100%");
    expect((await refused(getJob())).details).to.equal("kein Auftrag „Größe“ 😀 100%");
  });

  it("gives up on a call after the server's own time limit", async () => {
    const error = await refused(getJob("slow"));
    expect(error.code).to.equal(status.DEADLINE_EXCEEDED);
    expect(error.rich().reason).to.equal("CALL_TIMEOUT");
  });

  it("submits a batch and a graph", async () => {
    const { jobs } = running;
    const batch = await call(jobs.SubmitJobs.bind(jobs), { jobs: [{ type: "t", key: "a" }, { type: "u" }] });
    expect(batch?.jobs?.map(({ jobId, key }) => [jobId, key])).to.deep.equal([
      [JOB_ID, "a"],
      [JOB_ID, ""],
    ]);
    const graph = await call(jobs.SubmitGraph.bind(jobs), { name: "g", jobs: [{ type: "t" }] });
    expect(graph?.graphId).to.equal(GRAPH_ID);
    expect(submitted.map((input) => input.graph?.name ?? null)).to.deep.equal([null, "g"]);
  });

  it("answers every other method of the jobs service", async () => {
    const { jobs } = running;
    expect((await getJob())?.job?.executions).to.have.length(1);
    const page = await call(jobs.ListJobs.bind(jobs), { states: ["JOB_STATE_DEAD"], pageSize: 5 });
    expect(page?.nextPageToken).to.equal("more");
    expect(filters[0]).to.deep.include({ states: ["dead"], pageSize: 5, namespace: "default" });
    const graph = await call(jobs.GetGraph.bind(jobs), { graphId: GRAPH_ID });
    expect(graph?.graph?.counts?.cancelled).to.equal(7);
    const cancel = { jobId: JOB_ID, reason: "why", grace: { seconds: 5 } };
    expect(await call(jobs.CancelJob.bind(jobs), cancel)).to.deep.equal({
      state: "JOB_STATE_CANCELLED",
      won: true,
    });
    const counts = { cancelled: 1, requested: 2, alreadyTerminal: 3 };
    expect(await call(jobs.CancelGraph.bind(jobs), { graphId: GRAPH_ID })).to.deep.equal(counts);
    expect(calls).to.deep.equal([
      ["default", JOB_ID, "why", 5_000],
      ["default", GRAPH_ID, "", 30_000],
    ]);
    calls.length = 0;
    const filter = { states: ["JOB_STATE_READY" as const], queue: "q", labels: { a: "1" } };
    const some = { filter, pageSize: 7, pageToken: "from", dryRun: true, grace: { seconds: 0 } };
    expect(await call(jobs.CancelJobs.bind(jobs), some)).to.deep.equal({
      matched: 3,
      cancelled: 0,
      requested: 0,
      jobIds: [JOB_ID],
      nextPageToken: "on",
    });
    expect(calls).to.deep.equal([
      [
        { namespace: "default", ...filter, states: ["ready"], type: null, graphPublicId: null },
        { reason: "", graceMs: 0, pageSize: 7, pageToken: "from", isDryRun: true },
      ],
    ]);
    const retried = await call(jobs.RetryJob.bind(jobs), { jobId: JOB_ID });
    expect(retried).to.deep.equal({ state: "JOB_STATE_READY", generation: 2 });
  });

  it("answers every method of the admin service", async () => {
    const { admin } = running;
    const listed = await call(admin.ListWorkers.bind(admin), {});
    expect(listed?.workers?.[0]?.subscriptions).to.have.length(1);
    const got = await call(admin.GetWorker.bind(admin), { workerId: "worker-1" });
    expect(got?.worker?.state).to.equal("WORKER_STATE_DRAINING");
    const drained = await call(admin.DrainWorker.bind(admin), {
      workerId: "worker-1",
      timeout: { seconds: 1 },
    });
    expect(drained).to.deep.equal({ state: "WORKER_STATE_DRAINING", inFlight: 2 });
    expect(calls).to.deep.equal([["default", "worker-1", 1_000]]);
    const queues = await call(admin.ListQueues.bind(admin), {});
    expect(queues?.queues?.[0]?.readyLow).to.equal(3);
    expect(await call(admin.PauseQueue.bind(admin), { queue: "q" })).to.deep.equal({ changed: true });
    expect(await call(admin.ResumeQueue.bind(admin), { queue: "q" })).to.deep.equal({ changed: false });
  });

  it("refuses bad input before any operation is called", async () => {
    const { jobs, admin } = running;
    const requests = [
      call(jobs.GetJob.bind(jobs), { jobId: "nonsense" }),
      call(jobs.ListJobs.bind(jobs), { pageSize: 1_001 }),
      call(jobs.CancelGraph.bind(jobs), { graphId: GRAPH_ID, grace: { seconds: -1 } }),
      call(jobs.CancelJobs.bind(jobs), { reason: "for none" }),
      call(jobs.CancelJobs.bind(jobs), { filter: { all: true, type: "t" } }),
      call(jobs.CancelJobs.bind(jobs), { filter: { states: ["JOB_STATE_DEAD"] } }),
      call(admin.ListWorkers.bind(admin), { namespace: "No" }),
      call(admin.PauseQueue.bind(admin), {}),
    ];
    const fields = await Promise.all(
      requests.map(async (request) => {
        const error = await refused(request);
        expect(error.code).to.equal(status.INVALID_ARGUMENT);
        return error.rich().violations[0]?.field;
      }),
    );
    expect(fields).to.deep.equal([
      "job_id",
      "page_size",
      "grace",
      "filter",
      "filter.all",
      "filter.states",
      "namespace",
      "queue",
    ]);
    expect(calls).to.deep.equal([]);
  });

  it("survives bytes that are no message, and a message over the limit", async () => {
    const raw = rawClient(running.address);
    try {
      for (const bytes of [[0x08], [0x07], [0x12, 0x05], [0x12, 0x05, 0x0a, 0xc8]].map((list) =>
        Buffer.from(list),
      )) {
        expect((await refused(raw.send(bytes))).code).to.equal(status.INTERNAL);
      }
      expect((await refused(raw.send(Buffer.alloc(100_001)))).code).to.equal(status.RESOURCE_EXHAUSTED);
    } finally {
      raw.close();
    }
    expect((await getJob())?.job?.jobId).to.equal(JOB_ID);
  });

  it("keeps a label called __proto__ out of every prototype", async () => {
    const raw = rawClient(running.address);
    const label = Buffer.concat([
      Buffer.from([0x0a, 9]),
      Buffer.from("__proto__"),
      Buffer.from([0x12, 1, 0x78]),
    ]);
    const spec = Buffer.concat([Buffer.from([0x12, 1, 0x74, 0x72, label.length]), label]);
    const request = Buffer.concat([Buffer.from([0x12, spec.length]), spec]);
    try {
      await raw.send(request);
    } finally {
      raw.close();
    }
    expect(submitted.at(-1)?.jobs[0]?.type).to.equal("t");
    expect(Object.getPrototypeOf(submitted.at(-1)?.jobs[0]?.labels ?? {})).to.equal(Object.prototype);
    expect(({} as Record<string, unknown>)["x"]).to.equal(undefined);
  });

  it("reports every call by method and status", () => {
    const seen = new Set(running.ended.map(({ method, status: name }) => `${method} ${name}`));
    expect([...seen]).to.include.members([
      "JobsService/GetJob OK",
      "JobsService/GetJob NOT_FOUND",
      "JobsService/GetJob DEADLINE_EXCEEDED",
      "AdminService/PauseQueue OK",
      "AdminService/PauseQueue INVALID_ARGUMENT",
      "JobsService/SubmitJobs CANCELLED",
    ]);
    expect(running.ended.every(({ seconds }) => seconds !== null && seconds >= 0)).to.equal(true);
  });
});

/** Sends bytes as they are to SubmitJobs. */
function rawClient(address: string): { send(bytes: Buffer): Promise<unknown>; close(): void } {
  const { path } = services().jobs.JobsService.service.SubmitJobs;
  const identity = (bytes: Buffer): Buffer => bytes;
  const Raw = makeClientConstructor(
    {
      Send: {
        path,
        requestStream: false,
        responseStream: false,
        requestSerialize: identity,
        requestDeserialize: identity,
        responseSerialize: identity,
        responseDeserialize: identity,
      },
    },
    "Raw",
  );
  const client = new Raw(address, credentials.createInsecure());
  return {
    send: (bytes) =>
      new Promise((resolve, reject) => {
        client["Send"]?.(bytes, (error: Error | null, response: unknown) => {
          if (error === null) resolve(response);
          else reject(error);
        });
      }),
    close: () => client.close(),
  };
}
