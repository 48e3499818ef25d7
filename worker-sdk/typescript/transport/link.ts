/**
 * One worker stream: one TCP connection, one call, its sequence numbers and its watchdog. It knows frames but
 * not what they mean. A link is used once; whoever wants another opens another. Only frames from the server
 * count as signs of life: a connection that merely stands proves nothing.
 */
import { Client as GrpcClient, Metadata, type ClientDuplexStream, type StatusObject } from "@grpc/grpc-js";
import { services } from "../../../proto/load.js";
import { channelCredentials, type TlsCredentials } from "../credentials.js";
import { inRandomOrder } from "./address-order.js";
import { readStreamEnd, type StreamEnd } from "./stream-end.js";
import { monoMs } from "./vitals.js";
import { joinFrame, splitFrame, type SplitFrame } from "./wire.js";

/** Makes the service's definition at its first call. */
export const connectPath = (): string => services().worker.WorkerService.service.Connect.path;
const RECEIVE_BYTES_MAX = 64 * 1024 * 1024;
const SILENT_INTERVALS_MAX = 3;

export interface LinkEvents {
  frame(link: Link, frame: SplitFrame): void;
  /** Once, and the last event. */
  end(link: Link, end: StreamEnd): void;
  /** Frames are taken again after `isWritable` was false. */
  writable(link: Link): void;
}

export interface LinkTarget {
  readonly address: string;
  readonly tls: true | TlsCredentials | undefined;
  readonly token: string | undefined;
}

export class Link {
  readonly #grpc: GrpcClient;
  readonly #call: ClientDuplexStream<Buffer, Buffer>;
  readonly #events: LinkEvents;
  #seq = 0;
  #ackSeq = 0;
  #lastFrameAtMs = monoMs();
  #watchdog: NodeJS.Timeout | undefined;
  #writable = true;
  #ended = false;

  constructor(target: LinkTarget, events: LinkEvents) {
    this.#events = events;
    this.#grpc = new GrpcClient(inRandomOrder(target.address), channelCredentials(target.tls), {
      // A connection of its own: a fresh choice among the server's addresses, and nothing shared to clean up.
      "grpc.use_local_subchannel_pool": 1,
      "grpc.enable_retries": 0,
      "grpc.enable_channelz": 0,
      "grpc.keepalive_time_ms": 30_000,
      "grpc.keepalive_timeout_ms": 20_000,
      "grpc.max_receive_message_length": RECEIVE_BYTES_MAX,
      "grpc-node.flow_control_window": 1024 * 1024,
      "grpc.service_config": JSON.stringify({
        loadBalancingConfig: [{ pick_first: { shuffleAddressList: true } }],
      }),
    });
    const metadata = new Metadata();
    if (target.token !== undefined) metadata.set("authorization", `Bearer ${target.token}`);
    const asIs = (bytes: Buffer): Buffer => bytes;
    this.#call = this.#grpc.makeBidiStreamRequest(connectPath(), asIs, asIs, metadata);
    this.#call.on("data", (bytes: Buffer) => this.#receive(bytes));
    this.#call.on("drain", () => this.#drained());
    this.#call.on("status", (status: StatusObject) => this.#end(readStreamEnd(status)));
    // `status` says the same; without a listener the process would end here.
    this.#call.on("error", () => undefined);
  }

  /** False while the transport is not taking more: results wait in their outbox then. */
  get isWritable(): boolean {
    return this.#writable && !this.#ended;
  }

  get isEnded(): boolean {
    return this.#ended;
  }

  /** @param parts the member's body, in parts that are joined */
  send(member: number, parts: readonly Uint8Array[]): void {
    if (this.#ended) return;
    this.#writable = this.#call.write(joinFrame(++this.#seq, this.#ackSeq, member, parts));
  }

  /** From now on three intervals without a frame end the link. */
  watch(intervalMs: number): void {
    clearInterval(this.#watchdog);
    const isSilent = (): boolean => monoMs() - this.#lastFrameAtMs > SILENT_INTERVALS_MAX * intervalMs;
    this.#watchdog = setInterval(() => {
      // After a stopped process this timer runs before the socket was read; give the reading one turn.
      if (isSilent())
        setImmediate(() => isSilent() && this.destroy("SERVER_SILENT", "no frame for too long"));
    }, intervalMs);
  }

  /** Nothing more will be sent; the server may still answer, and ends the stream. */
  halfClose(): void {
    if (!this.#ended) this.#call.end();
  }

  /** Ends the link here and now, as if it had been lost. */
  destroy(code: string, message: string): void {
    this.#end({ next: "resume", code, grpcStatus: "CANCELLED", message, delayMs: 0 });
  }

  #receive(bytes: Buffer): void {
    if (this.#ended) return;
    this.#lastFrameAtMs = monoMs();
    try {
      const frame = splitFrame(bytes);
      this.#ackSeq = frame.seq;
      this.#events.frame(this, frame);
    } catch (error) {
      this.destroy("FRAME_UNREADABLE", error instanceof Error ? error.message : String(error));
    }
  }

  #drained(): void {
    this.#writable = true;
    if (!this.#ended) this.#events.writable(this);
  }

  #end(end: StreamEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#watchdog);
    this.#call.cancel();
    this.#grpc.close();
    this.#events.end(this, end);
  }
}
