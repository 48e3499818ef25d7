/**
 * The stream's half of a worker: what is held, what is unacknowledged, the lease and the drain, over whatever
 * link the connector has. It runs on the transport's thread and talks to the handlers' half in messages only,
 * so it keeps the session alive while handlers block. It never decides what a job's outcome is.
 */
import type { Welcome__Output } from "../../../proto/gen/muster/worker/v1/Welcome.js";
import type { ReconcileBatch__Output } from "../../../proto/gen/muster/worker/v1/ReconcileBatch.js";
import { fromDuration, toDuration } from "../times.js";
import { Connector, type ConnectorHost } from "./connector.js";
import { FlowControl } from "./flow-control.js";
import * as frames from "./frames.js";
import { decodeResultAcks } from "./job-codec.js";
import { Heart } from "./heart.js";
import { HeldJobs, type JobKey } from "./held-jobs.js";
import { JobTraffic } from "./job-traffic.js";
import { LeaseClock, type LeaseState } from "./lease-clock.js";
import type { Link, LinkTarget } from "./link.js";
import {
  exactCopy,
  type FromTransport,
  type Limits,
  type SessionConfig,
  type ToTransport,
} from "./messages.js";
import { readSettled } from "./settled.js";
import type { StreamEnd } from "./stream-end.js";
import { TokenSource } from "./token-source.js";
import { monoMs, type Vitals } from "./vitals.js";
import { splitBatch, type SplitFrame } from "./wire.js";
import { helloBody, type Resume } from "./hello.js";

const DRAIN_MODE = {
  finish_running: "DRAIN_MODE_FINISH_RUNNING",
  release_buffered: "DRAIN_MODE_RELEASE_BUFFERED",
} as const;
const LEAVE_MS = 5_000;

type Drain = Extract<ToTransport, { kind: "drain" }>;

export class Session implements ConnectorHost {
  readonly #config: SessionConfig;
  readonly #vitals: Vitals;
  readonly #post: (message: FromTransport, transfer?: ArrayBuffer[]) => void;
  readonly #connector: Connector;
  readonly #held = new HeldJobs();
  readonly #traffic = new JobTraffic();
  readonly #lease = new LeaseClock();
  readonly #flow: FlowControl;
  readonly #heart: Heart;
  readonly #tokens: TokenSource;
  #leaseTimer: NodeJS.Timeout | undefined;
  #leaveTimer: NodeJS.Timeout | undefined;
  #leaseState: LeaseState = "lost";
  #resume: Resume | undefined;
  #drain: Drain | undefined;
  #drainAckedOn: Link | undefined;
  /** The link whose server asked us to move, and whether moving failed since. */
  #movingFrom: Link | undefined;
  #hasMoveFailed = false;
  /** Of the window in the last Hello. */
  #helloGeneration = 0;
  #isReportingSettled = false;
  #isOver = false;

  constructor(
    config: SessionConfig,
    vitals: Vitals,
    post: (message: FromTransport, transfer?: ArrayBuffer[]) => void,
  ) {
    this.#config = config;
    this.#vitals = vitals;
    this.#post = post;
    this.#flow = new FlowControl(config.slots, config.window, () => this.#sendFlow(this.#connector.active));
    this.#connector = new Connector(this, config.reconnect, config.handshakeMs);
    this.#heart = new Heart(vitals, () => ({
      running: this.#held.count("running"),
      buffered: this.#held.count("buffered"),
    }));
    this.#tokens = new TokenSource(config.hasToken, () => post({ kind: "token_wanted" }));
  }

  start(): void {
    this.#connector.connectAfter(0);
  }

  /** A message of the handlers' half. */
  handle(message: ToTransport): void {
    if (this.#isOver) return;
    if (message.kind === "jobs") this.#takeJobs(message);
    else if (message.kind === "drain") this.#startDrain(message);
    else if (message.kind === "token") this.#tokens.give(message.token);
    else if (message.kind === "report_settled") this.#isReportingSettled = true;
    else this.#finish(undefined);
  }

  // What the connector asks and tells.

  async target(): Promise<LinkTarget> {
    const { address, tls } = this.#config;
    return { address, tls, token: await this.#tokens.current() };
  }

  hello(): Uint8Array {
    this.#helloGeneration = this.#flow.generation;
    return helloBody(this.#config, this.#flow.flow, this.#held.report(), this.#resume);
  }

  isLeaving(): boolean {
    return this.#drain !== undefined && this.#isEmpty();
  }

  welcomed(welcome: Welcome__Output, helloSentAtMs: number): void {
    this.#resume = { sessionId: welcome.sessionId ?? "", token: welcome.resumeToken ?? Buffer.alloc(0) };
    const limits: Limits = {
      maxFrameBytes: welcome.limits?.maxFrameBytes ?? 0,
      maxPayloadBytes: welcome.limits?.maxPayloadBytes ?? 0,
      maxResultBytes: welcome.limits?.maxResultBytes ?? 0,
      maxBatchItems: welcome.limits?.maxBatchItems ?? 0,
    };
    this.#traffic.limits = limits;
    const leaseTtlMs = fromDuration(welcome.leaseTtl) || 30_000;
    const heartbeatIntervalMs = fromDuration(welcome.heartbeatInterval) || 5_000;
    this.#heart.intervalMs = heartbeatIntervalMs;
    this.#lease.acknowledged(helloSentAtMs, leaseTtlMs);
    this.#watchLease();
    this.#post({
      kind: "registered",
      workerId: welcome.workerId ?? "",
      sessionId: welcome.sessionId ?? "",
      sessionEpoch: welcome.sessionEpoch ?? 0,
      serverId: welcome.serverId ?? "",
      resumed: welcome.resumed ?? false,
      leaseTtlMs,
      heartbeatIntervalMs,
      limits,
    });
  }

  reconciled(batch: ReconcileBatch__Output): void {
    const revoked: JobKey[] = [];
    const committed: JobKey[] = [];
    for (const verdict of batch.verdicts ?? []) {
      const key = { jobId: verdict.ref?.jobId ?? "", leaseEpoch: verdict.ref?.leaseEpoch ?? 0 };
      if (verdict.action === "RECONCILE_ACTION_REVOKED") revoked.push(key);
      else if (verdict.action === "RECONCILE_ACTION_ALREADY_COMMITTED") committed.push(key);
    }
    this.#drop(revoked, "revoked", "no longer this worker's after a reconnect");
    this.#drop(committed, "revoked", "its result was committed before");
    if (this.#isReportingSettled && committed.length > 0) {
      const acks = committed.map((key) => ({
        ...key,
        attempt: 0,
        verdict: "already_committed" as const,
        reason: "",
        unblockedCount: 0,
        unblockedJobIds: [],
        willRetry: false,
      }));
      this.#post({ kind: "settled", acks });
    }
  }

  active(link: Link): void {
    this.#traffic.makeAllDue();
    this.#heart.beatOn(link);
    // Its server knows the window of its Hello, which may have changed during the handshake.
    if (this.#flow.generation > this.#helloGeneration) this.#sendFlow(link);
    if (this.#drain !== undefined) this.#sendDrain(link, this.#drain);
    this.writable();
  }

  writable(): void {
    const link = this.#connector.active;
    if (link !== undefined) this.#traffic.flush(link, this.#held);
  }

  lost(end: StreamEnd, retryInMs: number): void {
    const isConnected = this.#connector.active !== undefined;
    if (!isConnected) this.#heart.stop();
    this.#hasMoveFailed ||= isConnected && this.#movingFrom === this.#connector.active;
    this.#post({ kind: "disconnected", code: end.code, message: end.message, retryInMs, isConnected });
    this.#leaveIfEmpty();
  }

  expired(end: StreamEnd): void {
    this.#resume = undefined;
    this.#lease.forget();
    this.#dropUnfinished(end.message);
    this.#watchLease();
  }

  over(end: StreamEnd): void {
    this.#finish(end.next === "done" ? undefined : end);
  }

  frame(link: Link, frame: SplitFrame): void {
    const { member, body } = frame;
    if (member === frames.DOWN.assignmentBatch) this.#assigned(body);
    else if (member === frames.DOWN.resultAckBatch) this.#acked(body);
    else if (member === frames.DOWN.heartbeatAck) this.#heartbeatAcked(body);
    else if (member === frames.DOWN.releaseAckBatch) this.#released(body);
    else if (member === frames.DOWN.cancelBatch) this.#cancelled(body);
    else if (member === frames.DOWN.revokeBatch) this.#revoked(body);
    else if (member === frames.DOWN.serverDrain) this.#serverDrains(link, body);
    else if (member === frames.DOWN.drainAck) this.#drainAcked(link);
    else if (member === frames.DOWN.notice) {
      const notice = frames.decodeNotice(body);
      this.#post({ kind: "notice", code: notice.code ?? "", message: notice.message ?? "" });
    }
    // Anything else is a frame of a later version: no reason to end a stream that carries other jobs.
  }

  // What the frames mean.

  #assigned(body: Buffer): void {
    for (const item of splitBatch(body)) this.#held.add(item.jobId, item.leaseEpoch, item.attempt);
    const batch = exactCopy(body);
    this.#post({ kind: "assigned", batch }, [batch.buffer]);
  }

  #acked(body: Buffer): void {
    const { settled, later } = readSettled(decodeResultAcks(body));
    for (const key of settled) {
      this.#traffic.results.settle(key);
      this.#held.remove(key);
    }
    if (settled.length > 0) this.#traffic.postponements = 0;
    if (this.#isReportingSettled && settled.length > 0) {
      const batch = exactCopy(body);
      this.#post({ kind: "acked", batch }, [batch.buffer]);
    }
    if (later.length > 0) this.#traffic.postpone(later, () => this.writable());
    this.#leaveIfEmpty();
  }

  #released(body: Buffer): void {
    for (const ref of frames.decodeReleaseAcks(body).refs ?? []) {
      const key = { jobId: ref.jobId ?? "", leaseEpoch: ref.leaseEpoch ?? 0 };
      this.#traffic.releases.settle(key);
      this.#held.remove(key);
    }
    this.#leaveIfEmpty();
  }

  #cancelled(body: Buffer): void {
    const orders = (frames.decodeCancels(body).cancels ?? []).map((cancel) => ({
      jobId: cancel.ref?.jobId ?? "",
      leaseEpoch: cancel.ref?.leaseEpoch ?? 0,
      reason: cancel.reason ?? "",
    }));
    this.#post({ kind: "cancel", orders: orders.filter((order) => this.#held.has(order)) });
  }

  #revoked(body: Buffer): void {
    for (const revoke of frames.decodeRevokes(body).revokes ?? []) {
      const key = { jobId: revoke.ref?.jobId ?? "", leaseEpoch: revoke.ref?.leaseEpoch ?? 0 };
      this.#drop([key], "revoked", revoke.reason ?? "");
    }
    this.#leaveIfEmpty();
  }

  #heartbeatAcked(body: Buffer): void {
    const ack = frames.decodeHeartbeatAck(body);
    const sentAtMs = this.#heart.acknowledged(ack.pingId ?? 0, fromDuration(ack.nextIn));
    if (sentAtMs === undefined) return;
    this.#lease.acknowledged(sentAtMs, fromDuration(ack.leaseTtl));
    this.#watchLease();
  }

  #serverDrains(link: Link, body: Buffer): void {
    const order = frames.decodeServerDrain(body);
    if (order.reason === "SERVER_DRAIN_REASON_OPERATOR") {
      this.#post({ kind: "draining" });
      this.#startDrain({ kind: "drain", mode: "finish_running", timeoutMs: undefined });
    } else if (link === this.#connector.active) {
      this.#movingFrom = link;
      this.#hasMoveFailed = false;
      this.#connector.connectAfter(fromDuration(order.reconnectAfter));
    }
  }

  #drainAcked(link: Link): void {
    this.#drainAckedOn = link;
    this.#finishIfEmpty();
  }

  // What the handlers' half says.

  #takeJobs(message: Extract<ToTransport, { kind: "jobs" }>): void {
    for (const jobId of message.started ?? []) this.#held.markStarted(jobId);
    this.#flow.finished(this.#traffic.take(message, this.#held));
    this.writable();
  }

  #sendFlow(link: Link | undefined): void {
    link?.send(frames.UP.flowUpdate, [frames.encodeFlowUpdate({ window: this.#flow.flow })]);
  }

  #startDrain(drain: Drain): void {
    this.#drain = drain;
    const link = this.#connector.active;
    if (link !== undefined) this.#sendDrain(link, drain);
    this.#finishIfEmpty();
  }

  #sendDrain(link: Link, drain: Drain): void {
    const timeout = drain.timeoutMs === undefined ? {} : { timeout: toDuration(drain.timeoutMs) };
    link.send(frames.UP.drainRequest, [
      frames.encodeDrainRequest({ mode: DRAIN_MODE[drain.mode], ...timeout }),
    ]);
  }

  // Lease.

  #watchLease(): void {
    clearTimeout(this.#leaseTimer);
    const nowMs = monoMs();
    this.#vitals.allowStartsUntil(this.#lease.suspectAtMs);
    const state = this.#lease.state(nowMs);
    const changeInMs = this.#lease.msToChange(nowMs);
    if (changeInMs !== undefined) this.#leaseTimer = setTimeout(() => this.#watchLease(), changeInMs + 1);
    if (state === this.#leaseState) return;
    this.#leaseState = state;
    this.#post({ kind: "lease", state });
    if (state !== "lost") return;
    // The server may still count these jobs as ours: a new Hello without them sets that right.
    this.#dropUnfinished("no heartbeat was acknowledged in time");
    this.#connector.active?.destroy("LEASE_LOST", "no heartbeat was acknowledged in time");
  }

  #dropUnfinished(reason: string): void {
    const keys = this.#held.removeUnfinished();
    for (const key of keys) this.#traffic.releases.settle(key);
    if (keys.length > 0) this.#post({ kind: "lost", why: "lease_lost", reason, keys });
  }

  #drop(keys: readonly JobKey[], why: "revoked" | "lease_lost", reason: string): void {
    if (keys.length === 0) return;
    for (const key of keys) {
      this.#held.remove(key);
      this.#traffic.results.settle(key);
      this.#traffic.releases.settle(key);
    }
    this.#post({ kind: "lost", why, reason, keys });
  }

  // The end.

  #isEmpty(): boolean {
    return this.#held.size === 0 && this.#traffic.isEmpty;
  }

  #leaveIfEmpty(): void {
    const link = this.#connector.active;
    // The only server there is wants to stop, and nothing is left to tell it: do not hold it up. The session stays.
    if (this.#hasMoveFailed && link !== undefined && link === this.#movingFrom && this.#isEmpty()) {
      this.#hasMoveFailed = false;
      link.destroy("MOVED_AWAY", "the server is stopping, and nothing is held");
    }
    this.#finishIfEmpty();
  }

  #finishIfEmpty(): void {
    if (this.#isOver || this.#drain === undefined || !this.#isEmpty()) return;
    const link = this.#connector.active;
    if (link === undefined) {
      if (!this.#connector.isConnecting) this.#finish(undefined);
      return;
    }
    if (this.#drainAckedOn !== link || this.#leaveTimer !== undefined) return;
    link.halfClose();
    this.#leaveTimer = setTimeout(() => this.#finish(undefined), LEAVE_MS);
  }

  #finish(end: StreamEnd | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#heart.stop();
    this.#flow.stop();
    this.#traffic.stop();
    for (const timer of [this.#leaseTimer, this.#leaveTimer]) clearTimeout(timer);
    this.#connector.close();
    const error = end && { code: end.code, grpcStatus: end.grpcStatus, message: end.message };
    this.#post({ kind: "ended", error });
  }
}
