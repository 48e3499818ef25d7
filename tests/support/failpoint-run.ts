/**
 * One failpoint and one thing that happens there, to a real server under load: the server dies, or one path of it
 * waits for 3 s, while a second replica goes on. Afterwards everything must have ended and all witnesses agree.
 */
import { Redis } from "ioredis";
import type { Failpoint } from "../../server/core/failpoints.js";
import { Client } from "../../worker-sdk/typescript/index.js";
import { eventually } from "./eventually.js";
import { SCENES, type Ground } from "./failpoint-scenes.js";
import { Load } from "./fault-load.js";
import { verdict, type Verdict } from "./fault-verdict.js";
import { type RecordedWorker, startRecordedWorker, targetOf } from "./fault-workers.js";
import { FaultWorld, type Replica, type Settings } from "./fault-world.js";
import type { WorkerRecord } from "./history.js";

export const FAILPOINT_ACTIONS = ["crash", "pause:3000"] as const;
export type FailpointAction = (typeof FAILPOINT_ACTIONS)[number];

export interface FailpointOutcome extends Verdict {
  /** Jobs that had not ended when the point was reached. */
  readonly inFlight: number;
}

const SETTINGS: Settings = {
  MUSTER_HEARTBEAT_INTERVAL_MS: "500",
  MUSTER_LEASE_TTL_MS: "4000",
  MUSTER_RESUME_GRACE_MS: "300",
  MUSTER_RESCUE_INTERVAL_MS: "200",
  MUSTER_RECONCILE_INTERVAL_MS: "500",
  MUSTER_SCHEDULER_INTERVAL_MS: "100",
  MUSTER_MAX_LOSSES: "1000",
};
const REACHED_MS = 90_000;
const DRAIN_MS = 90_000;
const WORKER_SLOTS = 4;
const LONG_JOBS = 3;
const LONG_MS = 2_500;

export function openFailpointWorld(): Promise<FaultWorld> {
  return FaultWorld.open(SETTINGS);
}

export async function runFailpoint(
  world: FaultWorld,
  point: Failpoint,
  action: FailpointAction,
): Promise<FailpointOutcome> {
  await world.renew();
  const { pass = 1, settings = {}, push } = SCENES[point];
  const armed = { ...settings, MUSTER_FAILPOINTS: `${point}=${action}@${pass}` };
  const [first, second] = await Promise.all([
    world.startReplica({ settings: armed }),
    world.startReplica({ settings }),
  ]);
  // It must not come before the first at what both do; it goes on when the first is dead or waits.
  await second.process.kill("SIGSTOP");
  const addresses = [first.address, second.address];
  const records: WorkerRecord[] = [];
  const proxy = await world.proxyTo(first.port);
  const startWorker = async (id: string, nearest = first.address): Promise<RecordedWorker> => {
    const worker = await startRecordedWorker(
      { records },
      { id, addresses: [nearest, ...addresses.slice(1)], concurrency: WORKER_SLOTS },
    );
    workers.push(worker);
    return worker;
  };
  const workers: RecordedWorker[] = [];
  const client = new Client({ address: targetOf(addresses), deadlineMs: 20_000 });
  const redis = new Redis(world.redis.url);
  const load = new Load({ addresses, jobsPerSecond: 30, runtimeMs: 40, graphs: true, failures: true });
  const ground: Ground = {
    client,
    load,
    redis,
    prefix: world.prefix,
    workers,
    proxy,
    startWorker,
    answers: [],
  };
  const pushing: Promise<unknown>[] = [];
  const running = (): number => workers.reduce((sum, { worker }) => sum + worker.running, 0);
  try {
    await startWorker("w1", `127.0.0.1:${proxy.port}`);
    await startWorker("w2");
    // Work that is in flight whatever comes: it must be carried over, not begun again.
    await load.submit(LONG_JOBS, LONG_MS);
    await eventually(() => running() === LONG_JOBS || hasReached(first, point), REACHED_MS);
    load.start();
    const acked = (): number => records.filter(({ event }) => event === "ack").length;
    if (push !== undefined) {
      await eventually(() => acked() > 5 || hasReached(first, point), REACHED_MS);
      // It may wait for the very server that dies, so nobody waits for it before the second one is there.
      const pushed = push(ground);
      pushed.catch(() => undefined); // heard at the end
      pushing.push(pushed);
    }
    await eventually(() => hasReached(first, point), REACHED_MS);
    const inFlight = await world.count("from jobs where state < 4");
    await second.process.kill("SIGCONT");
    if (action === "crash") await first.process.ended;
    else await eventually(() => hasPassed(first, point), REACHED_MS);
    proxy.pass();
    await Promise.all([...pushing, load.stop()]);
    const evidence = { loads: [load], records, client: ground.answers, drainWithinMs: DRAIN_MS };
    return { ...(await verdict(world, evidence)), inFlight };
  } finally {
    proxy.pass();
    await second.process.kill("SIGCONT");
    await load.stop();
    await Promise.all(workers.map((worker) => worker.stop()));
    await Promise.allSettled(pushing);
    client.close();
    redis.disconnect();
  }
}

function hasReached(replica: Replica, point: Failpoint): boolean {
  return says(replica, "failpoint.reached", point);
}

function hasPassed(replica: Replica, point: Failpoint): boolean {
  return says(replica, "failpoint.passed", point);
}

function says({ process }: Replica, event: string, point: Failpoint): boolean {
  return process.stderr.some((line) => line.includes(`"msg":"${event}"`) && line.includes(`"${point}"`));
}
