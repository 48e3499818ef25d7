/**
 * Registration: one transaction, its commit, and only then a session that may get jobs. A worker that comes back
 * with its token goes on with the session it had, on whichever replica; a new process under the same worker id
 * replaces the old one.
 */
import { isUnavailable, MusterError } from "../core/errors.js";
import { failpoints } from "../core/failpoints.js";
import { formatId } from "../core/job-id.js";
import type { Metrics } from "../core/metrics.js";
import type { Logger, Nudges } from "../core/ports.js";
import type {
  HelloInput,
  ReconcileVerdict,
  Registration,
  SessionOperations,
  SessionStream,
} from "../core/sessions.js";
import type { Registered, SessionJob, Store } from "../core/store.js";
import type { EndSession } from "./end-session.js";
import type { Held } from "./live-session.js";
import { LiveSession, liveSubscriptions } from "./live-session.js";
import type { LiveSessions } from "./live-sessions.js";
import type { Progress } from "./progress.js";
import type { QueueDirectory } from "./queue-directory.js";
import type { Registrations } from "./registrations.js";
import type { SessionHandles } from "./session-handle.js";

export interface RegisterOptions {
  readonly store: Pick<Store, "judge">;
  readonly registrations: Registrations;
  readonly sessions: LiveSessions;
  readonly queues: QueueDirectory;
  readonly handles: SessionHandles;
  readonly endSession: EndSession;
  readonly nudges: Nudges;
  readonly progress: Progress;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly serverId: string;
  /** Keyed hash of a text; the same on every replica. */
  readonly sign: (text: string) => Buffer;
  readonly monoMs: () => number;
  readonly timing: {
    readonly heartbeatIntervalMs: number;
    readonly leaseTtlMs: number;
    readonly resumeGraceMs: number;
    readonly maxSessionAgeMs: number;
  };
  /** Sessions that came from another replica: what they hold in the store and do not know of must be found. */
  readonly onRecount: (sessionIds: readonly number[]) => void;
  /** Who comes back to its session cannot, and is not to blame for what becomes of its lease. */
  readonly onStoreAway: () => void;
}

export class Register implements SessionOperations {
  readonly #options: RegisterOptions;

  constructor(options: RegisterOptions) {
    this.#options = options;
  }

  async register(hello: HelloInput, stream: SessionStream): Promise<Registration> {
    const startedMs = performance.now();
    try {
      const registration = await this.#register(hello, stream);
      this.#options.metrics.registered(
        registration.resumed ? "resumed" : "new",
        (performance.now() - startedMs) / 1000,
      );
      return registration;
    } catch (error) {
      this.#options.metrics.registered("failed", (performance.now() - startedMs) / 1000);
      if (isUnavailable(error)) this.#options.onStoreAway();
      throw error;
    }
  }

  async #register(hello: HelloInput, stream: SessionStream): Promise<Registration> {
    const { registrations, serverId, timing } = this.#options;
    const resumeSessionId = this.#verifiedResume(hello);
    const queues = await this.#options.queues.resolve(
      hello.namespace,
      hello.subscriptions.map((subscription) => subscription.queue),
    );
    const registered = await registrations.register({
      hello,
      serverId,
      leaseTtlMs: timing.leaseTtlMs,
      resumeSessionId,
    });
    if (failpoints.reach !== null)
      await failpoints.reach(registered.resumed ? "register.resumed" : "register.committed");
    const subscriptions = liveSubscriptions(hello.subscriptions, (queue) => queues.get(queue)?.id as number);
    const verdicts = await this.#verdicts(hello, registered);
    const session = registered.resumed
      ? this.#resume(registered, hello, stream, subscriptions)
      : this.#open(registered, hello, stream, subscriptions);
    this.#options.logger.info(
      {
        sessionId: session.id,
        workerId: hello.workerId,
        namespace: hello.namespace,
        epoch: registered.epoch,
        resumed: registered.resumed,
        peer: stream.peer,
      },
      "session.registered",
    );
    this.#replace(registered);
    this.#restart(hello, registered);
    return {
      session: this.#options.handles.handle(session, stream),
      sessionId: session.id,
      sessionEpoch: registered.epoch,
      resumeToken: this.#options.sign(tokenText(hello, session.id)),
      resumed: registered.resumed,
      ...timing,
      verdicts,
    };
  }

  #verifiedResume(hello: HelloInput): number | null {
    if (hello.resume === null) return null;
    const expected = this.#options.sign(tokenText(hello, hello.resume.sessionId));
    if (!expected.equals(hello.resume.token)) {
      throw new MusterError(
        "SESSION_EXPIRED",
        "resume.token: expected the token of this worker's session, got another",
      );
    }
    return hello.resume.sessionId;
  }

  #open(
    registered: Registered,
    hello: HelloInput,
    stream: SessionStream,
    subscriptions: ReturnType<typeof liveSubscriptions>,
  ): LiveSession {
    const session = new LiveSession({
      id: registered.sessionId,
      epoch: registered.epoch,
      namespace: hello.namespace,
      workerId: hello.workerId,
      instanceId: hello.instanceId,
      stream,
      maxInFlight: hello.maxInFlight,
      maxInFlightBytes: hello.maxInFlightBytes,
      subscriptions,
    });
    for (const job of registered.held) session.hold(this.#held(job));
    this.#options.sessions.add(session);
    if (registered.resumed) this.#options.onRecount([session.id]);
    return session;
  }

  /**
   * What runs under a timeout says so again: its start may have been lost with a replica, and a worker that was away
   * for a moment was not silent.
   */
  #restart({ inFlight }: HelloInput, { held }: Registered): void {
    const running = new Set(inFlight.filter((job) => job.state === "running").map((job) => job.ref.jobId));
    const timed = held.filter(({ ref, isTimed }) => isTimed && running.has(ref.jobId));
    if (timed.length > 0) this.#options.progress.report(timed.map(({ ref }) => ({ ref, ...STARTED })));
  }

  /** On this replica the bookkeeping goes on; on another one it is built from what Postgres confirmed. */
  #resume(
    registered: Registered,
    hello: HelloInput,
    stream: SessionStream,
    subscriptions: ReturnType<typeof liveSubscriptions>,
  ): LiveSession {
    const session = this.#options.sessions.get(registered.sessionId);
    const { sessionId, epoch } = registered;
    const cameFromElsewhere = registered.formerServerId !== this.#options.serverId;
    if (cameFromElsewhere) this.#options.nudges.send({ kind: "session_replaced", sessionId, epoch });
    if (session === undefined) return this.#open(registered, hello, stream, subscriptions);
    // The nudge that it had gone elsewhere was lost, or an answer was.
    const missedSome = cameFromElsewhere || epoch !== session.epoch + 1;
    session.epoch = epoch;
    session.stream = stream;
    session.state = "registering";
    session.resetWindow(hello.maxInFlight, hello.maxInFlightBytes);
    session.replaceSubscriptions(subscriptions);
    // What it does not report never arrived, or is lost: others get it.
    const reported = new Set(hello.inFlight.map((job) => job.ref.jobId));
    const missing = [...session.held.values()].filter((held) => !reported.has(held.jobId));
    if (missing.length > 0) this.#options.handles.giveUndelivered(missing);
    if (missedSome) this.#rebuild(session, registered);
    return session;
  }

  /**
   * What the session was given and what it finished meanwhile is not known here: it holds what Postgres confirmed,
   * and gets nothing more until it is counted.
   */
  #rebuild(session: LiveSession, registered: Registered): void {
    const confirmed = new Map(registered.held.map(({ ref }) => [ref.jobId, ref.leaseEpoch]));
    for (const { jobId, leaseEpoch } of session.held.values())
      if (confirmed.get(jobId) !== leaseEpoch) session.settle(jobId, leaseEpoch);
    for (const job of registered.held) if (!session.held.has(job.ref.jobId)) session.hold(this.#held(job));
    this.#options.onRecount([session.id]);
  }

  /** A session that this registration ended: its jobs go to others now, without waiting for the lease. */
  #replace({ replacedSessionId, epoch }: Registered): void {
    if (replacedSessionId === null) return;
    const { sessions, endSession, nudges, logger } = this.#options;
    const old = sessions.get(replacedSessionId);
    if (old === undefined) {
      nudges.send({ kind: "session_replaced", sessionId: replacedSessionId, epoch });
    } else {
      old.stream?.end(new MusterError("SESSION_REPLACED", "a newer process registered under this worker id"));
      void endSession.end(old, "replaced");
    }
    endSession.takeJobsOf([replacedSessionId], "replaced").catch((error: unknown) => {
      logger.warn({ sessionId: replacedSessionId, error }, "session.replace_failed");
    });
  }

  #held(job: SessionJob): Held {
    return {
      jobId: job.ref.jobId,
      publicId: formatId(job.ref.jobId, job.createdMs),
      leaseEpoch: job.ref.leaseEpoch,
      attempt: job.attempt,
      queueId: job.queueId,
      bytes: job.payloadBytes,
      dependents: job.dependents,
    };
  }

  /** What became of the jobs the worker holds. Those that are not listed are kept. */
  async #verdicts(hello: HelloInput, registered: Registered): Promise<ReconcileVerdict[]> {
    const held = new Map(registered.held.map((job) => [job.ref.jobId, job.ref.leaseEpoch]));
    const gone = hello.inFlight.filter((job) => held.get(job.ref.jobId) !== job.ref.leaseEpoch);
    const pending = gone.filter((job) => job.state === "result_pending");
    const judged = await this.#options.store.judge(
      pending.map((job) => ({ ref: job.ref, kind: "succeeded" as const, output: null })),
    );
    const verdicts: ReconcileVerdict[] = [];
    for (const job of hello.inFlight) {
      const kept = held.get(job.ref.jobId) === job.ref.leaseEpoch;
      if (kept && job.state !== "result_pending") continue;
      const disposition = judged[pending.indexOf(job)];
      const committed = disposition === "duplicate" || disposition === "conflict";
      const action = kept
        ? "resend_result"
        : committed
          ? "already_committed"
          : job.state === "result_pending"
            ? "resend_result"
            : "revoked";
      verdicts.push({ publicId: job.publicId, ref: job.ref, attempt: job.attempt, action });
    }
    return verdicts;
  }
}

const STARTED = { started: true, fraction: 0, note: "", checkpoint: null } as const;

function tokenText(hello: HelloInput, sessionId: number): string {
  return [hello.namespace, hello.workerId, hello.instanceId, sessionId].join("\n");
}
