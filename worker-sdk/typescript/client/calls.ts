/**
 * One gRPC channel and the calls over it: deadline, token, retry with full jitter. Knows nothing of jobs. A
 * call that is not idempotent is sent again only when the server surely wrote nothing.
 */
import {
  Client as GrpcClient,
  Metadata,
  type ClientDuplexStream,
  type ClientReadableStream,
  type ClientWritableStream,
  type ClientUnaryCall,
  type ServiceError,
} from "@grpc/grpc-js";
import { backoffMs, RETRY } from "../backoff.js";
import { channelCredentials, currentToken, type Credentials } from "../credentials.js";
import { CallGate, CALLS_MAX, WATCHES_MAX } from "./call-gate.js";
import { mayRetry, MusterClientError, toClientError } from "./client-error.js";
import { UnderWay } from "./under-way.js";

/** Covers a graph of 50,000 jobs and the answer with as many ids. */
const MESSAGE_BYTES_MAX = 256 * 1024 * 1024;

export interface CallsOptions {
  readonly address: string;
  readonly credentials?: Credentials | undefined;
  /** For one call with all its retries, ms. */
  readonly deadlineMs: number;
}

export interface UnaryOptions {
  /** False: never sent twice unless the server surely wrote nothing. */
  readonly idempotent: boolean;
  readonly deadlineMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A method whose definition proto-loader made: input of the request, output of the response. */
export interface Method<Request, Response> {
  readonly path: string;
  readonly requestSerialize: (request: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

export class Calls {
  readonly #grpc: GrpcClient;
  readonly #options: CallsOptions;
  readonly #underWay = new UnderWay();
  readonly #gate = new CallGate(CALLS_MAX, this.#underWay);
  readonly #watches = new CallGate(WATCHES_MAX, this.#underWay);

  constructor(options: CallsOptions) {
    this.#options = options;
    this.#grpc = new GrpcClient(options.address, channelCredentials(options.credentials?.tls), {
      "grpc.max_receive_message_length": MESSAGE_BYTES_MAX,
      "grpc.max_send_message_length": MESSAGE_BYTES_MAX,
      // Clients of one address would share a connection, and together exceed the streams that each gate keeps to.
      "grpc.use_local_subchannel_pool": 1,
      "grpc.enable_channelz": 0,
      "grpc.keepalive_time_ms": 30_000,
      "grpc.keepalive_timeout_ms": 20_000,
      // Retrying is ours: it knows which calls may be sent twice.
      "grpc.enable_retries": 0,
      "grpc.initial_reconnect_backoff_ms": 100,
      "grpc.max_reconnect_backoff_ms": 2_000,
    });
  }

  /** @throws MusterClientError the last one, when the deadline leaves no time for another try */
  async unary<Request, Response>(
    method: Method<Request, Response>,
    request: NoInfer<Request>,
    options: UnaryOptions,
  ): Promise<Response> {
    return this.retried(options, (endsAt) => this.#once(method, request, { endsAt, signal: options.signal }));
  }

  /**
   * Tries once, and again where that is safe, until the deadline leaves no time for it.
   * @param once is told until when, on the clock of `performance`
   */
  async retried<T>(options: UnaryOptions, once: (endsAt: number) => Promise<T>): Promise<T> {
    const endsAt = performance.now() + (options.deadlineMs ?? this.#options.deadlineMs);
    for (let failures = 0; ; failures++) {
      try {
        return await once(endsAt);
      } catch (error) {
        const delayMs = Math.max(backoffMs(failures, RETRY), retryDelayOf(error));
        if (!mayRetry(error, options.idempotent) || performance.now() + delayMs >= endsAt) throw error;
        await this.pause(delayMs, options.signal);
      }
    }
  }

  /**
   * Before another try.
   * @throws MusterClientError CANCELLED when the client is closed; the reason of the signal
   */
  pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return this.#underWay.pause(ms, signal);
  }

  /**
   * A server stream; no deadline of its own. Errors come out of the stream as grpc-js made them. While so many are open
   * that calls would have to wait, another one waits for its turn.
   * @throws MusterClientError CANCELLED when the client was closed; the reason of the signal, which ends the stream too
   */
  async serverStream<Request, Response>(
    method: Method<Request, Response>,
    request: NoInfer<Request>,
    signal: AbortSignal | undefined,
  ): Promise<ClientReadableStream<Response>> {
    const leave = await this.#watches.enter(null, signal);
    try {
      const metadata = await this.#metadata(signal);
      const { path, requestSerialize, responseDeserialize } = method;
      const call = this.#start(signal, () =>
        this.#grpc.makeServerStreamRequest(
          path,
          requestSerialize,
          responseDeserialize,
          request,
          metadata,
          {},
        ),
      );
      call.once("status", leave);
      return call;
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** A client stream: the call to write to, and what the server answers at its end. */
  async clientStream<Request, Response>(
    method: Method<Request, Response>,
  ): Promise<{ readonly call: ClientWritableStream<Request>; readonly answer: Promise<Response> }> {
    const metadata = await this.#metadata(undefined);
    const { promise, resolve, reject } = deferred<Response>();
    const { path, requestSerialize, responseDeserialize } = method;
    const onAnswer = (error: ServiceError | null, response?: Response): void =>
      settle(error, response, resolve, reject);
    const call = this.#start(undefined, () =>
      this.#grpc.makeClientStreamRequest(path, requestSerialize, responseDeserialize, metadata, {}, onAnswer),
    );
    // The end of the call is reported by the callback; without a listener a failed write would be uncaught.
    call.on("error", () => undefined);
    return { call, answer: promise };
  }

  /** A stream both ways; no deadline of its own. Its end comes out of it as grpc-js made it. */
  async duplex<Request, Response>(
    method: Method<Request, Response>,
  ): Promise<ClientDuplexStream<Request, Response>> {
    const metadata = await this.#metadata(undefined);
    const { path, requestSerialize, responseDeserialize } = method;
    return this.#start(undefined, () =>
      this.#grpc.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadata, {}),
    );
  }

  /** Ends what is under way with CANCELLED. */
  close(): void {
    this.#underWay.close();
    this.#grpc.close();
  }

  async #once<Request, Response>(
    method: Method<Request, Response>,
    request: NoInfer<Request>,
    { endsAt, signal }: { readonly endsAt: number; readonly signal: AbortSignal | undefined },
  ): Promise<Response> {
    const metadata = await this.#metadata(signal);
    const leave = await this.#gate.enter(endsAt, signal);
    try {
      return await this.#call(method, request, metadata, { endsAt, signal });
    } finally {
      leave();
    }
  }

  async #call<Request, Response>(
    method: Method<Request, Response>,
    request: NoInfer<Request>,
    metadata: Metadata,
    { endsAt, signal }: { readonly endsAt: number; readonly signal: AbortSignal | undefined },
  ): Promise<Response> {
    const { promise, resolve, reject } = deferred<Response>();
    const { path, requestSerialize, responseDeserialize } = method;
    const options = { deadline: Date.now() + Math.max(1, endsAt - performance.now()) };
    const onAnswer = (error: ServiceError | null, response?: Response): void =>
      settle(error, response, resolve, reject);
    this.#start(signal, () =>
      this.#grpc.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        metadata,
        options,
        onAnswer,
      ),
    );
    return promise;
  }

  /** The call that `make` makes, which ends with the client and when the signal aborts, be it before it began. */
  #start<T extends ClientUnaryCall>(signal: AbortSignal | undefined, make: () => T): T {
    this.#underWay.mustBeOpen();
    const call = make();
    call.once(
      "status",
      this.#underWay.add(signal, () => call.cancel()),
    );
    return call;
  }

  /** @throws MusterClientError CANCELLED when the client was closed; the reason of the signal */
  async #metadata(signal: AbortSignal | undefined): Promise<Metadata> {
    const metadata = new Metadata();
    const token = await this.#underWay.until(currentToken(this.#options.credentials), signal);
    if (token !== undefined) metadata.set("authorization", `Bearer ${token}`);
    return metadata;
  }
}

function retryDelayOf(error: unknown): number {
  return error instanceof MusterClientError ? (error.retryDelayMs ?? 0) : 0;
}

function settle<Response>(
  error: ServiceError | null,
  response: Response | undefined,
  resolve: (value: Response) => void,
  reject: (error: Error) => void,
): void {
  if (error !== null) reject(toClientError(error));
  else if (response === undefined) reject(new Error("the server answered nothing"));
  else resolve(response);
}

function deferred<T>(): {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
} {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}
