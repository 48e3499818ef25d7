/**
 * Many bare worker streams in one process, for the scenarios where the number of workers is the load: each has a
 * TCP connection of its own, says Hello, sends heartbeats and answers every assignment with success at once. It is
 * written against the contract and not with the SDK, whose threads and buffers would fill the machine long before
 * the server does.
 */
import { type ClientDuplexStream, credentials } from "@grpc/grpc-js";
import { randomUUID } from "node:crypto";
import { services } from "../../proto/load.js";
import type { ConnectRequest } from "../../proto/gen/muster/worker/v1/ConnectRequest.js";
import type { ConnectResponse__Output } from "../../proto/gen/muster/worker/v1/ConnectResponse.js";
import { monoUs } from "./clock.js";
import type { FromHerd, HerdSettings, ToHerd } from "./herd-messages.js";

const COUNTS_MS = 10;

const settings = JSON.parse(process.argv[2] ?? "{}") as HerdSettings;
const { WorkerService } = services().worker;
const helloUs = new Float64Array(settings.streams);
const welcomeUs = new Float64Array(settings.streams);
const endings: Record<string, number> = {};
let registered = 0;
let settled = 0;
let lost = 0;
let early = 0;
let reconnectWithinMs: number | undefined;
let timer: NodeJS.Timeout | undefined;

function tell(message: FromHerd): void {
  if (process.connected) process.send?.(message);
}

function tellCountsSoon(): void {
  timer ??= setTimeout(() => {
    timer = undefined;
    tell({ kind: "counts", registered, settled, lost });
  }, COUNTS_MS);
}

type WireDuration = { readonly seconds?: number; readonly nanos?: number } | null | undefined;

function msOf(duration: WireDuration): number {
  return (duration?.seconds ?? 0) * 1_000 + (duration?.nanos ?? 0) / 1e6;
}

class HerdStream {
  readonly #position: number;
  readonly #instanceId = randomUUID();
  #call: ClientDuplexStream<ConnectRequest, ConnectResponse__Output> | undefined;
  #seq = 0;
  #ackSeq = 0;
  #isRegistered = false;
  #heartbeat: NodeJS.Timeout | undefined;
  #intervalMs = 5_000;
  #pings = 0;

  constructor(position: number) {
    this.#position = position;
  }

  open(): void {
    const client = new WorkerService(settings.address, credentials.createInsecure(), {
      "grpc.use_local_subchannel_pool": 1,
      "grpc.enable_retries": 0,
      "grpc.initial_reconnect_backoff_ms": 100,
      "grpc.max_reconnect_backoff_ms": 200,
    });
    const call = client.connect();
    this.#call = call;
    this.#seq = this.#ackSeq = 0;
    call.on("data", (frame: ConnectResponse__Output) => this.#receive(frame));
    call.on("error", () => undefined); // "status" says the same
    call.on("status", (status) => {
      client.close();
      this.#ended(`${status.code} ${status.details}`.slice(0, 80));
    });
    helloUs[this.#position] = monoUs();
    this.#send({
      hello: {
        protocolMin: 1,
        protocolMax: 1,
        workerId: `${settings.name}-${this.#position}`,
        instanceId: this.#instanceId,
        subscriptions: [{ queue: settings.queue }],
        window: { maxInFlight: settings.window, generation: 1 },
        sdk: { language: "bench", version: "0", runtime: process.version },
      },
    });
  }

  #receive(frame: ConnectResponse__Output): void {
    this.#ackSeq = frame.seq ?? this.#ackSeq;
    if (frame.welcome !== undefined && frame.welcome !== null)
      this.#welcomed(frame.welcome.heartbeatInterval);
    const assignments = frame.assignmentBatch?.assignments ?? [];
    if (assignments.length > 0) {
      if (!this.#isRegistered) early += assignments.length;
      const results = assignments.map(({ ref }) => ({ ...(ref && { ref }), success: {} }));
      this.#send({ resultBatch: { results } });
    }
    const acks = frame.resultAckBatch?.acks ?? [];
    const nextInMs = msOf(frame.heartbeatAck?.nextIn);
    if (nextInMs > 0) this.#beatIn(nextInMs);
    if (acks.length > 0) {
      settled += acks.length;
      tellCountsSoon();
    }
  }

  #welcomed(interval: WireDuration): void {
    welcomeUs[this.#position] = monoUs();
    this.#isRegistered = true;
    registered++;
    tellCountsSoon();
    this.#intervalMs = msOf(interval) || this.#intervalMs;
    // Spread out, as workers that were started at different times are.
    this.#beatIn(Math.random() * this.#intervalMs);
  }

  #beatIn(ms: number): void {
    clearTimeout(this.#heartbeat);
    this.#heartbeat = setTimeout(() => {
      this.#beatIn(this.#intervalMs);
      this.#send({ heartbeat: { pingId: ++this.#pings, load: { rssBytes: 0 } } });
    }, ms);
  }

  #ended(why: string): void {
    clearTimeout(this.#heartbeat);
    if (this.#isRegistered) {
      registered--;
      lost++;
    }
    this.#isRegistered = false;
    endings[why] = (endings[why] ?? 0) + 1;
    tellCountsSoon();
    if (reconnectWithinMs !== undefined) setTimeout(() => this.open(), Math.random() * reconnectWithinMs);
  }

  #send(message: ConnectRequest): void {
    this.#call?.write({ seq: ++this.#seq, ackSeq: this.#ackSeq, ...message });
  }
}

const streams = Array.from({ length: settings.streams }, (_, position) => new HerdStream(position));

process.on("message", (message: ToHerd) => {
  if (message.kind === "connect") for (const stream of streams) stream.open();
  else if (message.kind === "reconnect") reconnectWithinMs = message.withinMs;
  else tell({ kind: "collected", helloUs, welcomeUs, early, endings });
});
process.on("disconnect", () => process.exit(0));
tell({ kind: "ready" });
