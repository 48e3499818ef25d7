/**
 * Everything the worker stream is told at start: who coordinates, how large things may be, how long it waits.
 * main.ts fills it from the configuration; tests shorten the times. Nothing in this room reads an environment.
 */
import type { Metrics } from "../../core/metrics.js";
import type { Clock, Logger } from "../../core/ports.js";
import type { SessionOperations } from "../../core/sessions.js";

/** Told to the worker in Welcome, and held against it afterwards. */
export interface FrameLimits {
  readonly maxFrameBytes: number;
  readonly maxPayloadBytes: number;
  readonly maxResultBytes: number;
  /** Items in one batch, either way. */
  readonly maxBatchItems: number;
  /** Jobs that one session may hold. */
  readonly maxInFlight: number;
}

/** What the stream counts, out of the metrics port. */
export type StreamMetrics = Pick<Metrics, "frameReceived" | "frameSent" | "slowConsumerCut">;

export interface WorkerStreamOptions {
  readonly sessions: SessionOperations;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: StreamMetrics;
  readonly serverId: string;
  readonly limits: FrameLimits;
  /** Streams open at once, those without a Hello among them. */
  readonly maxSessions: number;
  /** The name of a queue, from its id in an assignment. */
  readonly queueName: (queueId: number) => string;
  /** Destroys the socket behind `call.getPeer()`; the one way to end a stream whose peer does not read. */
  readonly destroyPeer: (peer: string) => void;
  /** 0 <= x < 1, for jitter. */
  readonly random: () => number;
  readonly timing?: Partial<StreamTiming>;
  readonly inbound?: Partial<InboundBounds>;
}

export interface StreamTiming {
  /** From the call to its Hello. */
  readonly helloTimeoutMs: number;
  /** Without progress for this long while something is outstanding, a worker counts as not reading. */
  readonly slowConsumerMs: number;
  /** How often all streams are looked at; also the precision of every time here. */
  readonly watchPeriodMs: number;
  /** Heartbeats closer together than this are answered as one. */
  readonly heartbeatGapMs: number;
  /** How long an ended stream may take to carry its status to the peer before its socket goes. */
  readonly endingMs: number;
  /** After max age: the worker reconnects within the first, the old stream is ended after the second. */
  readonly ageReconnectMs: number;
  readonly ageCloseMs: number;
}

/** What one stream may have in hand from its worker before reading stops. */
export interface InboundBounds {
  /** Results that are being committed, or whose acknowledgements are not written yet. */
  readonly pendingResultsMax: number;
  /** Bytes of those results. */
  readonly pendingBytesMax: number;
  /** Frames whose handling has not ended. */
  readonly pendingFramesMax: number;
}

export const TIMING: StreamTiming = {
  helloTimeoutMs: 10_000,
  slowConsumerMs: 15_000,
  watchPeriodMs: 1_000,
  heartbeatGapMs: 200,
  endingMs: 5_000,
  ageReconnectMs: 1_000,
  ageCloseMs: 30_000,
};

/** A worker with 32 slots that all end at once with 128 KiB each is not stopped. */
export const INBOUND_BOUNDS: InboundBounds = {
  pendingResultsMax: 2_048,
  pendingBytesMax: 4 * 1024 * 1024,
  pendingFramesMax: 256,
};

export interface DrainAllOrder {
  readonly reason: "shutdown" | "rebalance";
  /** Workers are told to reconnect at random moments within this. */
  readonly spreadMs: number;
  /** Streams still open after this are ended with DRAINING. */
  readonly closeAfterMs: number;
}

/** Ends the stream with an error; what is not a MusterError is a bug and shown as such. */
export type EndStream = (error: unknown) => void;
