/**
 * Gives ready jobs to sessions: claims in grouped statements, and pushes what was claimed after the commit. The one
 * verb that turns a hint into an assignment; the dispatcher decides which hint goes to which session.
 */
import { MusterError } from "../core/errors.js";
import { failpoints } from "../core/failpoints.js";
import type { Assignment } from "../core/job.js";
import type { Metrics } from "../core/metrics.js";
import type { Logger, ReadyHint } from "../core/ports.js";
import type { ChangedJob } from "../core/settlement.js";
import type { Claimed, ClaimRequest, Store } from "../core/store.js";
import { claimUnderLimits, type ClaimUnderLimitsOptions } from "./claim-under-limits.js";
import type { DatabaseClock } from "./database-clock.js";
import { type Committed, GroupCommit, type Lanes } from "./group-commit.js";
import type { LiveSession } from "./live-session.js";
import type { QueueDirectory } from "./queue-directory.js";

/** One hint for one session; its credit is reserved. */
export interface Match {
  readonly hint: ReadyHint;
  readonly queueId: number;
  readonly session: LiveSession;
}

/** A session's credit, reserved for this job. */
export interface Reserved {
  readonly hint: Pick<ReadyHint, "jobId">;
  readonly queueId: number;
  readonly session: LiveSession;
}

export interface AssignOptions extends ClaimUnderLimitsOptions {
  readonly store: Pick<Store, "claim">;
  readonly queues: QueueDirectory;
  readonly databaseClock: DatabaseClock;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly lanes: Lanes;
  /** Jobs that were asked for, not claimed, and are still ready. */
  readonly onStillReady: (jobs: readonly ChangedJob[]) => void;
  /** The claim failed; nothing is known to be claimed. `uncertain`: it may have been committed. */
  readonly onFailed: (matches: readonly Match[], uncertain: boolean) => void;
  /** Jobs of a queue were handed to streams; `bytes` of what they carry together. */
  readonly onPushed: (queueId: number, jobs: number, bytes: number) => void;
  /** Credit of these sessions changed. */
  readonly onCredit: (sessions: Iterable<LiveSession>) => void;
}

const CLAIM_BATCH_MAX = 500;

export class Assign {
  readonly #options: AssignOptions;
  readonly #lane: GroupCommit<readonly Match[], void>;
  /** Of queues under limits, whose claims cost more: nobody else waits behind them. */
  readonly #limitedLane: GroupCommit<readonly Match[], void>;

  constructor(options: AssignOptions) {
    this.#options = options;
    this.#lane = this.#grouped(async (matches, committed) => {
      await this.#claim(matches, (requests) => options.store.claim(requests), committed);
    });
    this.#limitedLane = this.#grouped(async (matches) => {
      for (const queueId of new Set(matches.map((match) => match.queueId))) {
        const own = matches.filter((match) => match.queueId === queueId);
        await this.#claim(own, (requests) => claimUnderLimits(options, queueId, requests));
      }
    });
  }

  #grouped(
    claim: (matches: readonly Match[], committed: Committed) => Promise<void>,
  ): GroupCommit<readonly Match[], void> {
    const { lanes, metrics } = this.#options;
    return new GroupCommit<readonly Match[], void>({
      lanes,
      weightMax: CLAIM_BATCH_MAX,
      weightOf: (matches) => matches.length,
      flush: async (groups, committed) => {
        await claim(groups.flat(), committed);
        return [];
      },
      onFlushed: (groups, seconds) => metrics.flushed("claim", groups.flat().length, seconds),
    });
  }

  /**
   * Resolves when the claim is decided and what was claimed has been handed to the streams. Never rejects.
   * @param matches of one queue
   */
  async assign(matches: readonly Match[]): Promise<void> {
    const isLimited = this.#options.queues.isLimited(matches[0]?.queueId ?? 0);
    const lane = isLimited ? this.#limitedLane : this.#lane;
    for (let at = 0; at < matches.length; at += CLAIM_BATCH_MAX) {
      await lane.add(
        at === 0 && matches.length <= CLAIM_BATCH_MAX ? matches : matches.slice(at, at + CLAIM_BATCH_MAX),
      );
    }
  }

  async #claim(
    matches: readonly Match[],
    claim: (requests: readonly ClaimRequest[]) => Promise<Claimed>,
    committed?: Committed,
  ): Promise<void> {
    let claimed: Claimed;
    try {
      claimed = await claim(
        matches.map(({ hint, session }) => ({
          jobId: hint.jobId,
          sessionId: session.id,
          epoch: session.epoch,
        })),
      );
      if (failpoints.reach !== null) await failpoints.reach("claim.committed");
      await committed?.();
    } catch (error) {
      this.#fail(matches, error);
      return;
    }
    this.push(matches, claimed.assignments);
    const missed = matches.length - claimed.assignments.length;
    if (missed > 0) {
      this.#options.metrics.hintsMissed({
        returned: claimed.stillReady.length,
        stale: missed - claimed.stillReady.length,
      });
    }
    if (claimed.stillReady.length === 0) return;
    this.#options.queues.learn(claimed.stillReady);
    this.#options.onStillReady(claimed.stillReady);
  }

  /**
   * What was committed goes to the streams, to each session in the order of the matches, which is the order of urgency;
   * the store answers in the order of ids. The credit of the other matches is free again.
   */
  push(matches: readonly Reserved[], assignments: readonly Assignment[]): void {
    const given = new Map(assignments.map((assignment) => [assignment.jobId, assignment]));
    const bySession = new Map<LiveSession, Assignment[]>();
    for (const { hint, queueId, session } of matches) {
      const assignment = given.get(hint.jobId);
      // A session that ended meanwhile gave its jobs back when it ended, those under way included.
      if (assignment === undefined || session.state === "over") {
        session.unreserve(hint.jobId, queueId);
        continue;
      }
      session.hold({
        jobId: assignment.jobId,
        publicId: assignment.publicId,
        leaseEpoch: assignment.leaseEpoch,
        attempt: assignment.attempt,
        queueId: assignment.queueId,
        bytes: bytesOf(assignment),
        dependents: assignment.dependents,
      });
      const list = bySession.get(session);
      if (list === undefined) bySession.set(session, [assignment]);
      else list.push(assignment);
    }
    for (const [session, list] of bySession) session.stream?.assign(list);
    this.#measure(assignments);
    this.#options.onCredit(new Set(matches.map((match) => match.session)));
  }

  #measure(assignments: readonly Assignment[]): void {
    const nowMs = this.#options.databaseClock.nowMs();
    const perQueue = new Map<number, { jobs: number; bytes: number }>();
    for (const assignment of assignments) {
      const { queueId, readyAtMs } = assignment;
      this.#options.metrics.pushed(Math.max(0, nowMs - readyAtMs) / 1000);
      let sums = perQueue.get(queueId);
      if (sums === undefined) perQueue.set(queueId, (sums = { jobs: 0, bytes: 0 }));
      sums.jobs++;
      sums.bytes += bytesOf(assignment);
    }
    for (const [queueId, { jobs, bytes }] of perQueue) {
      this.#options.onPushed(queueId, jobs, bytes);
      const queue = this.#options.queues.byId(queueId);
      if (queue !== undefined) this.#options.metrics.assigned(queue, jobs);
    }
  }

  #fail(matches: readonly Match[], error: unknown): void {
    for (const { hint, queueId, session } of matches) session.unreserve(hint.jobId, queueId);
    const uncertain = error instanceof MusterError && error.code === "OUTCOME_UNKNOWN";
    const away = error instanceof MusterError && (uncertain || error.code === "STORE_DOWN");
    this.#options.logger[away ? "warn" : "error"]({ jobs: matches.length, error }, "claim.failed");
    this.#options.onFailed(matches, uncertain);
    // After the claims were paused: whoever had no credit but what is free again now would not be seen otherwise.
    this.#options.onCredit(new Set(matches.map((match) => match.session)));
  }
}

/** What it carries inline. Outputs of parents are mostly more than the payload. */
function bytesOf({ payload, checkpoint, parents }: Assignment): number {
  let bytes = (payload?.body?.length ?? 0) + (checkpoint?.body?.length ?? 0);
  for (const { output } of parents) bytes += output?.body?.length ?? 0;
  return bytes;
}
