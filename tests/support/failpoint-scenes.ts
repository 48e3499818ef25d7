/**
 * What has to happen so that a server reaches each failpoint while work is in flight. Most are reached by the load
 * alone, at a pass when it is under way; the others need a push. A failpoint without a scene does not compile.
 */
import type { Redis } from "ioredis";
import type { Failpoint } from "../../server/core/failpoints.js";
import { type Client, MusterClientError } from "../../worker-sdk/typescript/index.js";
import { eventually } from "./eventually.js";
import { holdFor } from "./fault-time.js";
import type { Load } from "./fault-load.js";
import type { RecordedWorker } from "./fault-workers.js";
import type { Settings } from "./fault-world.js";
import type { ClientRecord } from "./history.js";
import type { FaultProxy } from "./proxy.js";

/** What a push may use. */
export interface Ground {
  readonly client: Client;
  readonly load: Load;
  readonly redis: Redis;
  /** Of the Redis keys. */
  readonly prefix: string;
  /** The first is behind `proxy`. */
  readonly workers: readonly RecordedWorker[];
  readonly proxy: FaultProxy;
  readonly startWorker: (id: string) => Promise<RecordedWorker>;
  readonly answers: ClientRecord[];
}

export interface Scene {
  /** At which pass it acts; default 1. */
  readonly pass?: number;
  readonly settings?: Settings;
  /** Called once, when the load is under way. */
  readonly push?: (ground: Ground) => Promise<void>;
}

const burst = async ({ load }: Ground): Promise<void> => void (await load.submit(40, 60));

const RAISED = 6;

/** More than fits: their hints have to wait in the ready queue. */
const bursts = async ({ load }: Ground): Promise<void> => {
  for (let n = 0; n < 5; n++) await load.submit(12, 60);
};

/** What the first worker runs is lost with its stream. */
const cutOff = async (ground: Ground): Promise<void> => {
  await burst(ground);
  ground.proxy.refuse();
};

async function cancelSome(ground: Ground): Promise<void> {
  const ids = await ground.load.submit(24, 500);
  for (const id of ids.slice(0, 12)) {
    const answer = await ground.client.cancel(id).catch(unlessAway);
    if (answer?.state === "cancelled")
      ground.answers.push({ kind: "cancelled", atMs: performance.timeOrigin + performance.now(), jobId: id });
  }
}

async function retryOne({ load, client, answers }: Ground): Promise<void> {
  const id = await load.submitOne({ maxAttempts: 1 }, { runtimeMs: 10, failures: 1 });
  if (id === null) return;
  await eventually(async () => (await client.get(id)).state === "dead", 60_000);
  // Recorded whatever the answer: it may be lost, and the new generation there all the same.
  answers.push({ kind: "retried", atMs: performance.timeOrigin + performance.now(), jobId: id });
  await client.retry(id).catch(unlessAway);
}

/** A dependent raises its parent, which waits behind others, and is cancelled. */
async function raiseAndLower(ground: Ground): Promise<void> {
  const { load, client } = ground;
  await burst(ground);
  // Again and again: on a slow machine a parent may have ended before its child was there to be cancelled.
  for (let n = 0; n < RAISED; n++) {
    const parent = await load.submitOne({ priority: -5 }, { runtimeMs: 1_500 });
    if (parent === null) continue;
    const child = await load.submitOne({ priority: 1 }, { runtimeMs: 10, parent });
    if (child !== null) await client.cancel(child).catch(unlessAway);
  }
}

/** Of jobs that wait: an answer to a submission may come before its hints are put. */
async function hintsLost(ground: Ground, lost: readonly string[]): Promise<void> {
  const { load, redis } = ground;
  await load.submit(80, 60);
  await eventually(async () => {
    const depths = await Promise.all(keys(ground).map((key) => redis.zcard(key)));
    return Math.max(...depths) > 8;
  }, 5_000).catch(() => undefined); // the point was reached meanwhile, and the jobs ended elsewhere
  await redis.del([...lost]);
}

function keys({ prefix }: Ground): string[] {
  return ["high", "medium", "low"].map((level) => `${prefix}:{default/default}:ready:${level}`);
}

export const SCENES: Readonly<Record<Failpoint, Scene>> = {
  // The first passes of some of these bring about what is in flight.
  "submit.committed": { pass: 4 },
  "submit.linked_committed": { pass: 3 },
  "submit.assigned": {
    pass: 4,
    // One at a time, while nothing waits.
    push: async ({ load }) => {
      for (let n = 0; n < 12; n++) await load.submitOne({}, { runtimeMs: 1 });
    },
  },
  "put.due": { pass: 3, push: bursts },
  "take.taken": { pass: 3, push: bursts },
  "claim.committed": { pass: 4 },
  "finish.committed": { pass: 2 },
  "finish.cascaded": {},
  "settle.locked": {},
  "settle.applied": {},
  "giveback.committed": { push: cutOff },
  "register.committed": { pass: 3, push: async ({ startWorker }) => void (await startWorker("w3")) },
  "register.resumed": {
    settings: { MUSTER_RESUME_GRACE_MS: "4000" },
    push: async ({ proxy }) => {
      proxy.reset();
      return Promise.resolve();
    },
  },
  "renew.committed": { pass: 3 },
  "drain.committed": { push: async ({ workers }) => workers[1]?.worker.drain({ mode: "finish_running" }) },
  "session.ended": { push: cutOff },
  // Its stream is lost before its lease is; only a long grace leaves it to the lease.
  "rescue.expired": {
    settings: {
      MUSTER_LEASE_TTL_MS: "3000",
      MUSTER_HEARTBEAT_INTERVAL_MS: "1000",
      MUSTER_RESUME_GRACE_MS: "3000",
      MUSTER_RESCUE_INTERVAL_MS: "50",
    },
    // Right after a heartbeat the grace ends first; not twice.
    push: async (ground) => {
      await cutOff(ground);
      await holdFor(4_000);
      ground.proxy.pass();
      await holdFor(1_500);
      await cutOff(ground);
    },
  },
  "promote.committed": {},
  "cancel.committed": { pass: 2, push: cancelSome },
  "orders.carried_out": { push: cancelSome },
  "retry.committed": { push: retryOne },
  "lower.committed": { push: raiseAndLower },
  "reconcile.missing": { push: (ground) => hintsLost(ground, keys(ground)) },
  "refill.page": { push: (ground) => hintsLost(ground, [...keys(ground), `${ground.prefix}:sentinel`]) },
};

/** The server that was asked may be the one that dies. */
function unlessAway(error: unknown): null {
  if (
    error instanceof MusterClientError &&
    ["UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED"].includes(error.grpcStatus)
  )
    return null;
  throw error;
}
