import { connect as connectHttp2 } from "node:http2";
import { connect, createServer, type Socket } from "node:net";
import {
  credentials,
  loadPackageDefinition,
  makeClientConstructor,
  status,
  type Client,
  type ClientReadableStream,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServiceError,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { expect } from "chai";
import { protoPath } from "grpc-health-check";
import type { JobView } from "../../server/core/job.js";
import { createGrpcFront, type RpcHost, type RpcService } from "../../server/rpc/front.js";
import { eventually } from "../support/eventually.js";
import { signal } from "../support/signal.js";
import { logLines } from "../unit/rpc/log-lines.js";
import { call, refused, runFront, type FrontSetup, type RunningFront } from "../unit/rpc/running-front.js";
import { FULL_JOB, JOB_ID } from "../unit/rpc/views.js";

const WITHIN_MS = 5_000;

describe("connections and life cycle of the gRPC front", () => {
  let running: RunningFront | undefined;
  const run = async (setup: FrontSetup = {}): Promise<RunningFront> => (running = await runFront(setup));
  afterEach(async () => {
    await running?.close();
    running = undefined;
  });

  const endOf = (socket: Socket): Promise<void> =>
    new Promise((resolve) => {
      socket.on("error", () => undefined);
      socket.on("close", () => resolve());
      socket.resume();
    });

  it("listens on loopback unless told otherwise", async () => {
    const { lines } = await run();
    expect(lines[0]).to.deep.include({ event: "rpc.listening", level: "info" });
    expect(lines[0]?.fields["host"]).to.equal("127.0.0.1");
  });

  it("rejects when its port is taken", async () => {
    const holder = createServer();
    const port = await new Promise<number>((resolve) =>
      holder.listen(0, "127.0.0.1", () => resolve((holder.address() as { port: number }).port)),
    );
    const { logger } = logLines();
    const front = createGrpcFront({
      config: { port },
      jobs: {} as never,
      admin: {} as never,
      deadLetters: {} as never,
      logger,
      observer: { rpcEnded: () => undefined },
    });
    const error = await front.start().then(
      () => null,
      (reason: unknown) => reason as NodeJS.ErrnoException,
    );
    expect(error?.code).to.equal("EADDRINUSE");
    await front.stop(0);
    await new Promise((resolve) => holder.close(resolve));
  });

  it("closes a connection that stays silent, and one that sends only a little", async () => {
    const { port, front } = await run({ config: { handshakeMs: 100 } });
    const silent = connect(port, "127.0.0.1");
    const slow = connect(port, "127.0.0.1");
    slow.write("PRI * HTTP/2");
    await Promise.all([endOf(silent), endOf(slow)]);
    await eventually(() => front.connections() === 0, WITHIN_MS);
  });

  it("keeps a connection that has shaken hands beyond that time", async () => {
    const { port, jobs, front } = await run({
      config: { handshakeMs: 50 },
      jobs: { getJob: async () => FULL_JOB },
    });
    await call(jobs.GetJob.bind(jobs), { jobId: JOB_ID });
    const silent = connect(port, "127.0.0.1");
    await endOf(silent); // as long as a silent one lives
    await eventually(() => front.connections() === 1, WITHIN_MS);
    expect((await call(jobs.GetJob.bind(jobs), { jobId: JOB_ID }))?.job?.jobId).to.equal(JOB_ID);
  });

  it("forgets a connection whose peer closes its side", async () => {
    const { port, front } = await run();
    const socket = connect(port, "127.0.0.1", () => socket.end());
    await endOf(socket);
    await eventually(() => front.connections() === 0, WITHIN_MS);
  });

  it("ends the streams of a peer that vanished at once", async () => {
    const opened = signal<AbortSignal>();
    const { front, port } = await run({ jobs: { watchJob: watchUntil(opened.fire) } });
    const socket = connect(port, "127.0.0.1");
    const session = connectHttp2(`http://127.0.0.1:${port}`, { createConnection: () => socket });
    session.on("error", () => undefined);
    const stream = session.request({
      ":method": "POST",
      ":path": "/muster.jobs.v1.JobsService/WatchJob",
      "content-type": "application/grpc",
      te: "trailers",
    });
    stream.on("error", () => undefined);
    const request = Buffer.concat([Buffer.from([0x12, JOB_ID.length]), Buffer.from(JOB_ID)]);
    stream.end(Buffer.concat([Buffer.from([0, 0, 0, 0, request.length]), request]));
    const over = await opened.next();
    socket.destroy();
    await eventually(() => over.aborted && front.connections() === 0, 1_000);
  });

  it("survives a peer that speaks no HTTP/2", async () => {
    const { port, jobs } = await run({ jobs: { getJob: async () => FULL_JOB } });
    const socket = connect(port, "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(10));
    await endOf(socket);
    expect((await call(jobs.GetJob.bind(jobs), { jobId: JOB_ID }))?.job?.jobId).to.equal(JOB_ID);
  });

  it("accepts no more connections than it may, in all and from one address", async () => {
    for (const config of [{ connectionsMax: 2 }, { connectionsPerAddressMax: 2 }]) {
      const { port, front, close } = await runFront({ config });
      const sockets = [connect(port, "127.0.0.1"), connect(port, "127.0.0.1")];
      await eventually(() => front.connections() === 2, WITHIN_MS);
      await endOf(connect(port, "127.0.0.1"));
      expect(front.connections()).to.equal(2);
      sockets[0]?.destroy();
      await eventually(() => front.connections() === 1, WITHIN_MS);
      const next = connect(port, "127.0.0.1");
      await eventually(() => front.connections() === 2, WITHIN_MS);
      for (const socket of [...sockets, next]) socket.destroy();
      await close();
    }
  });

  it("tells a raw client the cap on streams", async () => {
    const { port } = await run({ config: { streamsPerConnectionMax: 7 } });
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    const settings = await new Promise<{ maxConcurrentStreams?: number }>((resolve) =>
      session.once("remoteSettings", resolve),
    );
    expect(settings.maxConcurrentStreams).to.equal(7);
    session.destroy();
  });

  it("destroys the connection of a peer, which sees UNAVAILABLE at once", async () => {
    const opened = signal<AbortSignal>();
    const { jobs, front } = await run({
      jobs: { watchJob: watchUntil(opened.fire) },
      extraServices: [PEER_SERVICE],
    });
    const end = refused(readAll(jobs.WatchJob({ jobId: JOB_ID })));
    await opened.next();
    expect(front.destroyPeer("127.0.0.1:1")).to.equal(false);
    expect(front.connections()).to.equal(1);
    const peer = await peerOf(jobs);
    expect(front.destroyPeer(peer)).to.equal(true);
    expect((await end).code).to.equal(status.UNAVAILABLE);
    await eventually(() => front.connections() === 0, WITHIN_MS);
    expect(front.destroyPeer(peer)).to.equal(false);
  });

  it("lets calls under way finish when it stops, and takes no new ones", async () => {
    const asked = signal<() => void>();
    const { jobs, front, port } = await run({
      jobs: {
        getJob: async () => {
          await new Promise<void>((resolve) => asked.fire(resolve));
          return FULL_JOB;
        },
      },
    });
    const answer = call(jobs.GetJob.bind(jobs), { jobId: JOB_ID });
    const release = await asked.next();
    const stopped = front.stop(10_000);
    const late = connect(port, "127.0.0.1");
    await endOf(late);
    release();
    expect((await answer)?.job?.jobId).to.equal(JOB_ID);
    await stopped;
    expect(front.connections()).to.equal(0);
    expect(front.stop(1)).to.equal(front.stop(1));
  });

  it("cuts what is still open when the grace is over", async () => {
    const asked = signal();
    const { jobs, front, lines } = await run({
      jobs: {
        getJob: () => {
          asked.fire();
          return new Promise(() => undefined);
        },
      },
    });
    const answer = refused(call(jobs.GetJob.bind(jobs), { jobId: JOB_ID }));
    await asked.next();
    await front.stop(50);
    expect((await answer).code).to.be.oneOf([status.UNAVAILABLE, status.CANCELLED]);
    expect(lines.at(-1)).to.deep.include({ level: "warn", event: "rpc.cut" });
  });

  it("registers a service that is plugged in, and drains it", async () => {
    const { logger } = logLines();
    let host: RpcHost | undefined;
    const drained = signal<number>();
    const front = createGrpcFront({
      config: { port: 0 },
      jobs: {} as never,
      admin: {} as never,
      deadLetters: {} as never,
      logger,
      observer: { rpcEnded: () => undefined },
      extraServices: [
        {
          names: ["muster.worker.v1.WorkerService"],
          register: (given) => (host = given),
          drain: async (graceMs) => drained.fire(graceMs),
        },
      ],
    });
    const { port } = await front.start();
    const health = healthClient(port);
    expect(await health.check("muster.worker.v1.WorkerService")).to.equal("SERVING");
    health.close();
    expect(host?.draining.aborted).to.equal(false);
    await front.stop(1_000);
    expect(await drained.next()).to.equal(1_000);
    expect(host?.draining.aborted).to.equal(true);
  });
});

describe("grpc.health.v1", () => {
  let running: RunningFront;
  beforeEach(async () => {
    running = await runFront();
  });
  afterEach(() => running.close());

  it("is SERVING as a whole and for each service, and follows what it is told", async () => {
    const health = healthClient(running.port);
    for (const name of ["", "muster.jobs.v1.JobsService", "muster.admin.v1.AdminService"]) {
      expect(await health.check(name)).to.equal("SERVING");
    }
    running.front.health.setNotServing("muster.admin.v1.AdminService");
    expect(await health.check("muster.admin.v1.AdminService")).to.equal("NOT_SERVING");
    expect(await health.check("muster.jobs.v1.JobsService")).to.equal("SERVING");
    running.front.health.setNotServing();
    expect(await health.check("")).to.equal("NOT_SERVING");
    expect((await refused(health.check("nobody"))).code).to.equal(status.NOT_FOUND);
    health.close();
  });

  it("tells watchers that it stops, ends their streams, and is not held up by them", async () => {
    const health = healthClient(running.port);
    const stream = health.watch("");
    const seen = signal<string>();
    const ended = signal<number>();
    stream.on("data", (update: { status: string }) => seen.fire(update.status));
    stream.on("error", (error: ServiceError) => ended.fire(error.code));
    expect(await seen.next()).to.equal("SERVING");
    const startedMono = performance.now();
    await running.front.stop(10_000);
    expect(await seen.next()).to.equal("NOT_SERVING");
    expect(await ended.next()).to.equal(status.UNAVAILABLE);
    expect(performance.now() - startedMono).to.be.below(5_000);
    health.close();
  });
});

/** A stock health client, made from the .proto of the health package. */
function healthClient(port: number) {
  const root = loadPackageDefinition(loadSync(protoPath, { enums: String })) as unknown as {
    readonly grpc: {
      readonly health: { readonly v1: { readonly Health: new (...parameters: unknown[]) => HealthStub } };
    };
  };
  const client = new root.grpc.health.v1.Health(`127.0.0.1:${port}`, credentials.createInsecure());
  return {
    check: (service: string): Promise<string> =>
      new Promise((resolve, reject) => {
        client.check({ service }, (error, response) => {
          if (error === null) resolve(response.status);
          else reject(error);
        });
      }),
    watch: (service: string) => client.watch({ service }),
    close: () => client.close(),
  };
}

interface HealthStub {
  check(request: object, callback: (error: Error | null, response: { status: string }) => void): void;
  watch(request: object): ClientReadableStream<{ status: string }>;
  close(): void;
}

const identity = (bytes: Buffer): Buffer => bytes;
const PEER_METHOD = {
  path: "/test.Peer/Get",
  requestStream: false,
  responseStream: false,
  requestSerialize: identity,
  requestDeserialize: identity,
  responseSerialize: identity,
  responseDeserialize: identity,
};

/** Tells callers the name of their connection. */
const PEER_SERVICE: RpcService = {
  names: [],
  register: ({ server }) =>
    server.addService(
      { Get: PEER_METHOD },
      {
        Get: (request: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) =>
          answer(null, Buffer.from(request.getPeer())),
      },
    ),
};

/** The name of a client's connection, as the server sees it. */
function peerOf(sharing: Client): Promise<string> {
  const client = new (makeClientConstructor({ Get: PEER_METHOD }, "Peer"))("", credentials.createInsecure(), {
    channelOverride: sharing.getChannel(),
  });
  return new Promise((resolve, reject) => {
    client["Get"]?.(Buffer.alloc(0), (error: Error | null, peer: Buffer) => {
      if (error === null) resolve(peer.toString());
      else reject(error);
    });
  });
}

/** A source that gives one view and then stays open until nobody listens. */
function watchUntil(opened: (over: AbortSignal) => void) {
  return async function* (_namespace: string, _id: string, over: AbortSignal): AsyncGenerator<JobView> {
    opened(over);
    yield FULL_JOB;
    await new Promise<void>((resolve) => over.addEventListener("abort", () => resolve(), { once: true }));
  };
}

async function readAll(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const update of stream) void update;
}
