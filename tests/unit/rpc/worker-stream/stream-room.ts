/**
 * A real grpc-js server on loopback with the worker stream on it, and raw clients that write frames by hand. The
 * sockets are owned through a connection injector, as in production, so that a peer can be destroyed.
 */
import { randomUUID } from "node:crypto";
import { createServer, type AddressInfo, type Server as NetServer, type Socket } from "node:net";
import {
  credentials,
  Server,
  ServerCredentials,
  type ClientDuplexStream,
  type ServiceError,
} from "@grpc/grpc-js";
import type { ConnectRequest } from "../../../../proto/gen/muster/worker/v1/ConnectRequest.js";
import type { ConnectResponse__Output } from "../../../../proto/gen/muster/worker/v1/ConnectResponse.js";
import type { Hello } from "../../../../proto/gen/muster/worker/v1/Hello.js";
import { services } from "../../../../proto/load.js";
import type { Assignment } from "../../../../server/core/job.js";
import { formatId } from "../../../../server/core/job-id.js";
import { NO_METRICS } from "../../../../server/core/metrics.js";
import type { LogFields, Logger } from "../../../../server/core/ports.js";
import {
  createWorkerStreamService,
  type WorkerStreamOptions,
  type WorkerStreamService,
} from "../../../../server/rpc/worker-stream/index.js";
import { eventually } from "../../../support/eventually.js";
import { RawWorker } from "./raw-worker.js";
import { ScriptedSessions } from "./scripted-sessions.js";

export const LIMITS = {
  maxFrameBytes: 1_048_576,
  maxPayloadBytes: 262_144,
  maxResultBytes: 1_048_576 - 16_384,
  maxBatchItems: 1_000,
  maxInFlight: 10_000,
};

const CREATED_MS = 1_790_000_000_000;
const UNTIL_MS = 5_000;

/** Waits for a condition; the deadline names what did not happen. */
export async function until(what: string, condition: () => boolean, withinMs = UNTIL_MS): Promise<void> {
  const probe = (): true => {
    if (!condition()) throw new Error(what);
    return true;
  };
  await eventually(probe, withinMs);
}

export function publicId(jobId: number): string {
  return formatId(jobId, CREATED_MS);
}

export function assignment(jobId: number, fields: Partial<Assignment> = {}): Assignment {
  return {
    jobId,
    publicId: publicId(jobId),
    sessionId: 1,
    leaseEpoch: 1,
    attempt: 1,
    maxAttempts: 3,
    queueId: 7,
    type: "resize",
    payload: { contentType: "application/json", body: Buffer.from("{}"), uri: null },
    headers: null,
    executionTimeoutMs: null,
    startTimeoutMs: null,
    progressTimeoutMs: null,
    readyAtMs: CREATED_MS,
    slackMs: 0,
    graphPublicId: null,
    effectivePriority: 3,
    checkpoint: null,
    parents: [],
    parentsTruncated: false,
    dependents: 0,
    ...fields,
  };
}

export class TestLog implements Logger {
  readonly lines: { readonly level: string; readonly event: string; readonly fields: LogFields }[] = [];

  readonly debug = this.#keep("debug");
  readonly info = this.#keep("info");
  readonly warn = this.#keep("warn");
  readonly error = this.#keep("error");

  events(): string[] {
    return this.lines.map((line) => line.event);
  }

  #keep(level: string) {
    return (fields: LogFields, event: string): void => void this.lines.push({ level, event, fields });
  }
}

export function hello(fields: Hello = {}): Hello {
  return {
    protocolMin: 1,
    protocolMax: 1,
    instanceId: randomUUID(),
    subscriptions: [{ queue: "default" }],
    window: { maxInFlight: 32 },
    ...fields,
  };
}

export class TestWorker {
  readonly call: ClientDuplexStream<ConnectRequest, ConnectResponse__Output>;
  readonly frames: ConnectResponse__Output[] = [];
  error: ServiceError | null = null;
  status: { readonly code: number; readonly details: string } | null = null;
  hasMetadata = false;
  seq = 0;
  acks = true;

  constructor(address: string) {
    const { WorkerService } = services().worker;
    const client = new WorkerService(address, credentials.createInsecure(), {
      "grpc.use_local_subchannel_pool": 1,
    });
    this.call = client.connect();
    this.call.on("metadata", () => (this.hasMetadata = true));
    this.call.on("error", (error: ServiceError) => (this.error = error));
    this.call.on("status", (status: { code: number; details: string }) => {
      this.status = status;
      client.close();
    });
    this.call.on("data", (frame: ConnectResponse__Output) => this.frames.push(frame));
  }

  send(frame: ConnectRequest): void {
    const ackSeq = this.acks ? (this.frames.at(-1)?.seq ?? 0) : 0;
    this.call.write({ seq: ++this.seq, ackSeq, ...frame });
  }

  of<Kind extends NonNullable<ConnectResponse__Output["message"]>>(
    kind: Kind,
  ): NonNullable<ConnectResponse__Output[Kind]>[] {
    return this.frames.flatMap((frame) => {
      const member = frame[kind];
      return member === undefined ? [] : [member];
    });
  }

  async sees(kind: NonNullable<ConnectResponse__Output["message"]>, count = 1): Promise<void> {
    await until(
      `${count} ${kind}, status ${JSON.stringify(this.status)}`,
      () => this.of(kind).length >= count,
    );
  }

  async ends(): Promise<{ readonly code: number; readonly details: string }> {
    await until("the end of the stream", () => this.status !== null);
    return this.status ?? { code: -1, details: "" };
  }
}

export class StreamRoom {
  readonly sessions = new ScriptedSessions();
  readonly log = new TestLog();
  readonly service: WorkerStreamService;
  readonly destroyed: string[] = [];
  readonly #server = new Server();
  readonly #sockets = new Map<string, Socket>();
  readonly #workers: TestWorker[] = [];
  readonly #rawWorkers: RawWorker[] = [];
  #listener: NetServer | null = null;
  address = "";

  constructor(options: Partial<WorkerStreamOptions> = {}) {
    this.service = createWorkerStreamService({
      sessions: this.sessions,
      clock: { nowMs: () => Date.now(), monoMs: () => performance.now() },
      logger: this.log,
      metrics: NO_METRICS,
      serverId: "server-1",
      limits: LIMITS,
      maxSessions: 1_000,
      queueName: (queueId) => `queue-${queueId}`,
      destroyPeer: (peer) => {
        this.destroyed.push(peer);
        this.#sockets.get(peer)?.destroy();
      },
      random: () => 0.5,
      ...options,
    });
    this.#server.addService(this.service.definition, this.service.implementation);
  }

  async open(): Promise<this> {
    const injector = this.#server.createConnectionInjector(ServerCredentials.createInsecure());
    const listener = createServer((socket) => {
      const peer = `${socket.remoteAddress}:${socket.remotePort}`;
      this.#sockets.set(peer, socket);
      socket.on("close", () => this.#sockets.delete(peer));
      injector.injectConnection(socket);
    });
    this.#listener = listener;
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    this.address = `127.0.0.1:${(listener.address() as AddressInfo).port}`;
    return this;
  }

  worker(): TestWorker {
    const worker = new TestWorker(this.address);
    this.#workers.push(worker);
    return worker;
  }

  /** Reads nothing until it is told to. */
  rawWorker(): RawWorker {
    const worker = new RawWorker(this.address);
    this.#rawWorkers.push(worker);
    return worker;
  }

  /** A worker past its Welcome. */
  async registered(fields: Hello = {}): Promise<TestWorker> {
    const worker = this.worker();
    worker.send({ hello: hello(fields) });
    await worker.sees("reconcileBatch");
    return worker;
  }

  destroySockets(): void {
    for (const socket of this.#sockets.values()) socket.destroy();
  }

  async close(): Promise<void> {
    for (const worker of this.#workers) worker.call.cancel();
    for (const worker of this.#rawWorkers) worker.close();
    this.destroySockets();
    await new Promise<void>((resolve) => {
      if (this.#listener === null) resolve();
      else this.#listener.close(() => resolve());
    });
    this.#server.forceShutdown();
  }
}
