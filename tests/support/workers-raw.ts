/**
 * Workers that speak the contract and nothing else: one stream each over shared connections, every job answered with
 * success at once, no resume. For tests of many workers, and of what the server sends in which order.
 */
import { credentials, type ClientDuplexStream } from "@grpc/grpc-js";
import type { ConnectRequest } from "../../proto/gen/muster/worker/v1/ConnectRequest.js";
import type { ConnectResponse__Output } from "../../proto/gen/muster/worker/v1/ConnectResponse.js";
import type { WorkerServiceClient } from "../../proto/gen/muster/worker/v1/WorkerService.js";
import { services } from "../../proto/load.js";
import { track } from "./leftovers.js";

export interface RawWorker {
  readonly workerId: string;
  /** Kinds of all frames received, in order. */
  readonly received: readonly string[];
  /** Ids of the jobs received. */
  readonly jobIds: readonly string[];
  /** Of Welcome; null before it. */
  readonly sessionId: string | null;
  /** Resolves at Welcome; rejects when the stream ends before it. */
  readonly registered: Promise<void>;
  /** Resolves with the name of the gRPC status and its text. */
  readonly ended: Promise<string>;
}

const STREAMS_PER_CONNECTION = 50;

type Call = ClientDuplexStream<ConnectRequest, ConnectResponse__Output>;

/** A crowd of raw workers and the connections they share. */
export class RawWorkers {
  readonly #address: string;
  readonly #connections: WorkerServiceClient[] = [];
  readonly #untrack = track("raw workers", () => this.close());
  readonly #calls: Call[] = [];

  constructor(address: string) {
    this.#address = address;
  }

  /** Connects and says Hello; nothing is awaited. */
  start(workerId: string, maxInFlight: number): RawWorker {
    const call = this.#connection().Connect();
    this.#calls.push(call);
    return new Stream(call, workerId, maxInFlight);
  }

  /** Cuts every stream. */
  async close(): Promise<void> {
    this.#untrack();
    for (const call of this.#calls.splice(0)) call.cancel();
    for (const connection of this.#connections.splice(0)) connection.close();
  }

  #connection(): WorkerServiceClient {
    const at = Math.floor(this.#calls.length / STREAMS_PER_CONNECTION);
    const options = { "grpc.use_local_subchannel_pool": 1 };
    return (this.#connections[at] ??= new (services().worker.WorkerService)(
      this.#address,
      credentials.createInsecure(),
      options,
    ));
  }
}

class Stream implements RawWorker {
  readonly workerId: string;
  readonly received: string[] = [];
  readonly jobIds: string[] = [];
  readonly registered: Promise<void>;
  readonly ended: Promise<string>;
  sessionId: string | null = null;
  readonly #call: Call;
  #welcomed: () => void = () => undefined;
  #seq = 0;

  constructor(call: Call, workerId: string, maxInFlight: number) {
    this.#call = call;
    this.workerId = workerId;
    call.on("data", (frame: ConnectResponse__Output) => this.#receive(frame));
    call.on("error", () => undefined); // `status` says it, too
    this.ended = new Promise((resolve) =>
      call.once("status", (end) => resolve(`${end.code} ${end.details}`)),
    );
    this.registered = new Promise((resolve, reject) => {
      this.#welcomed = resolve;
      void this.ended.then((end) => reject(new Error(`${workerId} was not registered: ${end}`)));
    });
    this.registered.catch(() => undefined); // whoever waits hears of it
    this.#send({
      hello: {
        protocolMin: 1,
        protocolMax: 1,
        workerId,
        instanceId: crypto.randomUUID(),
        subscriptions: [{ queue: "default" }],
        window: { maxInFlight },
        sdk: { language: "raw", version: "0", runtime: "none" },
      },
    });
  }

  #send(message: Omit<ConnectRequest, "seq">): void {
    this.#call.write({ seq: ++this.#seq, ...message });
  }

  #receive(frame: ConnectResponse__Output): void {
    this.received.push(frame.message ?? "nothing");
    if (frame.welcome !== undefined) {
      this.sessionId = frame.welcome.sessionId ?? null;
      this.#welcomed();
    }
    const assignments = frame.assignmentBatch?.assignments ?? [];
    if (assignments.length === 0) return;
    for (const { ref } of assignments) this.jobIds.push(ref?.jobId ?? "");
    this.#send({ resultBatch: { results: assignments.map(({ ref }) => ({ ref: ref ?? {}, success: {} })) } });
  }
}
