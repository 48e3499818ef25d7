/**
 * A worker on bare HTTP/2: it can refuse to read, so that the server's flow-control window runs out, and it can
 * send bytes that no gRPC library would send.
 */
import { connect, type ClientHttp2Session, type ClientHttp2Stream } from "node:http2";
import type { ConnectRequest } from "../../../../proto/gen/muster/worker/v1/ConnectRequest.js";
import type { ConnectResponse__Output } from "../../../../proto/gen/muster/worker/v1/ConnectResponse.js";
import { services } from "../../../../proto/load.js";

const METHOD = services().worker.WorkerService.service.Connect;

export class RawWorker {
  readonly frames: ConnectResponse__Output[] = [];
  isClosed = false;
  /** From the trailers; null while there are none. */
  grpcStatus: string | null = null;
  readonly #session: ClientHttp2Session;
  readonly #stream: ClientHttp2Stream;
  #seq = 0;
  #rest = Buffer.alloc(0);

  constructor(address: string) {
    this.#session = connect(`http://${address}`);
    this.#session.on("error", () => undefined);
    this.#stream = this.#session.request({
      ":method": "POST",
      ":path": "/muster.worker.v1.WorkerService/Connect",
      "content-type": "application/grpc",
      te: "trailers",
    });
    this.#stream.on("error", () => undefined);
    this.#stream.on("trailers", (trailers) => (this.grpcStatus = String(trailers["grpc-status"])));
    this.#stream.on("close", () => (this.isClosed = true));
  }

  send(frame: ConnectRequest): void {
    this.sendBytes(METHOD.requestSerialize({ seq: ++this.#seq, ...frame }));
  }

  /** A frame of a version to come: the next seq, and one member that nobody knows. */
  sendUnknownMember(): void {
    const member = Buffer.from([0x9a, 0x06, 0x02, 0x08, 0x01]); // field 99, a message of two bytes
    this.sendBytes(Buffer.concat([METHOD.requestSerialize({ seq: ++this.#seq }), member]));
  }

  sendBytes(message: Buffer): void {
    const head = Buffer.alloc(5);
    head.writeUInt32BE(message.length, 1);
    this.#stream.write(Buffer.concat([head, message]));
  }

  /** Bytes that could not be sent yet, because the server does not read. */
  get unsentBytes(): number {
    return this.#stream.writableLength;
  }

  read(): void {
    this.#stream.on("data", (chunk: Buffer) => {
      this.#rest = Buffer.concat([this.#rest, chunk]);
      while (this.#rest.length >= 5 && this.#rest.length >= 5 + this.#rest.readUInt32BE(1)) {
        const end = 5 + this.#rest.readUInt32BE(1);
        this.frames.push(METHOD.responseDeserialize(this.#rest.subarray(5, end)));
        this.#rest = this.#rest.subarray(end);
      }
    });
  }

  close(): void {
    this.#session.destroy();
  }
}
