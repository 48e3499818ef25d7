/**
 * The life of one worker session as the replica that holds its stream sees it: every state, and every move
 * between them (docs/protocol.md, session state machine). The session outlives its stream: a lost stream only
 * detaches it, and its jobs stay with it until it resumes or its lease runs out. What the database says wins over
 * this; the rpc layer and the coordinator move it, and nothing else may.
 */
import type { WorkerState } from "./operations.js";

export const SESSION_STATES = [
  "connected", // the stream is open, its metadata not checked yet
  "await_hello",
  "registering", // a valid Hello is in the registration transaction, or its Welcome is not written yet
  "active",
  "worker_draining", // the worker asked: no more jobs, ends when all results are acknowledged
  "server_draining", // the server asked: shutdown, rebalance, age; the session will go on elsewhere
  "detached", // the stream is gone, the lease is not
  "expired",
  "replaced",
  "fenced",
  "closed",
] as const;
export type SessionState = (typeof SESSION_STATES)[number];

export type SessionEvent =
  | "authenticated"
  | "refused" // bad credentials, a bad Hello, no version in common, a failed registration, too many sessions
  | "hello"
  | "hello_timeout"
  | "welcomed" // the rows are committed, Welcome and the reconcile batches are written
  | "drain_requested"
  | "server_drain"
  | "drained" // half-closed with nothing in flight
  | "close_after" // the time of a server drain is over
  | "stream_lost"
  | "resumed" // a Hello with this session's resume token, from the same process
  | "newer_hello" // another process under the same worker id, or the same one on a new stream
  | "lease_over" // nobody extended the lease: its jobs go to others
  | "fence"; // the worker does not read, or the lease cannot be extended: the socket is destroyed

/** Every legal move of a session. A pair that is not here cannot happen. */
export const SESSION_MOVES = {
  connected: { authenticated: "await_hello", refused: "closed", stream_lost: "closed" },
  await_hello: { hello: "registering", refused: "closed", hello_timeout: "closed", stream_lost: "closed" },
  // A stream that is lost here may have its rows committed all the same; the lease ends them.
  registering: {
    welcomed: "active",
    refused: "closed",
    stream_lost: "detached",
    newer_hello: "replaced",
    fence: "fenced",
  },
  active: {
    drain_requested: "worker_draining",
    server_drain: "server_draining",
    stream_lost: "detached",
    newer_hello: "replaced",
    lease_over: "expired",
    fence: "fenced",
  },
  worker_draining: {
    drained: "closed",
    server_drain: "server_draining",
    stream_lost: "detached",
    newer_hello: "replaced",
    lease_over: "expired",
    fence: "fenced",
  },
  // The worker opens its next stream before it leaves this one: a resume elsewhere does not end this stream, which
  // stays readable for results until the worker closes it.
  server_draining: {
    drain_requested: "server_draining",
    resumed: "server_draining",
    drained: "closed",
    close_after: "detached",
    stream_lost: "detached",
    newer_hello: "replaced",
    lease_over: "expired",
    fence: "fenced",
  },
  detached: { resumed: "registering", newer_hello: "replaced", lease_over: "expired" },
  expired: {},
  replaced: {},
  fenced: {},
  closed: {},
} as const satisfies Record<SessionState, Partial<Record<SessionEvent, SessionState>>>;

/** Where `event` takes a session in `state`, or null when the move is illegal. */
export function moveSession(state: SessionState, event: SessionEvent): SessionState | null {
  return (SESSION_MOVES[state] as Partial<Record<SessionEvent, SessionState>>)[event] ?? null;
}

/** Nothing can follow. */
export function isSessionOver(state: SessionState): boolean {
  return Object.keys(SESSION_MOVES[state]).length === 0;
}

/** Jobs are claimed for a session in this one state only. */
export function mayBeAssigned(state: SessionState): boolean {
  return state === "active";
}

/** The word that people and programs see; null while there is no row to show. */
export const WORKER_STATE_OF = {
  connected: null,
  await_hello: null,
  registering: null,
  active: "online",
  worker_draining: "draining",
  server_draining: "draining",
  detached: "suspect",
  expired: "lost",
  replaced: "offline",
  fenced: "lost",
  closed: "offline",
} as const satisfies Record<SessionState, WorkerState | null>;
