/**
 * The verbs of the coordinator, put together over ports: which one calls which, in one place. The services that
 * they hand work to come in as `Hooks`. Knows no adapter.
 */
import type { JobRef } from "../core/job.js";
import type { LimitStore, QueueRoom } from "../core/limit-store.js";
import type { Metrics } from "../core/metrics.js";
import type { Clock, Logger, Nudges } from "../core/ports.js";
import type { ChangedJob } from "../core/settlement.js";
import type { Store } from "../core/store.js";
import type { SubmissionLimits } from "../core/submission-limits.js";
import { Aftermath } from "./aftermath.js";
import { Assign, type Match } from "./assign.js";
import { Cancel } from "./cancel.js";
import type { DatabaseClock } from "./database-clock.js";
import { EndSession } from "./end-session.js";
import { EnforceDeadlines } from "./enforce-deadlines.js";
import { Finish } from "./finish.js";
import { GiveBack } from "./give-back.js";
import { HandOver, type SeatOffer } from "./hand-over.js";
import type { Lanes } from "./group-commit.js";
import { Insert } from "./insert.js";
import type { LiveSession } from "./live-session.js";
import type { LiveSessions } from "./live-sessions.js";
import { Progress } from "./progress.js";
import type { QueueDirectory } from "./queue-directory.js";
import { Register } from "./register.js";
import { Registrations } from "./registrations.js";
import { Renew } from "./renew.js";
import { ResumeGrace } from "./resume-grace.js";
import { Retry } from "./retry.js";
import { SessionHandles } from "./session-handle.js";
import { Submit } from "./submit.js";

/** What the services take over from the verbs. */
export interface Hooks {
  /** Jobs that became ready. */
  offer(jobs: readonly ChangedJob[]): void;
  /** Ready jobs whose hints belong to another level now. */
  putBack(jobs: readonly ChangedJob[]): void;
  /** Ready jobs that a claim could not have. */
  giveBack(jobs: readonly ChangedJob[]): void;
  /** Jobs that a limit had counted and that run no longer. */
  freed(jobIds: readonly number[]): void;
  /** Ready jobs whose keys had no place for them. */
  heldByKey(jobs: readonly ChangedJob[]): void;
  /** What the limits of a queue leave after a claim. */
  room(queueId: number, room: QueueRoom): void;
  claimFailed(matches: readonly Match[]): void;
  /** Jobs of a queue went to streams, with so many bytes of payload together. */
  pushed(queueId: number, jobs: number, bytes: number): void;
  sessionChanged(session: LiveSession): void;
  removeSession(session: LiveSession): void;
  dueAt(dueMs: number): void;
  recount(sessionIds: readonly number[]): void;
  /** Postgres takes no renewals or no registrations. */
  leasesHeldUp(): void;
  ordered(sessionIds: readonly number[]): void;
  /** Sessions for jobs that are about to be written; their credit is reserved until `written`. */
  reserve(jobs: readonly ChangedJob[]): readonly Match[];
  written(matches: readonly Match[]): void;
  /** Seats for dependents that a finish under way may make ready. */
  offerSeats(queueId: number, max: number): SeatOffer;
  /** Jobs changed; watchers may want to know. */
  changed(jobIds: readonly number[]): void;
}

export interface VerbParts {
  readonly store: Store;
  readonly limitStore: LimitStore;
  readonly sessions: LiveSessions;
  readonly queues: QueueDirectory;
  readonly databaseClock: DatabaseClock;
  readonly nudges: Nudges;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Keyed hash of a text; the same on every replica. */
  readonly sign: (text: string) => Buffer;
  readonly hash: (parts: Iterable<string | Uint8Array>) => Buffer;
  readonly random01: () => number;
}

export interface VerbSettings {
  readonly serverId: string;
  readonly heartbeatIntervalMs: number;
  readonly leaseTtlMs: number;
  readonly resumeGraceMs: number;
  readonly maxSessionAgeMs: number;
  readonly maxLosses: number;
  readonly timeoutGraceMs: number;
  readonly submitBacklogJobsMax: number;
  readonly submissionLimits: SubmissionLimits;
  /** Writes of one kind under way at once: 2 over a network, 1 on a single embedded connection. */
  readonly lanes: Lanes;
}

export type Verbs = ReturnType<typeof createVerbs>;

export function createVerbs(parts: VerbParts, settings: VerbSettings, hooks: Hooks) {
  const { store, nudges, metrics, logger, sessions } = parts;
  const aftermath = new Aftermath({
    store,
    ready: hooks,
    logger,
    onScheduled: (dueMs) => hooks.dueAt(dueMs),
    onChanged: (jobIds) => hooks.changed(jobIds),
  });
  const onSettled = (refs: readonly JobRef[]): void => {
    for (const session of sessions.settled(refs, null)) hooks.sessionChanged(session);
  };
  const giveBack = new GiveBack({ store, aftermath, metrics, lossesMax: settings.maxLosses, onSettled });
  const assign = assignVerb(parts, settings, hooks);
  const handOver = new HandOver({
    offerSeats: (queueId, max) => hooks.offerSeats(queueId, max),
    push: (reserved, assignments) => assign.push(reserved, assignments),
    onCredit: (session) => hooks.sessionChanged(session),
    recount: (sessionIds) => hooks.recount(sessionIds),
  });
  const finish = new Finish({ ...parts, aftermath, handOver, lanes: settings.lanes });
  const onRemoved = (session: LiveSession): void => hooks.removeSession(session);
  const endSession = new EndSession({ store, sessions, giveBack, logger, onRemoved });
  const onOrders = (sessionIds: readonly number[]): void => {
    hooks.ordered(sessionIds);
    for (const sessionId of sessionIds) nudges.send({ kind: "session_orders", sessionId });
  };
  const cancel = new Cancel({ store, aftermath, onOrders, onSettled });
  const deadlines = new EnforceDeadlines({
    ...parts,
    aftermath,
    cancel,
    graceMs: settings.timeoutGraceMs,
    onOrders,
    onSettled,
  });
  const clock = parts.databaseClock;
  const insert = new Insert({
    ...parts,
    clock,
    aftermath,
    reserve: (jobs) => hooks.reserve(jobs),
    onWritten: (matches) => hooks.written(matches),
    push: (matches, assignments) => assign.push(matches, assignments),
    recount: (sessionIds) => hooks.recount(sessionIds),
  });
  return {
    aftermath,
    giveBack,
    finish,
    endSession,
    assign,
    submit: new Submit({
      ...parts,
      clock,
      insert,
      aftermath,
      limits: settings.submissionLimits,
      lanes: settings.lanes,
      backlogJobsMax: settings.submitBacklogJobsMax,
    }),
    cancel,
    deadlines,
    retry: new Retry({ store, aftermath, logger }),
    ...sessionVerbs(parts, settings, hooks, { finish, giveBack, endSession }),
  };
}

function assignVerb(parts: VerbParts, settings: VerbSettings, hooks: Hooks): Assign {
  return new Assign({
    ...parts,
    lanes: settings.lanes,
    onStillReady: (jobs) => hooks.giveBack(jobs),
    onHeldByKey: (jobs) => hooks.heldByKey(jobs),
    onRoom: (queueId, room) => hooks.room(queueId, room),
    onFailed: (matches, uncertain) => {
      hooks.claimFailed(matches);
      // A claim whose commit was cut off may have given these sessions jobs that nobody knows of.
      if (uncertain) hooks.recount([...new Set(matches.map((match) => match.session.id))]);
    },
    onPushed: (queueId, jobs, bytes) => hooks.pushed(queueId, jobs, bytes),
    onCredit: (touched) => {
      for (const session of touched) hooks.sessionChanged(session);
    },
  });
}

function sessionVerbs(
  parts: VerbParts,
  settings: VerbSettings,
  hooks: Hooks,
  verbs: { readonly finish: Finish; readonly giveBack: GiveBack; readonly endSession: EndSession },
) {
  const { store, metrics, logger } = parts;
  const monoMs = (): number => parts.clock.monoMs();
  const progress = new Progress({ store, logger });
  const onStoreAway = (): void => {
    grace.leasesHeldUp();
    hooks.leasesHeldUp();
  };
  const grace = new ResumeGrace({ ...parts, ...verbs, ...settings, monoMs });
  const handles = new SessionHandles({
    ...parts,
    ...verbs,
    grace,
    renew: new Renew({ store, metrics, leaseTtlMs: settings.leaseTtlMs, onStoreAway }),
    progress,
    onChanged: (session) => hooks.sessionChanged(session),
    onOver: (session) => hooks.removeSession(session),
  });
  const register = new Register({
    ...parts,
    registrations: new Registrations(store, settings.lanes),
    handles,
    progress,
    endSession: verbs.endSession,
    serverId: settings.serverId,
    monoMs,
    timing: {
      heartbeatIntervalMs: settings.heartbeatIntervalMs,
      leaseTtlMs: settings.leaseTtlMs,
      resumeGraceMs: settings.resumeGraceMs,
      maxSessionAgeMs: settings.maxSessionAgeMs,
    },
    onRecount: (ids) => hooks.recount(ids),
    onStoreAway,
  });
  return { grace, handles, register };
}
