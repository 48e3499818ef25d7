/**
 * Keeps a worker connected: opens links, carries each through Hello, Welcome and reconciliation, and opens the
 * next when one is lost. It owns the links and the waiting; what a session is made of it asks its host.
 *
 *   waiting -> handshake -> active -> (lost) waiting
 *   active + server drain -> handshake beside it -> the new link becomes active, the old one is half-closed
 *
 * | what fails                    | what happens                                                      |
 * |-------------------------------|-------------------------------------------------------------------|
 * | no connection, lost stream    | again with full jitter, 200 ms to 15 s, for ever, with resume      |
 * | silent server, slow handshake | the link is ended here, then as above                             |
 * | SESSION_EXPIRED               | the host forgets the session, then as above                       |
 * | a fatal status                | the host is told; no further link                                 |
 * | token refused                 | again with a new token; the fifth time in a row is fatal          |
 */
import { backoffMs, type BackoffLimits } from "../backoff.js";
import type { Welcome__Output } from "../../../proto/gen/muster/worker/v1/Welcome.js";
import type { ReconcileBatch__Output } from "../../../proto/gen/muster/worker/v1/ReconcileBatch.js";
import { fromDuration } from "../times.js";
import { decodeReconcile, decodeWelcome, DOWN, UP } from "./frames.js";
import { Link, type LinkTarget } from "./link.js";
import type { StreamEnd } from "./stream-end.js";
import { monoMs } from "./vitals.js";
import type { SplitFrame } from "./wire.js";

const STABLE_MS = 60_000;
const AUTH_FAILURES_MAX = 5;
const RETIRING_MS = 30_000;

export interface ConnectorHost {
  /** Where to connect, with the current token. */
  target(): Promise<LinkTarget>;
  /** The body of the Hello, as of now. */
  hello(): Uint8Array;
  welcomed(welcome: Welcome__Output, helloSentAtMs: number): void;
  reconciled(batch: ReconcileBatch__Output): void;
  /** Everything about this link is agreed: results may be sent on it. */
  active(link: Link): void;
  /** Any later frame, also of a link that is being replaced. */
  frame(link: Link, frame: SplitFrame): void;
  writable(): void;
  /** A link ended; the next is tried after `retryInMs`. Another one may still be active. */
  lost(end: StreamEnd, retryInMs: number): void;
  /** The server ended the session: no resume any more. */
  expired(end: StreamEnd): void;
  /** True when a clean end by the server is what the host waits for. */
  isLeaving(): boolean;
  /** No further link: `done` after a clean end, `fatal` with its cause. */
  over(end: StreamEnd): void;
}

interface Handshake {
  readonly link: Link;
  readonly helloSentAtMs: number;
  readonly timer: NodeJS.Timeout;
  isWelcome: boolean;
}

export class Connector {
  readonly #host: ConnectorHost;
  readonly #limits: BackoffLimits;
  readonly #handshakeMs: number;
  #active: Link | undefined;
  #activeSinceMs = 0;
  #handshake: Handshake | undefined;
  #isOpening = false;
  readonly #retiring = new Set<Link>();
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #authFailures = 0;
  #isClosed = false;

  constructor(host: ConnectorHost, limits: BackoffLimits, handshakeMs: number) {
    this.#host = host;
    this.#limits = limits;
    this.#handshakeMs = handshakeMs;
  }

  /** The link results go to; undefined while there is none. */
  get active(): Link | undefined {
    return this.#active;
  }

  /** A link is being opened or agreed on. */
  get isConnecting(): boolean {
    return this.#isOpening || this.#handshake !== undefined;
  }

  /** Opens a link after `delayMs`, beside the active one if there is one. */
  connectAfter(delayMs: number): void {
    clearTimeout(this.#timer);
    if (this.#isClosed || this.isConnecting) return;
    this.#timer = setTimeout(() => void this.#connect(), delayMs);
  }

  /** Ends every link at once. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const links = [this.#active, this.#handshake?.link, ...this.#retiring];
    clearTimeout(this.#handshake?.timer);
    for (const link of links) link?.destroy("CLOSED", "the worker ended the stream");
  }

  async #connect(): Promise<void> {
    this.#isOpening = true;
    try {
      const target = await this.#host.target();
      if (!this.#isClosed) this.#open(target);
    } catch (error) {
      // An address or a certificate that nothing can be done with: trying again would not change it.
      const message = error instanceof Error ? error.message : String(error);
      this.close();
      this.#host.over({
        next: "fatal",
        code: "BAD_TARGET",
        grpcStatus: "INVALID_ARGUMENT",
        message,
        delayMs: 0,
      });
    } finally {
      this.#isOpening = false;
    }
  }

  #open(target: LinkTarget): void {
    const link = new Link(target, {
      frame: (from, frame) => this.#frame(from, frame),
      end: (from, end) => this.#ended(from, end),
      writable: () => this.#host.writable(),
    });
    const timer = setTimeout(
      () => link.destroy("HANDSHAKE_TIMEOUT", "no Welcome in time"),
      this.#handshakeMs,
    );
    this.#handshake = { link, helloSentAtMs: monoMs(), timer, isWelcome: false };
    link.send(UP.hello, [this.#host.hello()]);
  }

  #frame(link: Link, frame: SplitFrame): void {
    const handshake = this.#handshake;
    if (handshake?.link !== link) {
      this.#host.frame(link, frame);
      return;
    }
    if (frame.member === DOWN.welcome && !handshake.isWelcome) {
      handshake.isWelcome = true;
      const welcome = decodeWelcome(frame.body);
      link.watch(fromDuration(welcome.heartbeatInterval) || 5_000);
      this.#host.welcomed(welcome, handshake.helloSentAtMs);
    } else if (frame.member === DOWN.reconcileBatch && handshake.isWelcome) {
      const batch = decodeReconcile(frame.body);
      this.#host.reconciled(batch);
      if (batch.last === true) this.#promote(handshake);
    } else {
      this.#host.frame(link, frame);
    }
  }

  #promote(handshake: Handshake): void {
    clearTimeout(handshake.timer);
    this.#handshake = undefined;
    this.#authFailures = 0;
    const old = this.#active;
    this.#active = handshake.link;
    this.#activeSinceMs = monoMs();
    this.#host.active(handshake.link);
    if (old !== undefined) this.#retire(old);
  }

  /** Acknowledgements may still come on it; its end is no news. */
  #retire(link: Link): void {
    this.#retiring.add(link);
    link.halfClose();
    setTimeout(() => link.destroy("RETIRED", "replaced by a newer stream"), RETIRING_MS).unref();
  }

  #ended(link: Link, end: StreamEnd): void {
    if (this.#retiring.delete(link) || this.#isClosed) return;
    if (link === this.#handshake?.link) {
      clearTimeout(this.#handshake.timer);
      this.#handshake = undefined;
      this.#decide(end);
      return;
    }
    this.#active = undefined;
    if (monoMs() - this.#activeSinceMs >= STABLE_MS) this.#failures = 0;
    // A newer link speaks for the session already: how the old one ended decides nothing.
    if (this.isConnecting) this.#host.lost(end, 0);
    else this.#decide(end);
  }

  #decide(end: StreamEnd): void {
    const isRefusedForGood = end.next === "auth" && ++this.#authFailures >= AUTH_FAILURES_MAX;
    if (end.next === "fatal" || isRefusedForGood || (end.next === "done" && this.#host.isLeaving())) {
      this.close();
      this.#host.over(isRefusedForGood ? { ...end, next: "fatal" } : end);
      return;
    }
    if (end.next === "fresh") {
      this.#host.expired(end);
      this.#failures = 0; // a server is there and waits for a Hello without the session
    }
    const retryInMs = Math.max(end.delayMs, backoffMs(this.#failures++, this.#limits));
    this.connectAfter(retryInMs);
    this.#host.lost(end, retryInMs);
  }
}
