/**
 * What a registered worker sends, frame by frame: checks the order, bounds what is in hand, calls the session and
 * writes its answers. A bad item of a batch is answered or passed over and never ends the stream, which carries
 * other people's jobs; a broken frame does (FRAME_INVALID). Results are acknowledged from the session's verdicts
 * alone. Called by connection.ts, which owns the call.
 */
import type { ConnectRequest__Output } from "../../../proto/gen/muster/worker/v1/ConnectRequest.js";
import type { JobRef__Output } from "../../../proto/gen/muster/worker/v1/JobRef.js";
import type { JobResult__Output } from "../../../proto/gen/muster/worker/v1/JobResult.js";
import type { Progress__Output } from "../../../proto/gen/muster/worker/v1/Progress.js";
import type { Release__Output } from "../../../proto/gen/muster/worker/v1/Release.js";
import { invalid } from "../../core/errors.js";
import type { Verdict } from "../../core/job.js";
import type { ProgressItem, ReleaseItem, SessionHandle } from "../../core/sessions.js";
import {
  decodeFrame,
  decodeProgress,
  decodeRelease,
  decodeResult,
  Refusal,
  resultBytes,
  type DecodedResult,
} from "./decode.js";
import { noticeFrame, verdictAck } from "./encode.js";
import type { HeldJobs } from "./held.js";
import type { Heartbeats } from "./heartbeats.js";
import { validateFlow } from "./hello.js";
import type { ReadGate } from "./read-gate.js";
import type { EndStream, FrameLimits, StreamMetrics } from "./settings.js";
import { isStoreAway } from "./store-away.js";
import type { StreamLog } from "./stream-log.js";
import { untilRecorded } from "./until-recorded.js";
import type { Writer } from "./writer.js";

export interface InboundParts {
  readonly session: SessionHandle;
  readonly writer: Writer;
  readonly held: HeldJobs;
  readonly gate: ReadGate;
  readonly heartbeats: Heartbeats;
  readonly limits: FrameLimits;
  readonly metrics: StreamMetrics;
  readonly log: StreamLog;
  readonly end: EndStream;
  /** Nothing is answered on this stream any more. */
  readonly isOver: () => boolean;
  /** Nothing that the worker sent is in hand any more. */
  readonly onIdle: () => void;
}

export class Inbound {
  readonly #parts: InboundParts;
  #isDrained = false;

  constructor(parts: InboundParts) {
    this.#parts = parts;
  }

  /** The worker asked to drain, and no assignment comes any more. */
  get isDrained(): boolean {
    return this.#isDrained;
  }

  /** @throws MusterError FRAME_INVALID or PAYLOAD_TOO_LARGE when the frame breaks the protocol */
  receive(raw: ConnectRequest__Output): void {
    const frame = decodeFrame(raw);
    this.#parts.metrics.frameReceived(frame?.message ?? "unknown");
    switch (frame?.message) {
      case "resultBatch":
        return this.#results(this.#bounded("result_batch.results", frame.resultBatch.results));
      case "heartbeat":
        return this.#parts.heartbeats.receive(frame.heartbeat);
      case "progressBatch":
        return this.#progress(this.#bounded("progress_batch.items", frame.progressBatch.items));
      case "flowUpdate":
        return this.#parts.session.updateFlow(validateFlow(frame.flowUpdate, this.#parts.limits.maxInFlight));
      case "releaseBatch":
        return this.#releases(this.#bounded("release_batch.releases", frame.releaseBatch.releases));
      case "drainRequest":
        return void this.#drain();
      case "authRefresh":
        return this.#parts.writer.notice(
          noticeFrame("AUTH_REFRESH_IGNORED", "this server does not check bearer tokens"),
        );
      case "hello":
        throw invalid("FRAME_INVALID", [
          { field: "message", expected: "one hello per stream", got: "a second hello" },
        ]);
      case undefined:
        return this.#parts.log.note("stream.unknown_frame", { seq: raw.seq });
    }
  }

  #bounded<Item>(field: string, items: readonly Item[] = []): readonly Item[] {
    const max = this.#parts.limits.maxBatchItems;
    if (items.length <= max) return items;
    const got = `${items.length} items`;
    throw invalid("PAYLOAD_TOO_LARGE", [{ field, expected: `at most ${max} items`, got }]);
  }

  #results(wires: readonly JobResult__Output[]): void {
    const { held, limits, writer, gate } = this.#parts;
    const results: DecodedResult[] = [];
    const refs: JobRef__Output[] = [];
    let bytes = 0;
    for (const wire of wires) {
      const result = decodeResult(wire, held, limits);
      if (result instanceof Refusal) {
        writer.ack({ ref: wire.ref ?? {}, disposition: result.disposition, reason: result.reason });
        continue;
      }
      results.push(result);
      refs.push(wire.ref ?? {});
      bytes += resultBytes(wire);
    }
    if (results.length > 0) void this.#commit(results, refs, bytes);
    gate.pauseIfFull();
  }

  /** Never rejects. */
  async #commit(
    results: readonly DecodedResult[],
    refs: readonly JobRef__Output[],
    bytes: number,
  ): Promise<void> {
    const { session, gate, writer, end } = this.#parts;
    gate.enter(results.length, bytes);
    try {
      this.#acknowledge(results, refs, await session.results(results.map(({ result }) => result)));
    } catch (error) {
      if (isStoreAway(error)) {
        for (const ref of refs) writer.ack({ ref, disposition: "RESULT_DISPOSITION_RETRY_LATER" });
      } else end(error);
    }
    this.#leave(results.length, bytes);
  }

  #acknowledge(
    results: readonly DecodedResult[],
    refs: readonly JobRef__Output[],
    verdicts: readonly Verdict[],
  ): void {
    const { writer, held } = this.#parts;
    results.forEach(({ result: { ref }, invalid: reason }, i) => {
      const wireRef = refs[i] ?? {};
      const verdict = verdicts[i];
      if (verdict?.ref.jobId !== ref.jobId || verdict.ref.leaseEpoch !== ref.leaseEpoch) {
        // Never acknowledge from anything but this result's verdict; the worker keeps it and sends it again.
        this.#parts.log.note("stream.verdict_missing", { jobId: ref.jobId });
        writer.ack({ ref: wireRef, disposition: "RESULT_DISPOSITION_RETRY_LATER" });
        return;
      }
      held.settle(wireRef.jobId ?? "", ref.leaseEpoch);
      const ack = verdictAck(wireRef, verdict);
      const isRefused = reason !== null && verdict.disposition === "committed";
      writer.ack(isRefused ? { ...ack, disposition: "RESULT_DISPOSITION_INVALID", reason } : ack);
    });
  }

  #progress(wires: readonly Progress__Output[]): void {
    const { held, limits, log, session } = this.#parts;
    const items: ProgressItem[] = [];
    for (const wire of wires) {
      const item = decodeProgress(wire, held, limits);
      if (typeof item === "string") log.note("stream.item_ignored", { why: item });
      else items.push(item);
    }
    if (items.length > 0) session.progress(items);
  }

  #releases(wires: readonly Release__Output[]): void {
    const { held, log, gate, writer } = this.#parts;
    const items: ReleaseItem[] = [];
    const refs: JobRef__Output[] = [];
    const settled: JobRef__Output[] = [];
    for (const wire of wires) {
      const item = decodeRelease(wire, held);
      if (typeof item === "string") {
        log.note("stream.item_ignored", { why: item });
        if (wire.ref !== undefined) settled.push(wire.ref); // never was the worker's
      } else {
        items.push(item);
        refs.push(wire.ref ?? {});
      }
    }
    if (settled.length > 0) writer.releaseAcks(settled);
    if (items.length > 0) void this.#release(items, refs);
    gate.pauseIfFull();
  }

  /** Never rejects. */
  async #release(items: readonly ReleaseItem[], refs: readonly JobRef__Output[]): Promise<void> {
    const { session, gate, writer, held, end } = this.#parts;
    gate.enter(items.length, 0);
    try {
      if (await this.#untilRecorded(() => session.release(items), "the release")) {
        for (const ref of refs) held.settle(ref.jobId ?? "", ref.leaseEpoch ?? 0);
        writer.releaseAcks(refs);
      }
    } catch (error) {
      end(error);
    }
    this.#leave(items.length, 0);
  }

  /** Never rejects. */
  async #drain(): Promise<void> {
    const { session, gate, writer, end } = this.#parts;
    gate.enter(0, 0);
    gate.pauseIfFull();
    try {
      if (await this.#untilRecorded(() => session.drain(), "the drain")) {
        this.#isDrained = true;
        writer.drainAck();
      }
    } catch (error) {
      end(error);
    }
    this.#leave(0, 0);
  }

  #untilRecorded(write: () => Promise<void>, what: string): Promise<boolean> {
    const { isOver, log, writer } = this.#parts;
    const onAway = (): void => {
      log.note("stream.store_down");
      writer.notice(noticeFrame("STORE_DOWN", `${what} waits for the store; nothing has to be sent again`));
    };
    return untilRecorded(write, { isOver, onAway });
  }

  #leave(results: number, bytes: number): void {
    const { gate } = this.#parts;
    gate.leave(results, bytes);
    gate.resumeIfFree();
    if (gate.isIdle) this.#parts.onIdle();
  }
}
