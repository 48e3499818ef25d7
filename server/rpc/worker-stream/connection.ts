/**
 * One worker's stream from the call to its end: Hello, registration, the session, the end told exactly once. It is
 * what the coordinator knows as `SessionStream`. Writing is the writer's, frames after Hello are inbound's; this
 * file owns the phase and every way to end. A rejected or late promise never escapes: grpc-js would leave the
 * client hanging.
 *
 *   await_hello -> registering -> active -> ending (status on its way) -> closed
 */
import { Metadata } from "@grpc/grpc-js";
import type { ConnectRequest__Output } from "../../../proto/gen/muster/worker/v1/ConnectRequest.js";
import { invalid, MusterError } from "../../core/errors.js";
import type { Assignment } from "../../core/job.js";
import type { Registration, SessionStream } from "../../core/sessions.js";
import { toStatus } from "../status.js";
import { decodeFrame } from "./decode.js";
import {
  reconcileFrames,
  serverDrainFrame,
  welcomeFrame,
  type CancelOrder,
  type DrainOrder,
  type RevokeOrder,
} from "./encode.js";
import type { FlushTurn } from "./flush-turn.js";
import { Heartbeats } from "./heartbeats.js";
import { HeldJobs } from "./held.js";
import { validateHello, type ValidHello } from "./hello.js";
import { Inbound } from "./inbound.js";
import { ReadGate } from "./read-gate.js";
import type { InboundBounds, StreamTiming, WorkerStreamOptions } from "./settings.js";
import { StreamLog } from "./stream-log.js";
import type { Watched } from "./watchdog.js";
import { Writer, type WorkerCall } from "./writer.js";

const METHOD = "WorkerService/Connect";

/** A transport that took nothing for this long will not carry a status soon. */
const STALL_AT_END_MS = 1_000;
const SILENT_INTERVALS = 3;

/** What all connections of a process share. */
export interface ConnectionRoom extends Omit<WorkerStreamOptions, "timing" | "inbound" | "maxSessions"> {
  readonly timing: StreamTiming;
  readonly inbound: InboundBounds;
  readonly turn: FlushTurn;
  readonly streams: () => number;
  readonly onClosed: (connection: Connection) => void;
}

interface ActiveSession {
  readonly registration: Registration;
  readonly inbound: Inbound;
  readonly heartbeats: Heartbeats;
  readonly ageAtMs: number;
}

export class Connection implements SessionStream, Watched {
  readonly peer: string;
  readonly #call: WorkerCall;
  readonly #room: ConnectionRoom;
  readonly #log: StreamLog;
  readonly #held = new HeldJobs();
  readonly #writer: Writer;
  readonly #gate: ReadGate;
  #phase: "await_hello" | "registering" | "active" | "ending" | "closed" = "await_hello";
  /** When the phase began, monotonic. */
  #phaseMs: number;
  #session: ActiveSession | null = null;
  #isEndTold = false;
  #isHalfClosed = false;
  #isDrainedByOperator = false;
  #receivedSeq = 0;
  #receivedMs: number;
  #closeAtMs = Infinity;
  #isAgeTold = false;
  #pendingDrain: DrainOrder | null = null;

  constructor(call: WorkerCall, room: ConnectionRoom) {
    this.#call = call;
    this.#room = room;
    this.peer = call.getPeer();
    this.#phaseMs = this.#receivedMs = room.clock.monoMs();
    this.#log = new StreamLog(room.logger, this.peer);
    this.#writer = new Writer({
      call,
      clock: room.clock,
      turn: room.turn,
      limits: room.limits,
      metrics: room.metrics,
      log: this.#log,
      held: this.#held,
      queueName: room.queueName,
      received: () => this.#receivedSeq,
      onAcksWritten: () => this.#gate.resumeIfFree(),
    });
    this.#gate = new ReadGate({
      call,
      bounds: room.inbound,
      acksWaiting: () => this.#writer.acksWaiting,
      onPaused: () => this.#log.note("stream.reading_paused"),
      onResumed: () => this.#readingResumed(),
    });
    call.on("data", (raw: ConnectRequest__Output) => this.#onFrame(raw));
    call.on("end", () => this.#onHalfClose());
    call.on("close", () => this.#onClose());
    // grpc-js holds its headers back until the first message otherwise, and clients their retry buffers.
    call.sendMetadata(new Metadata());
  }

  get isAwaitingHello(): boolean {
    return this.#phase === "await_hello";
  }

  isWritable(): boolean {
    return this.#writer.isWritable();
  }

  onWritable(listener: () => void): void {
    this.#writer.onWritable(listener);
  }

  assign(assignments: readonly Assignment[]): void {
    this.#writer.assign(assignments);
  }

  cancel(orders: readonly CancelOrder[]): void {
    this.#writer.cancel(orders);
  }

  revoke(orders: readonly RevokeOrder[]): void {
    this.#writer.revoke(orders);
    for (const order of orders) this.#held.settle(order.publicId, order.ref.leaseEpoch);
  }

  unsent(): ReturnType<Writer["unsent"]> {
    return this.#writer.unsent();
  }

  /** Except for an operator's drain no assignment follows: the worker is about to reconnect, maybe elsewhere. */
  drain(order: DrainOrder): void {
    if (this.#phase === "await_hello")
      return this.end(new MusterError("DRAINING", "this server is stopping"));
    if (this.#phase === "registering") this.#pendingDrain = order;
    if (this.#phase !== "active") return;
    if (order.reason === "operator") this.#isDrainedByOperator = true;
    else this.#writer.stopAssigning();
    this.#closeAtMs = Math.min(this.#closeAtMs, this.#room.clock.monoMs() + order.closeAfterMs);
    this.#writer.first(serverDrainFrame(order));
  }

  /** `streamEnded` follows later, never from inside this call. */
  end(error: unknown): void {
    if (this.#phase === "ending" || this.#phase === "closed") return;
    const stalledMs = this.#writer.transportStalledMs(this.#room.clock.monoMs());
    this.#enter("ending");
    this.#session?.heartbeats.stop();
    this.#writer.finish();
    const { code, details, metadata } = toStatus(error, { logger: this.#room.logger, method: METHOD });
    this.#call.emit("error", { code, details, metadata });
    setImmediate(() => this.#tellEnd("lost"));
    if (stalledMs > STALL_AT_END_MS) this.#destroyPeer("stalled");
  }

  watch(monoMs: number): void {
    const { timing } = this.#room;
    if (this.#phase === "await_hello") {
      if (monoMs - this.#phaseMs < timing.helloTimeoutMs) return;
      const got = `none within ${timing.helloTimeoutMs} ms`;
      this.end(new MusterError("HELLO_TIMEOUT", `the first frame: expected a Hello, got ${got}`));
    } else if (this.#phase === "ending") {
      if (monoMs - this.#phaseMs >= timing.endingMs) this.#destroyPeer("status_not_taken");
    } else if (this.#phase === "active" && this.#session !== null) {
      this.#watchSession(this.#session, monoMs);
    }
  }

  #watchSession({ registration, ageAtMs }: ActiveSession, monoMs: number): void {
    const { timing, random } = this.#room;
    const silenceMs = registration.heartbeatIntervalMs * SILENT_INTERVALS;
    if (this.#writer.transportStalledMs(monoMs) >= timing.slowConsumerMs) return this.#cut("transport");
    // While we do not read, nothing can be heard.
    if (!this.#gate.isPaused && !this.#isHalfClosed) {
      if (monoMs - this.#receivedMs >= silenceMs) return this.#lose(silenceMs);
      // Acknowledgements travel on the worker's own frames: a heartbeat interval is the least to wait for one.
      const unacknowledgedMs = this.#writer.unacknowledgedMs(monoMs);
      if (unacknowledgedMs >= Math.max(timing.slowConsumerMs, silenceMs))
        return this.#cut("acknowledgements");
    }
    if (monoMs >= this.#closeAtMs) {
      return this.end(new MusterError("DRAINING", "the time to reconnect after a drain is over"));
    }
    if (monoMs < ageAtMs || this.#isAgeTold) return;
    this.#isAgeTold = true;
    const reconnectAfterMs = Math.floor(random() * timing.ageReconnectMs);
    this.drain({ reason: "max_age", reconnectAfterMs, closeAfterMs: timing.ageCloseMs });
  }

  #cut(by: "transport" | "acknowledgements"): void {
    this.#log.note("stream.stalled", { by });
    this.#room.metrics.slowConsumerCut();
    this.end(new MusterError("SLOW_CONSUMER", `the worker did not read its stream (no ${by} progress)`));
    this.#tellEnd("lost");
    this.#destroyPeer("slow_consumer");
  }

  #lose(silenceMs: number): void {
    this.#log.note("stream.silent", { silenceMs });
    this.end(new MusterError("SLOW_CONSUMER", `no frame from the worker for ${silenceMs} ms`));
    this.#tellEnd("lost");
    // Also when the status is on its way: to a half-open connection everything seems to be sent.
    setImmediate(() => this.#room.destroyPeer(this.peer));
  }

  #onFrame(raw: ConnectRequest__Output): void {
    if (this.#phase === "ending" || this.#phase === "closed") return;
    this.#receivedMs = this.#room.clock.monoMs();
    try {
      this.#takeSeq(raw);
      if (this.#phase === "await_hello") this.#onFirstFrame(raw);
      else this.#session?.inbound.receive(raw);
    } catch (error) {
      this.end(error);
    }
  }

  #takeSeq({ seq = 0, ackSeq = 0 }: ConnectRequest__Output): void {
    const code = this.#phase === "await_hello" ? "HELLO_INVALID" : "FRAME_INVALID";
    if (seq !== this.#receivedSeq + 1) {
      throw invalid(code, [{ field: "seq", expected: String(this.#receivedSeq + 1), got: String(seq) }]);
    }
    if (ackSeq > this.#writer.seq) {
      throw invalid(code, [
        { field: "ack_seq", expected: `at most ${this.#writer.seq}`, got: String(ackSeq) },
      ]);
    }
    this.#receivedSeq = seq;
    this.#writer.acknowledge(ackSeq);
  }

  #onFirstFrame(raw: ConnectRequest__Output): void {
    const frame = decodeFrame(raw);
    this.#room.metrics.frameReceived(frame?.message ?? "unknown");
    if (frame?.message !== "hello") {
      const got = frame?.message ?? "a frame that this server does not know";
      throw invalid("HELLO_INVALID", [{ field: "message", expected: "hello as the first frame", got }]);
    }
    const hello = validateHello(frame.hello, this.#room.limits.maxInFlight);
    this.#log.identify(hello.input.workerId);
    this.#enter("registering");
    // What follows stays in grpc-js and in the peer's window, in order and bounded, until Welcome is written.
    this.#call.pause();
    void this.#register(hello);
  }

  /** Never rejects. */
  async #register(hello: ValidHello): Promise<void> {
    try {
      const registration = await this.#room.sessions.register(hello.input, this);
      if (this.#phase === "registering") this.#activate(hello, registration);
      else registration.session.streamEnded("lost"); // the peer left, or was sent away, meanwhile
    } catch (error) {
      this.end(error);
    }
  }

  #activate(hello: ValidHello, registration: Registration): void {
    const { clock, random, limits, serverId, timing, metrics } = this.#room;
    const { session } = registration;
    const end = (error: unknown): void => this.end(error);
    const writer = this.#writer;
    const parts = { session, writer, log: this.#log, end };
    const heartbeats = new Heartbeats({
      ...parts,
      clock,
      gapMs: timing.heartbeatGapMs,
      intervalMs: registration.heartbeatIntervalMs,
      streams: this.#room.streams,
    });
    const inbound = new Inbound({
      ...parts,
      heartbeats,
      limits,
      metrics,
      held: this.#held,
      gate: this.#gate,
      isOver: () => this.#phase !== "active",
      onIdle: () => this.#endIfHalfClosed(),
    });
    // +-10 %, so that workers which came together do not leave together.
    const ageAtMs = clock.monoMs() + registration.maxSessionAgeMs * (0.9 + 0.2 * random());
    this.#session = { registration, inbound, heartbeats, ageAtMs };
    this.#enter("active");
    this.#receivedMs = clock.monoMs();
    this.#keep(hello, registration);
    const { features, input } = hello;
    const workerId = input.workerId;
    const welcome = welcomeFrame({
      registration,
      workerId,
      features,
      limits,
      serverId,
      nowMs: clock.nowMs(),
    });
    const itemsMax = Math.min(limits.maxBatchItems, 1_000);
    writer.open([welcome, ...reconcileFrames(registration.verdicts, itemsMax)], registration.leaseTtlMs);
    session.activate();
    if (this.#pendingDrain !== null) this.drain(this.#pendingDrain);
    this.#call.resume();
  }

  /** What the worker reported in Hello and was not told to drop. */
  #keep({ input }: ValidHello, { verdicts }: Registration): void {
    for (const { publicId, ref } of input.inFlight) this.#held.add(publicId, ref.jobId, ref.leaseEpoch);
    for (const { publicId, ref, action } of verdicts) {
      if (action !== "resend_result") this.#held.settle(publicId, ref.leaseEpoch);
    }
  }

  #readingResumed(): void {
    const monoMs = this.#room.clock.monoMs();
    this.#receivedMs = monoMs;
    this.#writer.readingResumed(monoMs);
  }

  #onHalfClose(): void {
    this.#isHalfClosed = true;
    if (this.#phase === "await_hello") {
      this.end(
        invalid("HELLO_INVALID", [{ field: "message", expected: "hello", got: "the end of the stream" }]),
      );
    }
    this.#endIfHalfClosed();
  }

  /** A worker that hangs up still gets the answers to what it sent. */
  #endIfHalfClosed(): void {
    if (!this.#isHalfClosed || this.#phase !== "active" || !this.#gate.isIdle) return;
    const isDrained = this.#isDrainedByOperator || this.#session?.inbound.isDrained === true;
    this.#enter("ending");
    this.#session?.heartbeats.stop();
    this.#writer.finish();
    this.#call.end();
    this.#tellEnd(isDrained && this.#held.size === 0 ? "clean" : "lost");
  }

  #onClose(): void {
    if (this.#phase === "closed") return;
    this.#enter("closed");
    this.#session?.heartbeats.stop();
    this.#writer.close();
    this.#tellEnd("lost");
    this.#log.closed();
    this.#room.onClosed(this);
  }

  #tellEnd(how: "clean" | "lost"): void {
    if (this.#isEndTold || this.#session === null) return;
    this.#isEndTold = true;
    this.#session.registration.session.streamEnded(how);
  }

  /** The peer does not take our status: its socket goes, and what grpc-js still holds for it. */
  #destroyPeer(why: string): void {
    if (this.#phase === "closed") return;
    this.#log.note("stream.peer_destroyed", { why });
    this.#room.destroyPeer(this.peer);
    this.#call.destroy();
  }

  #enter(phase: "registering" | "active" | "ending" | "closed"): void {
    this.#phase = phase;
    this.#phaseMs = this.#room.clock.monoMs();
  }
}
