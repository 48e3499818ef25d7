/**
 * A peer that speaks HTTP/2 by itself, without any gRPC library, and need not keep any rule: node:http2 where the
 * frames are right and what is in them is not, plain bytes on a socket where the frames themselves are wrong.
 * Everything that it opened ends with `close`. Says how the server answered; judges nothing.
 */
import { once } from "node:events";
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import { connect as connectTcp, type Socket } from "node:net";
import type { ConnectRequest } from "../../proto/gen/muster/worker/v1/ConnectRequest.js";
import { services } from "../../proto/load.js";
import { track } from "./leftovers.js";

export const WORKER_STREAM = "/muster.worker.v1.WorkerService/Connect";
export const SUBMIT = "/muster.jobs.v1.JobsService/SubmitJobs";

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/** Node closes a connection of its own with more unanswered pings than this, by default 10. */
const PINGS_MAX = 1_000_000;
const { HTTP2_HEADER_CONTENT_TYPE, HTTP2_HEADER_METHOD, HTTP2_HEADER_PATH, HTTP2_HEADER_TE } = constants;

/** How a call ended: the gRPC status, or what happened to the stream when there was none. */
export type CallEnd = `status ${string}` | `reset ${number}` | "closed";

export class HostilePeer {
  readonly session: ClientHttp2Session;
  /** Resolves when the connection is gone, whoever ended it. */
  readonly gone: Promise<void>;
  /** Code of the server's GOAWAY; null when there was none. */
  goaway: number | null = null;
  readonly #untrack: () => void;

  /** @param windowBytes what the server may send before this peer acknowledges any of it */
  constructor(address: string, windowBytes = 65_535) {
    this.session = connect(`http://${address}`, {
      settings: { initialWindowSize: windowBytes, enablePush: false },
      maxOutstandingPings: PINGS_MAX,
      maxSessionMemory: 1_000,
    });
    this.session.on("error", () => undefined); // being thrown out is what it is for
    this.session.on("goaway", (code) => (this.goaway = code));
    this.gone = new Promise((resolve) => this.session.once("close", () => resolve()));
    this.#untrack = track("a hostile peer", () => this.close());
  }

  async connected(): Promise<void> {
    await once(this.session, "remoteSettings");
  }

  /** Opens a call and sends nothing. What the server says is read unless `reads` is false. */
  call(
    path = WORKER_STREAM,
    reads = true,
  ): { readonly stream: ClientHttp2Stream; readonly end: Promise<CallEnd> } {
    const stream = this.session.request({
      [HTTP2_HEADER_METHOD]: "POST",
      [HTTP2_HEADER_PATH]: path,
      [HTTP2_HEADER_CONTENT_TYPE]: "application/grpc",
      [HTTP2_HEADER_TE]: "trailers",
    });
    stream.on("error", () => undefined);
    if (reads) stream.resume();
    const end = new Promise<CallEnd>((resolve) => {
      // Our own side may still be open then, and the stream with it.
      const read = (headers: NodeJS.Dict<unknown>): void => {
        const status = headers["grpc-status"];
        if (typeof status === "string") resolve(`status ${status}`);
      };
      stream.on("response", read);
      stream.on("trailers", read);
      stream.once("close", () => {
        const { rstCode } = stream;
        resolve(rstCode === 0 ? "closed" : `reset ${rstCode}`);
      });
    });
    return { stream, end };
  }

  async close(): Promise<void> {
    this.#untrack();
    this.session.destroy();
    await this.gone;
  }
}

/** One message as gRPC frames it; `declared` and `flag` may lie. */
export function grpcMessage(
  body: Uint8Array,
  lies: { readonly declared?: number; readonly flag?: number } = {},
): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(lies.flag ?? 0, 0);
  head.writeUInt32BE(lies.declared ?? body.length, 1);
  return Buffer.concat([head, body]);
}

/** One message of a worker. */
export function workerFrame(frame: ConnectRequest): Buffer {
  return grpcMessage(services().worker.WorkerService.service.Connect.requestSerialize(frame));
}

export function helloFrame(workerId: string, queue: string, maxInFlight: number): Buffer {
  return workerFrame({
    seq: 1,
    hello: {
      protocolMin: 1,
      protocolMax: 1,
      workerId,
      instanceId: crypto.randomUUID(),
      subscriptions: [{ queue }],
      window: { maxInFlight },
      sdk: { language: "none", version: "0", runtime: "raw HTTP/2" },
    },
  });
}

/** Bytes on a socket, HTTP/2 or not. */
export class RawSocket {
  readonly socket: Socket;
  /** Resolves when the server has ended the connection. */
  readonly gone: Promise<void>;
  received = Buffer.alloc(0);
  readonly #untrack: () => void;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("error", () => undefined);
    socket.on(
      "data",
      (bytes: Buffer) => (this.received = Buffer.concat([this.received, bytes]).subarray(-65_536)),
    );
    this.gone = new Promise((resolve) => socket.once("close", () => resolve()));
    this.#untrack = track("a raw socket", () => this.close());
  }

  static async open(address: string): Promise<RawSocket> {
    const [host, port] = address.split(":");
    const socket = connectTcp({ host: host ?? "", port: Number(port), noDelay: true });
    const raw = new RawSocket(socket);
    await once(socket, "connect");
    return raw;
  }

  /** The preface and empty settings, as a right client begins. */
  greet(): void {
    this.socket.write(PREFACE);
    this.frame({ type: 4, flags: 0, stream: 0, payload: Buffer.alloc(0) });
  }

  /** @returns false when the server is not reading fast enough */
  frame(frame: {
    readonly type: number;
    readonly flags: number;
    readonly stream: number;
    readonly payload: Buffer;
  }): boolean {
    const head = Buffer.alloc(9);
    head.writeUIntBE(frame.payload.length, 0, 3);
    head.writeUInt8(frame.type, 3);
    head.writeUInt8(frame.flags, 4);
    head.writeUInt32BE(frame.stream, 5);
    return this.socket.write(Buffer.concat([head, frame.payload]));
  }

  /** Sends what `next` makes until the server ends the connection or `max` were sent. @returns how many */
  async flood(max: number, next: (at: number) => boolean): Promise<number> {
    for (let at = 0; at < max; at++) {
      if (this.socket.destroyed) return at;
      if (!next(at)) {
        const drained = once(this.socket, "drain").catch(() => undefined);
        await Promise.race([drained, this.gone]);
      }
    }
    return max;
  }

  async close(): Promise<void> {
    this.#untrack();
    this.socket.destroy();
    await this.gone;
  }
}
