/**
 * What a worker's stream may do with its session after registration: heartbeat, flow, progress, results, release,
 * drain, and the end of the stream. Each handle belongs to one stream; after a resume the old stream's handle can
 * still deliver results, and changes nothing else.
 */
import { failpoints } from "../core/failpoints.js";
import type { JobRef, Result, Verdict } from "../core/job.js";
import type { Logger } from "../core/ports.js";
import type { ReleaseItem, SessionHandle, SessionStream } from "../core/sessions.js";
import type { Store } from "../core/store.js";
import type { EndSession } from "./end-session.js";
import type { Finish } from "./finish.js";
import type { GiveBack } from "./give-back.js";
import type { Lead } from "./hand-over.js";
import { liveSubscriptions, type Held, type LiveSession } from "./live-session.js";
import type { LiveSessions } from "./live-sessions.js";
import type { Progress } from "./progress.js";
import type { QueueDirectory } from "./queue-directory.js";
import type { Renew } from "./renew.js";
import type { ResumeGrace } from "./resume-grace.js";

export interface SessionHandlesOptions {
  readonly store: Pick<Store, "markDraining">;
  readonly sessions: LiveSessions;
  readonly queues: QueueDirectory;
  readonly finish: Finish;
  readonly giveBack: GiveBack;
  readonly endSession: EndSession;
  readonly renew: Renew;
  readonly progress: Progress;
  readonly logger: Logger;
  readonly grace: ResumeGrace;
  /** Credit, state or subscriptions of the session changed. */
  readonly onChanged: (session: LiveSession) => void;
  /** It gets nothing more here. */
  readonly onOver: (session: LiveSession) => void;
}

export class SessionHandles {
  readonly #options: SessionHandlesOptions;

  constructor(options: SessionHandlesOptions) {
    this.#options = options;
  }

  handle(session: LiveSession, stream: SessionStream): SessionHandle {
    this.#options.grace.end(session);
    const isCurrent = (): boolean => session.stream === stream && session.state !== "over";
    return {
      activate: () => {
        if (!isCurrent()) return;
        session.state = "active";
        stream.onWritable(() => this.#options.onChanged(session));
        this.#options.onChanged(session);
      },
      heartbeat: async (report) => {
        session.load = report.load;
        const alive = await this.#options.renew.renew({
          sessionId: session.id,
          epoch: session.epoch,
          inFlight: session.held.size,
          load: report.load,
        });
        if (!alive && isCurrent()) void this.#options.endSession.end(session, "lease_expired");
        return alive;
      },
      updateFlow: (flow) => {
        if (isCurrent()) this.#updateFlow(session, flow);
      },
      progress: (items) => this.#options.progress.report(items),
      results: (results) => this.#results(session, results),
      release: (items) => this.#release(items),
      drain: () => this.#drain(session, isCurrent),
      streamEnded: (how) => {
        if (isCurrent()) this.#streamEnded(session, how);
      },
    };
  }

  /** Jobs that a resumed worker does not know of. */
  giveUndelivered(held: readonly Held[]): void {
    const items = held.map(({ jobId, leaseEpoch }) => ({
      ref: { jobId, leaseEpoch },
      how: "undelivered" as const,
      delayMs: 0,
    }));
    this.#options.giveBack.giveBack(items, "undelivered").catch((error: unknown) => {
      this.#options.logger.warn({ jobs: items.length, error }, "session.give_undelivered_failed");
    });
  }

  /**
   * Another replica has the session now. Nothing ends: the old stream may still deliver results until the worker
   * closes it, and gets no more jobs.
   */
  handOver(session: LiveSession): void {
    this.#options.grace.end(session);
    session.state = "over";
    this.#options.onOver(session);
    this.#options.sessions.remove(session);
  }

  #updateFlow(session: LiveSession, flow: Parameters<SessionHandle["updateFlow"]>[0]): void {
    if (!session.setWindow(flow.maxInFlight, flow.maxInFlightBytes, flow.generation)) return;
    if (flow.subscriptions.length === 0) {
      this.#options.onChanged(session);
      return;
    }
    const names = flow.subscriptions.map((subscription) => subscription.queue);
    this.#options.queues
      .resolve(session.namespace, names)
      .then((queues) => {
        session.replaceSubscriptions(
          liveSubscriptions(flow.subscriptions, (queue) => queues.get(queue)?.id as number),
        );
        this.#options.onChanged(session);
      })
      .catch((error: unknown) =>
        this.#options.logger.warn({ sessionId: session.id, error }, "session.subscribe_failed"),
      );
  }

  async #results(session: LiveSession, results: readonly Result[]): Promise<readonly Verdict[]> {
    const failed = results.filter(({ outcome }) => outcome.kind !== "succeeded");
    if (failed.length > 0)
      await this.#options.progress.checkpointsWritten(failed.map((result) => result.ref));
    const verdicts = await this.#options.finish.finish(results, leadsOf(results, session));
    this.#settled(
      verdicts.filter((verdict) => verdict.disposition !== "unknown_job").map((verdict) => verdict.ref),
      session,
    );
    return verdicts;
  }

  async #release(items: readonly ReleaseItem[]): Promise<void> {
    await this.#options.progress.checkpointsWritten(items.map((item) => item.ref));
    await this.#options.giveBack.giveBack(
      items.map(({ ref, reason, delayMs }) => ({ ref, how: "released" as const, why: reason, delayMs })),
      null,
    );
  }

  #settled(refs: readonly JobRef[], reporter: LiveSession): void {
    for (const session of this.#options.sessions.settled(refs, reporter)) this.#options.onChanged(session);
  }

  async #drain(session: LiveSession, isCurrent: () => boolean): Promise<void> {
    if (isCurrent() && session.state === "active") {
      session.state = "draining";
      this.#options.onChanged(session);
      await this.#options.store.markDraining([session.id]);
      if (failpoints.reach !== null) await failpoints.reach("drain.committed");
    }
    await session.claimsDone();
  }

  #streamEnded(session: LiveSession, how: "clean" | "lost"): void {
    session.unsent.clear();
    for (const { jobId } of session.stream?.unsent() ?? []) session.unsent.add(jobId);
    session.stream = null;
    if (how === "clean") {
      void this.#options.endSession.end(session, "left");
      return;
    }
    session.state = "detached";
    this.#options.onChanged(session);
    this.#options.logger.info({ sessionId: session.id, jobs: session.held.size }, "session.detached");
    this.#options.grace.begin(session);
  }
}

/** Those that may release dependents, as far as this replica knows. */
function leadsOf(results: readonly Result[], { held }: LiveSession): Lead[] {
  const leads: Lead[] = [];
  for (const { ref, outcome } of results) {
    const job = held.get(ref.jobId);
    if (job === undefined || job.dependents === 0 || outcome.kind !== "succeeded") continue;
    leads.push({ jobId: ref.jobId, queueId: job.queueId, dependents: job.dependents });
  }
  return leads;
}
