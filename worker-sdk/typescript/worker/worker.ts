/**
 * A worker: takes jobs from Muster and runs handlers. It joins the two halves: slots and handlers here on the
 * main thread, the stream behind a transport. Execution is at least once: a job whose lease was lost runs again
 * elsewhere, so effects outside need the job's id and lease epoch as guards.
 */
import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { MusterClientError } from "../client/client-error.js";
import { currentToken } from "../credentials.js";
import { decodeAssignments, decodeResultAcks } from "../transport/job-codec.js";
import type { DrainMode, EndedError, FromTransport } from "../transport/messages.js";
import { readSettled } from "../transport/settled.js";
import { openTransport, type Transport } from "../transport/transport.js";
import { TIMER_MS_MAX } from "../times.js";
import { Vitals } from "../transport/vitals.js";
import { JobSlots } from "./job-slots.js";
import { ReportBatch } from "./report-batch.js";
import type { WorkerEvents, WorkerPhase } from "./worker-events.js";
import { checkOptions, type CheckedOptions, type WorkerOptions } from "./worker-options.js";

/** After the end, handlers that were told to stop get this long before `run` resolves without them. */
const HANDLERS_END_MS = 5_000;
/** After a drain's timeout, for the server to take back what was released. */
const RELEASE_MS = 5_000;
const DISPOSE_MS = 30_000;

export interface DrainOptions {
  /** `finish_running` (default): everything that was assigned. `release_buffered`: give back what has not begun. */
  readonly mode?: DrainMode;
  /** After this, running handlers are aborted and their jobs given back; default: never, as for what is longer than a timer. */
  readonly timeoutMs?: number;
}

export class Worker extends EventEmitter<WorkerEvents> {
  readonly #options: CheckedOptions;
  readonly #vitals = new Vitals();
  readonly #slots: JobSlots;
  readonly #reports: ReportBatch;
  readonly #ended: Promise<EndedError | undefined>;
  #end: (error: EndedError | undefined) => void = () => undefined;
  #running: Promise<void> | undefined;
  #transport: Transport | undefined;
  #phase: WorkerPhase = "idle";
  #isDraining = false;

  /** @throws TypeError that names every problem of the options */
  constructor(options: WorkerOptions) {
    super();
    this.#options = checkOptions(options);
    this.#ended = new Promise((resolve) => (this.#end = resolve));
    this.#reports = new ReportBatch((message, transfer) => this.#transport?.send(message, transfer));
    this.#slots = new JobSlots({
      handlers: this.#options.handlers,
      concurrency: this.#options.concurrency,
      givesBackBuffered: this.#options.session.window === undefined,
      reports: this.#reports,
      mayStart: () => this.#vitals.mayStart(),
    });
    whenHeard(this, "settled", () => this.#transport?.send({ kind: "report_settled" }));
  }

  get id(): string {
    return this.#options.session.workerId;
  }

  get state(): WorkerPhase {
    return this.#phase;
  }

  /** Handlers that have not returned. */
  get running(): number {
    return this.#slots.running;
  }

  /** Jobs that wait for a free slot. */
  get buffered(): number {
    return this.#slots.buffered;
  }

  /**
   * Loads all code that a connection needs, without connecting: while the rest of the program starts, so that `run`
   * only has to connect. Loaded, it keeps no process alive.
   */
  async prepare(): Promise<void> {
    if (this.#phase !== "closed") await this.#open().loaded;
  }

  /**
   * Connects and works until drained or stopped; lost connections are its own business. Called again, it returns
   * the same promise.
   * @throws MusterClientError when the server refuses the worker for good (SESSION_REPLACED, PERMISSION_DENIED, ...)
   */
  run(): Promise<void> {
    this.#running ??= this.#run();
    return this.#running;
  }

  /** No more jobs; resolves when everything held is settled and the worker has left. */
  async drain(options: DrainOptions = {}): Promise<void> {
    const mode = options.mode ?? "finish_running";
    if (this.#transport === undefined || this.#running === undefined || this.#phase === "closed") {
      if (this.#running === undefined) this.#transport?.discard();
      this.#phase = "closed";
      this.#end(undefined);
      return;
    }
    this.#startDraining();
    if (mode === "release_buffered") this.#slots.releaseBuffered();
    this.#reports.flush();
    const timeoutMs = (options.timeoutMs ?? Infinity) > TIMER_MS_MAX ? undefined : options.timeoutMs;
    this.#transport.send({ kind: "drain", mode, timeoutMs });
    if (timeoutMs !== undefined) await this.#enforce(timeoutMs);
    await this.#ended;
  }

  /** Aborts what runs, gives everything back and leaves. */
  async stop(): Promise<void> {
    await this.drain({ mode: "release_buffered", timeoutMs: 0 });
  }

  /** Drains: what has not begun is given back, what runs gets 30 s. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.drain({ mode: "release_buffered", timeoutMs: DISPOSE_MS });
    await this.#running;
  }

  async #run(): Promise<void> {
    if (this.#phase === "closed") return;
    this.#phase = "connecting";
    const stopPulse = this.#vitals.pulse();
    const transport = this.#open();
    transport.start();
    if (this.listenerCount("settled") > 0) transport.send({ kind: "report_settled" });
    const error = await this.#ended;
    this.#phase = "closed";
    stopPulse();
    this.#slots.loseAll(error?.message ?? "the worker has left");
    await Promise.race([this.#slots.idle(), sleep(HANDLERS_END_MS, undefined, { ref: false })]);
    if (error === undefined) return;
    const { message, code, grpcStatus } = error;
    this.#options.logger?.error({ code, grpcStatus, reason: message }, "worker.failed");
    throw new MusterClientError(message, { code, grpcStatus });
  }

  #open(): Transport {
    this.#transport ??= openTransport(this.#options.transport, this.#options.session, this.#vitals, {
      message: (message) => this.#receive(message),
      crashed: (error) =>
        this.#end({ code: "TRANSPORT_CRASHED", grpcStatus: "INTERNAL", message: error.message }),
    });
    return this.#transport;
  }

  /** First the handlers lose their time, then the stream. */
  async #enforce(timeoutMs: number): Promise<void> {
    if (await this.#endsWithin(timeoutMs)) return;
    this.#slots.releaseAll();
    this.#reports.flush();
    if (!(await this.#endsWithin(RELEASE_MS))) this.#transport?.send({ kind: "close" });
  }

  async #endsWithin(ms: number): Promise<boolean> {
    const stop = new AbortController();
    const ended = this.#ended.then(() => true);
    const timer = sleep(ms, false, { signal: stop.signal }).catch(() => false);
    const isEnded = await Promise.race([ended, timer]);
    stop.abort();
    return isEnded;
  }

  #startDraining(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    this.#phase = "draining";
    this.#options.logger?.info({ workerId: this.id }, "worker.draining");
    this.emit("draining");
  }

  #receive(message: FromTransport): void {
    switch (message.kind) {
      case "assigned":
        return this.#assigned(message.batch);
      case "cancel":
        for (const order of message.orders) this.#slots.cancel(order, order.reason);
        return;
      case "lost":
        for (const key of message.keys) this.#slots.lose(key, message.why, message.reason);
        return;
      case "registered":
        return this.#registered(message);
      case "disconnected":
        return this.#disconnected(message);
      case "lease":
        return this.#leaseChanged(message.state);
      case "settled":
        for (const ack of message.acks) this.emit("settled", ack);
        return;
      case "acked":
        for (const ack of readSettled(decodeResultAcks(bufferOf(message.batch))).settled)
          this.emit("settled", ack);
        return;
      case "draining":
        return this.#startDraining();
      case "notice":
        this.#options.logger?.warn({ code: message.code, notice: message.message }, "worker.notice");
        this.emit("notice", { code: message.code, message: message.message });
        return;
      case "token_wanted":
        void this.#fetchToken();
        return;
      case "ended":
        return this.#end(message.error);
    }
  }

  #assigned(batch: Uint8Array<ArrayBuffer>): void {
    const assignments = decodeAssignments(bufferOf(batch));
    const isHeard = this.listenerCount("assigned") > 0;
    this.#slots.add(assignments, (job) => isHeard && this.emit("assigned", job));
  }

  #registered(message: Extract<FromTransport, { kind: "registered" }>): void {
    const { kind, ...registered } = message;
    this.#slots.resultBytesMax = registered.limits.maxResultBytes || Infinity;
    this.#slots.checkpointBytesMax = registered.limits.maxPayloadBytes || Infinity;
    if (!this.#isDraining) this.#phase = "active";
    const { workerId, sessionId, sessionEpoch, serverId, resumed } = registered;
    const event = resumed ? "resumed" : kind;
    this.#options.logger?.info({ workerId, sessionId, sessionEpoch, serverId }, `worker.${event}`);
    this.emit(event, registered);
    this.#slots.pump();
  }

  #disconnected(message: Extract<FromTransport, { kind: "disconnected" }>): void {
    const { code, retryInMs } = message;
    if (!message.isConnected && !this.#isDraining) this.#phase = "connecting";
    this.#options.logger?.warn({ code, reason: message.message, retryInMs }, "worker.disconnected");
    this.emit("disconnected", { code, message: message.message, retryInMs });
  }

  #leaseChanged(state: "held" | "suspect" | "lost"): void {
    if (this.#phase === "active" && state !== "held") this.#phase = "suspect";
    else if (this.#phase === "suspect" && state === "held") this.#phase = "active";
    if (state !== "held") this.#options.logger?.warn({ workerId: this.id }, `worker.lease_${state}`);
    this.emit("lease", { state });
    if (state === "held") this.#slots.pump();
  }

  async #fetchToken(): Promise<void> {
    let token: string | undefined;
    try {
      token = await currentToken(this.#options.credentials);
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      this.#options.logger?.warn({ reason: failure.message }, "worker.token_failed");
      if (this.listenerCount("error") > 0) this.emit("error", failure);
    }
    this.#transport?.send({ kind: "token", token });
  }
}

function bufferOf(batch: Uint8Array<ArrayBuffer>): Buffer {
  return Buffer.from(batch.buffer, batch.byteOffset, batch.byteLength);
}

/** Calls `act` whenever somebody starts to listen for `event`. */
function whenHeard(emitter: EventEmitter, event: string, act: () => void): void {
  emitter.on("newListener", (added) => {
    if (added === event) act();
  });
}
