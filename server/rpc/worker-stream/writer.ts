/**
 * The only writer of one stream: sequence numbers, batching, priorities, back-pressure. Heartbeat acks and cancels
 * go before acknowledgements, those before assignments (a dependent comes right after the acknowledgement that
 * unblocked it). It never has more than a few frames inside grpc-js, where nothing could be taken back or
 * overtaken. Knows what the worker has not acknowledged. Called by connection.ts and inbound.ts.
 *
 * grpc-js writes one message at a time; its callback says that HTTP/2 took it. After the peer is gone neither
 * callback nor `drain` comes, so waiting for either ends with `close()`, called from the call's `close` event.
 */
import type { ServerDuplexStream } from "@grpc/grpc-js";
import type { Cancel } from "../../../proto/gen/muster/worker/v1/Cancel.js";
import type { ConnectRequest__Output } from "../../../proto/gen/muster/worker/v1/ConnectRequest.js";
import type { ConnectResponse } from "../../../proto/gen/muster/worker/v1/ConnectResponse.js";
import type { JobRef as WireRef } from "../../../proto/gen/muster/worker/v1/JobRef.js";
import type { ResultAck } from "../../../proto/gen/muster/worker/v1/ResultAck.js";
import type { Revoke } from "../../../proto/gen/muster/worker/v1/Revoke.js";
import type { Assignment, JobRef } from "../../core/job.js";
import type { Clock } from "../../core/ports.js";
import { AssignmentQueue } from "./assignment-queue.js";
import { heartbeatAckFrame, wireCancel, wireRevoke, type CancelOrder, type RevokeOrder } from "./encode.js";
import type { Flushable, FlushState, FlushTurn } from "./flush-turn.js";
import type { HeldJobs } from "./held.js";
import type { FrameLimits, StreamMetrics } from "./settings.js";
import type { StreamLog } from "./stream-log.js";

export type WorkerCall = ServerDuplexStream<ConnectRequest__Output, ConnectResponse>;

/** Assignments wait in our queue while this much is inside grpc-js. */
const TRANSPORT_FRAMES_MAX = 8;
const TRANSPORT_BYTES_MAX = 256 * 1024;
const ITEMS_PER_FRAME = 128;
const NOTICES_MAX = 16;

const ACK_BYTES = 72;
const ID_BYTES = 40;
const SMALL_FRAME_BYTES = 256;

export interface WriterParts {
  readonly call: WorkerCall;
  readonly clock: Clock;
  readonly turn: FlushTurn;
  readonly limits: FrameLimits;
  readonly metrics: StreamMetrics;
  readonly log: StreamLog;
  readonly held: HeldJobs;
  readonly queueName: (queueId: number) => string;
  /** The highest seq taken from the worker. */
  readonly received: () => number;
  /** Acknowledgements left our queue: reading may go on. */
  readonly onAcksWritten: () => void;
}

export class Writer implements Flushable {
  flushState: FlushState = "idle";
  readonly #parts: WriterParts;
  #phase: "before_welcome" | "open" | "closed" = "before_welcome";
  #isAssigning = true;
  #leaseTtlMs = 0;

  #first: ConnectResponse[] = [];
  #ping: { readonly pingId: number; readonly nextInMs: number } | null = null;
  #cancels: Cancel[] = [];
  #revokes: Revoke[] = [];
  #acks: ResultAck[] = [];
  #releaseAcks: WireRef[] = [];
  readonly #assignments: AssignmentQueue;
  /** For jobs whose assignment was still waiting here: a cancel must not overtake it. */
  #lateCancels: Cancel[] = [];
  #drainAckDue = false;

  #seq = 0;
  #lastAssignmentSeq = 0;
  #acknowledgedSeq = 0;
  #acknowledgedMs = 0;
  /** Assignments that the end of the stream left here. */
  readonly #unsent: JobRef[] = [];

  /** Bytes of each frame inside grpc-js, oldest first. */
  #inTransport: number[] = [];
  #inTransportBytes = 0;
  #progressMs = 0;
  #needsDrain = false;
  #wasBlocked = false;
  #writableListeners: (() => void)[] = [];

  constructor(parts: WriterParts) {
    this.#parts = parts;
    this.#assignments = new AssignmentQueue(parts);
  }

  /** The highest seq written. */
  get seq(): number {
    return this.#seq;
  }

  /** Acknowledgements of results and releases that are not handed to the transport yet. */
  get acksWaiting(): number {
    return this.#acks.length + this.#releaseAcks.length;
  }

  /** Writes Welcome and the reconcile frames; everything else may follow. */
  open(frames: readonly ConnectResponse[], leaseTtlMs: number): void {
    if (this.#phase !== "before_welcome") return;
    this.#phase = "open";
    this.#leaseTtlMs = leaseTtlMs;
    for (const frame of frames) {
      const isWelcome = frame.welcome !== undefined;
      const items = frame.reconcileBatch?.verdicts?.length ?? 0;
      this.#send(frame, isWelcome ? "welcome" : "reconcileBatch", SMALL_FRAME_BYTES + items * ACK_BYTES);
    }
    this.#wake();
  }

  /** No flush comes after this; what waits is dropped. */
  close(): void {
    this.#phase = "closed";
    this.#keepUnsent(this.#assignments.clear());
    this.#acks = [];
    this.#releaseAcks = [];
    this.#writableListeners = [];
  }

  /** Sends what was decided and leaves what was only planned: the stream is about to be ended by the server. */
  finish(): void {
    this.#keepUnsent(this.#assignments.clear());
    this.flush();
    this.close();
  }

  stopAssigning(): void {
    this.#isAssigning = false;
  }

  isWritable(): boolean {
    const isFree =
      this.#phase === "open" && this.#isAssigning && this.#hasRoom() && !this.#assignments.isLong;
    if (!isFree) this.#wasBlocked = true;
    return isFree;
  }

  onWritable(listener: () => void): void {
    this.#writableListeners.push(listener);
  }

  assign(assignments: readonly Assignment[]): void {
    if (this.#phase === "closed") return this.#keepUnsent(assignments);
    this.#assignments.add(assignments);
    this.#wake();
  }

  cancel(orders: readonly CancelOrder[]): void {
    for (const order of orders) {
      const isQueued = this.#assignments.has(order.publicId);
      (isQueued ? this.#lateCancels : this.#cancels).push(wireCancel(order));
    }
    this.#wake();
  }

  revoke(orders: readonly RevokeOrder[]): void {
    for (const order of orders) {
      // What has not been written needs no revoking.
      if (!this.#assignments.remove(order.publicId)) this.#revokes.push(wireRevoke(order));
    }
    this.#wake();
  }

  ack(ack: ResultAck): void {
    this.#acks.push(ack);
    this.#wake();
  }

  releaseAcks(refs: readonly WireRef[]): void {
    for (const ref of refs) this.#releaseAcks.push(ref);
    this.#wake();
  }

  /** Only the latest ping is answered. */
  heartbeatAck(pingId: number, nextInMs: number): void {
    this.#ping = { pingId, nextInMs };
    this.#wake();
  }

  /** After everything that was assigned before. */
  drainAck(): void {
    this.#drainAckDue = true;
    this.#wake();
  }

  /** A frame that goes before everything else. */
  first(frame: ConnectResponse): void {
    this.#first.push(frame);
    this.#wake();
  }

  /** Advice for a log; dropped when many wait. */
  notice(frame: ConnectResponse): void {
    if (this.#first.length < NOTICES_MAX) this.first(frame);
  }

  /** The worker has taken every frame up to `ackSeq` into memory. */
  acknowledge(ackSeq: number): void {
    if (ackSeq <= this.#acknowledgedSeq) return;
    this.#acknowledgedSeq = ackSeq;
    this.#acknowledgedMs = this.#parts.clock.monoMs();
  }

  /** Jobs that were assigned and never written, oldest first; also after the end. Whatever was written may run. */
  unsent(): JobRef[] {
    return [...this.#unsent, ...toRefs(this.#assignments.waiting())];
  }

  #keepUnsent(assignments: readonly Assignment[]): void {
    this.#unsent.push(...toRefs(assignments));
  }

  /** For how long the transport has taken nothing although something is in it; 0 when it is not waiting. */
  transportStalledMs(monoMs: number): number {
    return this.#inTransport.length === 0 ? 0 : monoMs - this.#progressMs;
  }

  /** For how long `ack_seq` has stood still although frames are outstanding; 0 when none are. */
  unacknowledgedMs(monoMs: number): number {
    return this.#seq === this.#acknowledgedSeq ? 0 : monoMs - this.#acknowledgedMs;
  }

  /** We did not read for a while: what the worker acknowledged meanwhile is still to come. */
  readingResumed(monoMs: number): void {
    this.#acknowledgedMs = monoMs;
  }

  flush(): void {
    if (this.#phase !== "open") return;
    const acksBefore = this.acksWaiting;
    while (!this.#needsDrain && this.#writeOne());
    if (acksBefore > 0 && this.acksWaiting < acksBefore) this.#parts.onAcksWritten();
  }

  /** The next frame by priority; false when nothing may go now. */
  #writeOne(): boolean {
    const frame = this.#first.shift();
    if (frame !== undefined)
      return this.#send(frame, frame.notice ? "notice" : "serverDrain", SMALL_FRAME_BYTES);
    if (this.#ping !== null) {
      const ack = heartbeatAckFrame(this.#ping, this.#leaseTtlMs, this.#parts.clock.nowMs());
      this.#ping = null;
      return this.#send(ack, "heartbeatAck", SMALL_FRAME_BYTES);
    }
    if (this.#cancels.length > 0) {
      const cancels = this.#cancels.splice(0, ITEMS_PER_FRAME);
      return this.#send({ cancelBatch: { cancels } }, "cancelBatch", cancels.length * 256);
    }
    if (this.#revokes.length > 0) {
      const revokes = this.#revokes.splice(0, ITEMS_PER_FRAME);
      return this.#send({ revokeBatch: { revokes } }, "revokeBatch", revokes.length * 256);
    }
    if (this.#acks.length > 0) return this.#sendAcks();
    if (this.#releaseAcks.length > 0) {
      const refs = this.#releaseAcks.splice(0, ITEMS_PER_FRAME);
      return this.#send({ releaseAckBatch: { refs } }, "releaseAckBatch", refs.length * ACK_BYTES);
    }
    if (!this.#assignments.isEmpty) return this.#hasRoom() && this.#sendAssignments();
    return this.#writeLast();
  }

  /** What must not overtake an assignment. */
  #writeLast(): boolean {
    if (this.#lateCancels.length > 0) {
      const cancels = this.#lateCancels.splice(0, ITEMS_PER_FRAME);
      return this.#send({ cancelBatch: { cancels } }, "cancelBatch", cancels.length * 256);
    }
    if (!this.#drainAckDue) return false;
    this.#drainAckDue = false;
    const lastAssignmentSeq = this.#lastAssignmentSeq;
    return this.#send({ drainAck: { lastAssignmentSeq } }, "drainAck", SMALL_FRAME_BYTES);
  }

  #sendAcks(): boolean {
    const acks = this.#acks.length <= ITEMS_PER_FRAME ? this.#acks : this.#acks.slice(0, ITEMS_PER_FRAME);
    this.#acks = this.#acks.length <= ITEMS_PER_FRAME ? [] : this.#acks.slice(ITEMS_PER_FRAME);
    let bytes = 0;
    for (const ack of acks) bytes += ACK_BYTES + (ack.unblockedJobIds?.length ?? 0) * ID_BYTES;
    return this.#send({ resultAckBatch: { acks } }, "resultAckBatch", bytes);
  }

  #sendAssignments(): boolean {
    const { frame, bytes } = this.#assignments.takeFrame();
    this.#lastAssignmentSeq = this.#seq + 1;
    return this.#send(frame, "assignmentBatch", bytes);
  }

  /** Always true, so that callers can return it. */
  #send(frame: ConnectResponse, kind: string, bytes: number): true {
    const { call, clock, metrics } = this.#parts;
    const isNoneOutstanding = this.#seq === this.#acknowledgedSeq;
    frame.seq = ++this.#seq;
    frame.ackSeq = this.#parts.received();
    this.#inTransportBytes += bytes;
    const isOnlyOne = this.#inTransport.push(bytes) === 1;
    if (isOnlyOne || isNoneOutstanding) {
      const monoMs = clock.monoMs();
      if (isOnlyOne) this.#progressMs = monoMs;
      if (isNoneOutstanding) this.#acknowledgedMs = monoMs;
    }
    metrics.frameSent(kind);
    if (!call.write(frame, this.#written)) {
      this.#needsDrain = true;
      call.once("drain", this.#drained);
    }
    return true;
  }

  readonly #written = (error?: Error | null): void => {
    if (error || this.#phase === "closed") return;
    this.#inTransportBytes -= this.#inTransport.shift() ?? 0;
    this.#progressMs = this.#parts.clock.monoMs();
    this.#roomGrew();
  };

  readonly #drained = (): void => {
    this.#needsDrain = false;
    this.#roomGrew();
  };

  #roomGrew(): void {
    if (this.#isAnythingWaiting()) this.#wake();
    if (!this.#wasBlocked || !this.isWritable()) return;
    this.#wasBlocked = false;
    for (const listener of this.#writableListeners) listener();
  }

  #hasRoom(): boolean {
    return (
      !this.#needsDrain &&
      this.#inTransport.length < TRANSPORT_FRAMES_MAX &&
      this.#inTransportBytes < TRANSPORT_BYTES_MAX
    );
  }

  #isAnythingWaiting(): boolean {
    return (
      !this.#assignments.isEmpty ||
      this.#acks.length + this.#releaseAcks.length + this.#first.length > 0 ||
      this.#cancels.length + this.#revokes.length + this.#lateCancels.length > 0 ||
      this.#ping !== null ||
      this.#drainAckDue
    );
  }

  #wake(): void {
    if (this.#phase === "open") this.#parts.turn.request(this);
  }
}

function toRefs(assignments: readonly Assignment[]): JobRef[] {
  return assignments.map(({ jobId, leaseEpoch }) => ({ jobId, leaseEpoch }));
}
