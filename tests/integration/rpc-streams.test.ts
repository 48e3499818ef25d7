import { connect, createServer, type Socket } from "node:net";
import { credentials, status, type ServiceError } from "@grpc/grpc-js";
import { expect } from "chai";
import { services } from "../../proto/load.js";
import { MusterError } from "../../server/core/errors.js";
import type { JobView } from "../../server/core/job.js";
import { eventually } from "../support/eventually.js";
import { settled } from "../support/settled.js";
import { signal } from "../support/signal.js";
import { refused, runFront, type FrontSetup, type RunningFront } from "../unit/rpc/running-front.js";
import { FULL_GRAPH, FULL_JOB, JOB_ID, GRAPH_ID } from "../unit/rpc/views.js";

const STREAMS_MAX = 1_000;
const WITHIN_MS = 5_000;

describe("streams of the jobs service", () => {
  let running: RunningFront | undefined;
  const run = async (setup: FrontSetup): Promise<RunningFront> => (running = await runFront(setup));
  afterEach(async () => {
    await running?.close();
    running = undefined;
  });

  /** A source that stays open until nobody listens, and says when it was opened and closed. */
  function endless() {
    const opened = signal<AbortSignal>();
    const closed = signal<string>();
    async function* watchJob(_namespace: string, _id: string, over: AbortSignal): AsyncGenerator<JobView> {
      opened.fire(over);
      try {
        yield FULL_JOB;
        await new Promise<void>((resolve) => over.addEventListener("abort", () => resolve(), { once: true }));
      } finally {
        closed.fire("closed");
      }
    }
    return { opened, closed, watchJob };
  }

  it("sends each view of a watched job and ends with OK when the source ends", async () => {
    const { jobs } = await run({
      jobs: {
        async *watchJob() {
          yield { ...FULL_JOB, state: "ready" };
          yield { ...FULL_JOB, state: "succeeded" };
        },
        async *watchGraph() {
          yield FULL_GRAPH;
        },
      },
    });
    const states: unknown[] = [];
    for await (const { job } of jobs.WatchJob({ jobId: JOB_ID })) states.push(job?.state);
    expect(states).to.deep.equal(["JOB_STATE_READY", "JOB_STATE_SUCCEEDED"]);
    for await (const { graph } of jobs.WatchGraph({ graphId: GRAPH_ID }))
      expect(graph?.jobCount).to.equal(28);
  });

  it("ends a watch with the error of its source, details included", async () => {
    const { jobs } = await run({
      jobs: {
        // eslint-disable-next-line require-yield
        async *watchJob() {
          throw new MusterError("JOB_NOT_FOUND", "no such job");
        },
      },
    });
    const error = await refused(drainStream(jobs.WatchJob({ jobId: JOB_ID })));
    expect(error.code).to.equal(status.NOT_FOUND);
    expect(error.rich().reason).to.equal("JOB_NOT_FOUND");
    const bad = await refused(drainStream(jobs.WatchJob({ jobId: "nonsense" })));
    expect(bad.code).to.equal(status.INVALID_ARGUMENT);
  });

  it("stops a watch when the client cancels it", async () => {
    const source = endless();
    const { jobs, ended } = await run({ jobs: { watchJob: source.watchJob } });
    const stream = jobs.WatchJob({ jobId: JOB_ID });
    stream.on("error", () => undefined);
    const over = await source.opened.next();
    stream.cancel();
    await source.closed.next();
    expect(over.aborted).to.equal(true);
    await eventually(
      () =>
        ended.some(({ method, status: name }) => method === "JobsService/WatchJob" && name === "CANCELLED"),
      WITHIN_MS,
    );
  });

  it("stops a watch even when its source does not listen to the signal", async () => {
    const asked = signal();
    const returned = signal();
    const source: AsyncIterable<JobView> = {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          asked.fire();
          return new Promise(() => undefined);
        },
        return: () => {
          returned.fire();
          return Promise.resolve({ done: true, value: undefined });
        },
      }),
    };
    const { jobs } = await run({ jobs: { watchJob: () => source } });
    const stream = jobs.WatchJob({ jobId: JOB_ID });
    stream.on("error", () => undefined);
    await asked.next();
    stream.cancel();
    await returned.next();
  });

  it("asks for the next view only when the transport took the one before", async () => {
    let produced = 0;
    const big = { ...FULL_JOB, progressNote: "x".repeat(200_000) };
    const { port } = await run({
      jobs: {
        async *watchJob() {
          for (;;) {
            produced += 1;
            yield big;
          }
        },
      },
    });
    const proxy = await startProxy(port);
    const client = clientAt(proxy.port);
    const first = signal();
    const stream = client.WatchJob({ jobId: JOB_ID });
    stream.on("error", () => undefined);
    stream.on("data", () => first.fire());
    await first.next();
    proxy.holdAnswers();
    const atRest = await settled(() => produced);
    proxy.passAnswers();
    await eventually(() => produced > atRest + 10, WITHIN_MS);
    proxy.holdAnswers();
    const again = await settled(() => produced);
    // At rest, what was produced and not yet received is one view, not the 16 that a stream buffers.
    expect(again - first.seen.length).to.be.at.most(3);
    client.close();
    await proxy.close();
  });

  it("ends open watches with DRAINING when the front stops", async () => {
    const source = endless();
    const { jobs, front } = await run({ jobs: { watchJob: source.watchJob } });
    const end = refused(drainStream(jobs.WatchJob({ jobId: JOB_ID })));
    await source.opened.next();
    const startedMono = performance.now();
    await front.stop(10_000);
    const error = await end;
    expect(error.code).to.equal(status.UNAVAILABLE);
    expect(error.rich().reason).to.equal("DRAINING");
    expect(error.rich().retryDelay, "another replica may be asked at once").to.equal(null);
    expect(performance.now() - startedMono).to.be.below(5_000);
    await source.closed.next();
  });

  it("caps the streams of one connection at 1,000 and stays there for others", async () => {
    const source = endless();
    const { jobsClient } = await run({
      jobs: { watchJob: source.watchJob, retryJob: async () => ({ state: "ready", generation: 2 }) },
    });
    const greedy = jobsClient();
    const streams = Array.from({ length: 5_000 }, () => {
      const stream = greedy.WatchJob({ jobId: JOB_ID });
      stream.on("error", () => undefined);
      stream.on("data", () => undefined);
      return stream;
    });
    await eventually(() => source.opened.seen.length >= STREAMS_MAX, WITHIN_MS);
    const other = jobsClient();
    const answer = await new Promise<ServiceError | null>((resolve) =>
      other.RetryJob({ jobId: JOB_ID }, { deadline: Date.now() + WITHIN_MS }, (error) => resolve(error)),
    );
    expect(answer).to.equal(null);
    expect(await settled(() => source.opened.seen.length)).to.equal(STREAMS_MAX);
    for (const stream of streams) stream.cancel();
    greedy.close();
  });
});

describe("StreamJobs", () => {
  let running: RunningFront | undefined;
  const run = async (setup: FrontSetup): Promise<RunningFront> => (running = await runFront(setup));
  afterEach(async () => {
    await running?.close();
    running = undefined;
  });

  it("takes one message after the other and counts what it accepted", async () => {
    let inFlight = 0;
    let mostInFlight = 0;
    const order: (string | undefined)[] = [];
    const { jobs } = await run({
      jobs: {
        submit: async (input) => {
          mostInFlight = Math.max(mostInFlight, ++inFlight);
          order.push(input.jobs[0]?.key);
          await new Promise((resolve) => setImmediate(resolve));
          inFlight -= 1;
          return {
            graphPublicId: null,
            existed: false,
            jobs: input.jobs.map(() => ({ publicId: JOB_ID, key: null, existed: false })),
          };
        },
      },
    });
    const { answer, stream } = streamJobs(jobs);
    const keys = Array.from({ length: 200 }, (_, index) => `k${index}`);
    for (const key of keys) stream.write({ jobs: [{ type: "t", key }, { type: "t" }] });
    stream.end();
    expect(await answer).to.deep.equal({ acceptedJobs: 400, acceptedMessages: 200 });
    expect(order).to.deep.equal(keys);
    expect(mostInFlight).to.equal(1);
  });

  it("reads no further message while one is being written", async () => {
    const asked = signal<() => void>();
    const { port } = await run({
      jobs: {
        submit: async () => {
          await new Promise<void>((resolve) => asked.fire(resolve));
          return { graphPublicId: null, existed: false, jobs: [] };
        },
      },
    });
    const proxy = await startProxy(port);
    const through = clientAt(proxy.port);
    const { answer, stream } = streamJobs(through);
    const message = { jobs: [{ type: "t", payload: { inline: Buffer.alloc(50_000) } }] };
    for (let sent = 0; sent < 100; sent++) stream.write(message);
    const release = await asked.next();
    // 100 messages are 5 MB; what the server takes in is one message and the window of HTTP/2.
    expect(await settled(() => proxy.bytesIn())).to.be.below(400_000);
    expect(asked.seen).to.have.length(1);
    release();
    const next = await asked.next();
    expect(asked.seen).to.have.length(2);
    stream.cancel();
    next();
    await refused(answer);
    through.close();
    await proxy.close();
  });

  it("ends at the first refused message, keeps what came before, and says how much that is", async () => {
    const { jobs } = await run({
      jobs: {
        submit: async (input) => {
          if (input.jobs[0]?.key === "bad") throw new MusterError("PARENT_MISSING", "no such parent");
          return {
            graphPublicId: null,
            existed: false,
            jobs: [{ publicId: JOB_ID, key: null, existed: false }],
          };
        },
      },
    });
    const { answer, stream } = streamJobs(jobs);
    for (const key of ["a", "b", "bad", "c"]) stream.write({ jobs: [{ type: "t", key }] });
    const error = await refused(answer);
    expect(error.code).to.equal(status.FAILED_PRECONDITION);
    expect(error.rich().info).to.deep.equal({ accepted_jobs: "2", accepted_messages: "2" });
  });

  it("ends with INVALID_ARGUMENT at a message that is wrong in itself", async () => {
    const { jobs } = await run({});
    const { answer, stream } = streamJobs(jobs);
    stream.write({ jobs: [] });
    const error = await refused(answer);
    expect(error.rich().violations[0]?.field).to.equal("jobs");
  });

  it("notices that the client left, and the server goes on", async () => {
    const asked = signal();
    const { jobs, ended, lines } = await run({
      jobs: {
        submit: async () => {
          asked.fire();
          return { graphPublicId: null, existed: false, jobs: [] };
        },
      },
    });
    const { answer, stream } = streamJobs(jobs);
    stream.write({ jobs: [{ type: "t" }] });
    await asked.next();
    stream.cancel();
    expect((await refused(answer)).code).to.equal(status.CANCELLED);
    await eventually(() => ended.length === 1, WITHIN_MS);
    expect(ended[0]).to.deep.equal({ method: "JobsService/StreamJobs", status: "CANCELLED", seconds: null });
    expect(lines.filter(({ level }) => level === "error")).to.deep.equal([]);
  });

  it("ends with DRAINING when the front stops while nothing is under way", async () => {
    const asked = signal();
    const { jobs, front } = await run({
      jobs: {
        submit: async () => {
          asked.fire();
          return { graphPublicId: null, existed: false, jobs: [] };
        },
      },
    });
    const { answer, stream } = streamJobs(jobs);
    stream.write({ jobs: [{ type: "t" }] });
    await asked.next();
    const error = refused(answer);
    await front.stop(10_000);
    expect((await error).rich()).to.deep.include({ reason: "DRAINING" });
  });
});

function streamJobs(client: RunningFront["jobs"]) {
  let stream: ReturnType<RunningFront["jobs"]["StreamJobs"]> | undefined;
  const answer = new Promise((resolve, reject) => {
    stream = client.StreamJobs((error: ServiceError | null, response: unknown) => {
      if (error === null) resolve(response);
      else reject(error);
    });
  });
  if (stream === undefined) throw new Error("no stream");
  stream.on("error", () => undefined);
  return { answer, stream };
}

async function drainStream(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const message of stream) void message;
}

function clientAt(port: number): RunningFront["jobs"] {
  return new (services().jobs.JobsService)(`127.0.0.1:${port}`, credentials.createInsecure());
}

/** Passes bytes on as fast as the other side takes them, counts those towards the server, and can hold answers back. */
async function startProxy(target: number) {
  const fronts = new Set<Socket>();
  const backs = new Set<Socket>();
  let bytes = 0;
  const server = createServer((from) => {
    const to = connect(target, "127.0.0.1");
    fronts.add(from.on("error", () => undefined));
    backs.add(to.on("error", () => undefined));
    from.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (!to.write(chunk)) from.pause();
    });
    to.on("drain", () => from.resume());
    to.on("data", (chunk: Buffer) => void from.write(chunk));
    from.on("close", () => to.destroy());
    to.on("close", () => from.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    bytesIn: () => bytes,
    holdAnswers: () => backs.forEach((socket) => socket.pause()),
    passAnswers: () => backs.forEach((socket) => socket.resume()),
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of [...fronts, ...backs]) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
