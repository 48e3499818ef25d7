/**
 * The dispatcher with what stands before it: the gate for jobs with concurrency keys, and the rooms of queues with
 * limits. Put together here because each calls the next; coordination.ts starts them and hands them their hooks.
 */
import type { Hooks, VerbParts } from "../coordinator/verbs.js";
import type { ReadyQueue } from "../core/ports.js";
import { Dispatcher } from "./dispatcher.js";
import { LimitGate } from "./limit-gate.js";
import { peekReady } from "./peek-ready.js";
import { QueueRooms } from "./queue-rooms.js";

export interface Dispatch {
  readonly dispatcher: Dispatcher;
  readonly gate: LimitGate;
  readonly rooms: QueueRooms;
}

export function createDispatch(
  parts: Omit<VerbParts, "sessions" | "databaseClock"> & { readonly readyQueue: ReadyQueue },
  pollIntervalMs: number,
): Dispatch {
  const rooms = new QueueRooms(parts);
  const gate = new LimitGate({
    ...parts,
    rooms,
    ready: {
      offer: (jobs) => dispatcher.offer(jobs),
      putBack: (jobs) => dispatcher.putBack(jobs),
      giveBack: (jobs) => dispatcher.giveBack(jobs),
    },
    isInHand: (jobId) => dispatcher.isInHand(jobId),
  });
  const store = { peekReady: peekReady(parts.store, gate) };
  const dispatcher = new Dispatcher({ ...parts, store, rooms, pollIntervalMs });
  return { dispatcher, gate, rooms };
}

/** What the verbs hand over to them. */
export function dispatchHooks({ dispatcher, gate, rooms }: Dispatch) {
  return {
    offer: (jobs) => gate.offer(jobs),
    putBack: (jobs) => gate.putBack(jobs),
    giveBack: (jobs) => gate.giveBack(jobs),
    freed: (jobIds) => gate.freed(jobIds),
    heldByKey: (jobs) => gate.look(jobs),
    room: (queueId, room) => rooms.told(queueId, room),
    claimFailed: (matches) => dispatcher.claimFailed(matches),
    pushed: (queueId, jobs, bytes) => dispatcher.pushed(queueId, jobs, bytes),
    sessionChanged: (session) => dispatcher.sessionChanged(session),
    removeSession: (session) => dispatcher.removeSession(session),
    reserve: (jobs) => dispatcher.reserve(jobs),
    written: (matches) => dispatcher.written(matches),
    offerSeats: (queueId, max) => dispatcher.offerSeats(queueId, max),
  } satisfies Partial<Hooks>;
}
