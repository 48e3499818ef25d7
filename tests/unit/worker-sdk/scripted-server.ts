/**
 * A real grpc-js server on loopback that says on the worker stream only what a test tells it to. Each stream is a
 * `ScriptedStream`: the frames that came, and ways to answer, stay silent, end with a rich error or cut the wire.
 */
import { createServer, type AddressInfo, type Server as NetServer, type Socket } from "node:net";
import {
  Metadata,
  Server,
  ServerCredentials,
  status,
  type ServerDuplexStream,
  type UntypedServiceImplementation,
  type ServiceDefinition,
} from "@grpc/grpc-js";
import type { MessageTypeDefinition } from "@grpc/proto-loader";
import type { Assignment } from "../../../proto/gen/muster/worker/v1/Assignment.js";
import type { ConnectRequest__Output } from "../../../proto/gen/muster/worker/v1/ConnectRequest.js";
import type { ConnectResponse } from "../../../proto/gen/muster/worker/v1/ConnectResponse.js";
import type { HeartbeatAck } from "../../../proto/gen/muster/worker/v1/HeartbeatAck.js";
import type { JobResult__Output } from "../../../proto/gen/muster/worker/v1/JobResult.js";
import type { ReconcileVerdict } from "../../../proto/gen/muster/worker/v1/ReconcileVerdict.js";
import type { ResultAck } from "../../../proto/gen/muster/worker/v1/ResultAck.js";
import type { ResultDisposition } from "../../../proto/gen/muster/worker/v1/ResultDisposition.js";
import type { Welcome } from "../../../proto/gen/muster/worker/v1/Welcome.js";
import { contract, services } from "../../../proto/load.js";
import { eventually } from "../../support/eventually.js";
import { track } from "../../support/leftovers.js";
import { signal } from "../../support/signal.js";

export interface Violation {
  readonly field: string;
  readonly description: string;
}

/** Trailers with google.rpc.Status, as any Muster server sends them. */
export function richTrailers(reason: string, retryDelayMs?: number, fieldViolations?: Violation[]): Metadata {
  const details = [pack("ErrorInfo", { reason, domain: "muster" })];
  if (fieldViolations !== undefined) details.push(pack("BadRequest", { fieldViolations }));
  if (retryDelayMs !== undefined) {
    details.push(pack("RetryInfo", { retryDelay: { seconds: 0, nanos: retryDelayMs * 1e6 } }));
  }
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", encode("Status", { code: 0, message: reason, details }));
  return metadata;
}

function pack(name: string, message: object): { type_url: string; value: Buffer } {
  return { type_url: `type.googleapis.com/google.rpc.${name}`, value: encode(name, message) };
}

function encode(name: string, message: object): Buffer {
  const definition = contract()[`google.rpc.${name}`] as unknown as MessageTypeDefinition<object, object>;
  return definition.serialize(message);
}

export class ScriptedStream {
  readonly frames: ConnectRequest__Output[] = [];
  /** Answers heartbeats by itself until a test sets it to false. */
  answersHeartbeats = true;
  /** What else it says then. */
  heartbeatAnswer: HeartbeatAck = {};
  hasEnded = false;
  /** The worker dropped it. */
  isCancelled = false;
  readonly #call: ServerDuplexStream<ConnectRequest__Output, ConnectResponse>;
  readonly #cut: () => void;
  #seq = 0;

  constructor(call: ServerDuplexStream<ConnectRequest__Output, ConnectResponse>, cut: () => void) {
    this.#call = call;
    this.#cut = cut;
    call.sendMetadata(new Metadata());
    call.on("data", (frame: ConnectRequest__Output) => {
      this.frames.push(frame);
      const ping = frame.heartbeat;
      if (ping && this.answersHeartbeats)
        this.send({ heartbeatAck: { pingId: ping.pingId ?? 0, ...this.heartbeatAnswer } });
    });
    call.on("end", () => (this.hasEnded = true));
    call.on("cancelled", () => (this.isCancelled = true));
    call.on("error", () => undefined);
  }

  get peer(): string {
    return this.#call.getPeer();
  }

  get authorization(): readonly unknown[] {
    return this.#call.metadata.get("authorization");
  }

  of<K extends keyof ConnectRequest__Output>(member: K): NonNullable<ConnectRequest__Output[K]>[] {
    return this.frames.flatMap((frame) => (frame[member] === undefined ? [] : [frame[member]]));
  }

  get results(): JobResult__Output[] {
    return this.of("resultBatch").flatMap((batch) => batch.results ?? []);
  }

  /** Waits for the frame and returns the first of its kind. */
  async sees<K extends keyof ConnectRequest__Output>(
    member: K,
    count = 1,
    withinMs = 5_000,
  ): Promise<NonNullable<ConnectRequest__Output[K]>> {
    await eventually(() => this.of(member).length >= count, withinMs);
    return this.of(member)[count - 1] as NonNullable<ConnectRequest__Output[K]>;
  }

  async seesResults(count: number, withinMs = 5_000): Promise<JobResult__Output[]> {
    await eventually(() => this.results.length >= count, withinMs);
    return this.results;
  }

  send(frame: ConnectResponse): void {
    this.#call.write({ seq: ++this.#seq, ackSeq: this.frames.at(-1)?.seq ?? 0, ...frame });
  }

  /** Waits for Hello, then answers with Welcome. */
  async welcome(fields: Welcome = {}, verdicts: ReconcileVerdict[] = [], last = true): Promise<void> {
    const hello = await this.sees("hello");
    this.send({
      welcome: {
        protocol: 1,
        workerId: hello.workerId ?? "",
        sessionId: "session-1",
        sessionEpoch: 1,
        resumeToken: Buffer.from("token-1"),
        heartbeatInterval: { seconds: 0, nanos: 50e6 },
        leaseTtl: { seconds: 10 },
        limits: {
          maxFrameBytes: 65_536,
          maxPayloadBytes: 32_768,
          maxResultBytes: 16_384,
          maxBatchItems: 1000,
        },
        serverId: "server-1",
        ...fields,
      },
    });
    this.send({ reconcileBatch: { verdicts, last } });
  }

  assign(...assignments: Assignment[]): void {
    this.send({ assignmentBatch: { assignments } });
  }

  ack(disposition: ResultDisposition, results: readonly JobResult__Output[], fields: ResultAck = {}): void {
    const acks = results.map((result) => ({ ref: result.ref ?? null, disposition, ...fields }));
    this.send({ resultAckBatch: { acks } });
  }

  /** Ends the stream with a status; 0 is OK. */
  end(code = 0, reason = "", retryDelayMs?: number): void {
    if (code === 0) this.#call.end();
    else this.#call.emit("error", { code, details: reason, metadata: richTrailers(reason, retryDelayMs) });
  }

  /** The connection is gone without a word. */
  cut(): void {
    this.#cut();
  }
}

export function job(jobId: string, fields: Assignment = {}): Assignment {
  return {
    ref: { jobId, attempt: 1, leaseEpoch: 1 },
    queue: "default",
    jobType: "echo",
    maxAttempts: 3,
    ...fields,
  };
}

type Service = readonly [ServiceDefinition, UntypedServiceImplementation];

export class ScriptedServer {
  readonly streams: ScriptedStream[] = [];
  readonly #opened = signal<ScriptedStream>();
  readonly #sockets = new Set<Socket>();
  readonly #others: readonly Service[];
  #port = 0;
  #net: NetServer | undefined;
  #grpc: Server | undefined;
  #untrack: () => void = () => undefined;
  #isDismissing = false;

  constructor(others: readonly Service[] = []) {
    this.#others = others;
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  async open(): Promise<this> {
    this.#untrack = track("scripted server", () => this.close());
    await this.listen();
    return this;
  }

  /** The next stream that a worker opens. */
  next(withinMs = 5_000): Promise<ScriptedStream> {
    return this.#opened.next(withinMs);
  }

  /** Starts to listen, after `refuse` on the port it had before. */
  async listen(): Promise<void> {
    const grpc = new Server();
    grpc.addService(services().worker.WorkerService.service, {
      connect: (call: ServerDuplexStream<ConnectRequest__Output, ConnectResponse>) => {
        const stream = new ScriptedStream(call, () => this.#cut(call.getPeer()));
        if (this.#isDismissing) stream.end(status.ABORTED, "SESSION_REPLACED");
        this.streams.push(stream);
        this.#opened.fire(stream);
      },
    });
    for (const [definition, handlers] of this.#others) grpc.addService(definition, handlers);
    const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
    const net = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      injector.injectConnection(socket);
    });
    await new Promise<void>((resolve) => net.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (net.address() as AddressInfo).port;
    this.#net = net;
    this.#grpc = grpc;
  }

  /** Ends every stream, and each that is opened from now on, in a way that no worker comes back from. */
  dismiss(): void {
    this.#isDismissing = true;
    for (const stream of this.streams) stream.end(status.ABORTED, "SESSION_REPLACED");
  }

  /** Every connection is gone, new ones are refused. */
  async refuse(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#net?.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    this.#grpc?.forceShutdown();
    await closed;
  }

  async close(): Promise<void> {
    this.#untrack();
    await this.refuse();
  }

  #cut(peer: string): void {
    for (const socket of this.#sockets) {
      if (`${socket.remoteAddress}:${socket.remotePort}` === peer) socket.destroy();
    }
  }
}
