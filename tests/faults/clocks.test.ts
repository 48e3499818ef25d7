/**
 * Wall clocks that are wrong by an hour, on a replica and on workers, and one that jumps by two hours while work is
 * under way. Nothing may come of it: what is due, over or late is decided by the clock of Postgres, and how long
 * something took by monotonic clocks. The skew is so far beyond every lease and timeout that any use would show.
 */
import { expect } from "chai";
import { join } from "node:path";
import { Client } from "../../worker-sdk/typescript/index.js";
import { eventually } from "../support/eventually.js";
import { note } from "../support/fault-figures.js";
import { Load } from "../support/fault-load.js";
import { verdict } from "../support/fault-verdict.js";
import { startRecordedWorker, startWorkerProcess } from "../support/fault-workers.js";
import { FaultWorld } from "../support/fault-world.js";
import { readWorkerLog, type WorkerRecord } from "../support/history.js";
import { SkewedClock } from "../support/skewed-clock.js";

const HOUR_S = 3_600;
const DRAIN_MS = 60_000;
const TIMEOUT_MS = 1_500;
const DELAY_MS = 4_000;

describe("clocks that are wrong", function () {
  this.timeout(180_000);
  let world: FaultWorld;

  before(async () => {
    world = await FaultWorld.open({ MUSTER_LEASE_TTL_MS: "60000" });
  });

  after(() => world.close());

  it("an hour fast or slow, and a jump of two hours: no lease lost, nothing early, late or out of order", async () => {
    const clock = new SkewedClock(join(world.directory, "replica.clock"), HOUR_S);
    const right = await world.startReplica();
    const wrong = await world.startReplica({ env: clock.env });
    const addresses = [wrong.address, right.address];
    const records: WorkerRecord[] = [];
    const worker = await startRecordedWorker({ records }, { id: "right", addresses, concurrency: 8 });
    const logs = [HOUR_S, -HOUR_S].map((skewS) => ({ skewS, file: join(world.directory, `${skewS}.jsonl`) }));
    const skewed = await Promise.all(
      logs.map(({ skewS, file }) => {
        const { env } = new SkewedClock(join(world.directory, `${skewS}.clock`), skewS);
        return startWorkerProcess({ id: `skewed${skewS}`, addresses, logFile: file, concurrency: 8, env });
      }),
    );
    /** Of all workers, on the right clock: their skews never change. */
    const history = (): WorkerRecord[] => [
      ...records,
      ...logs.flatMap(({ skewS, file }) =>
        readWorkerLog(file).map((record) => ({ ...record, atMs: record.atMs - skewS * 1_000 })),
      ),
    ];
    const acked = (): number => history().filter(({ event }) => event === "ack").length;
    const load = new Load({
      addresses,
      jobsPerSecond: 30,
      runtimeMs: 100,
      graphs: true,
      mayGoOn: () => load.unanswered < 20,
    });
    await using viaWrong = new Client({ address: wrong.address, deadlineMs: 60_000 });
    try {
      load.start();
      await eventually(() => acked() > 40, 60_000);
      const runAt = new Date(Date.now() + DELAY_MS);
      const [later, stuck] = await viaWrong.submit([
        { type: "sleep", payload: { runtimeSeconds: 0.01 }, runAt },
        { type: "sleep", payload: { runtimeSeconds: 50 }, executionTimeoutMs: TIMEOUT_MS, maxAttempts: 1 },
      ]);
      clock.jumpTo(-HOUR_S);
      const atJump = acked();
      await eventually(() => acked() > atJump + 60, 60_000);
      const [due, over] = await Promise.all([
        viaWrong.waitFor(later?.id ?? ""),
        viaWrong.waitFor(stuck?.id ?? ""),
      ]);
      clock.jumpTo(HOUR_S);
      await load.stop();
      expect([due.state, over.state]).to.deep.equal(["succeeded", "dead"]);
      const [times] = await world.sql<{ early: number; ran: number }>(
        `select extract(epoch from min(a.assigned_at) - $1::timestamptz) * 1000 as early,
                (select extract(epoch from b.ended_at - b.assigned_at) * 1000 from job_executions b
                  join jobs j on j.id = b.job_id where j.execution_timeout_ms = $2) as ran
           from job_executions a join jobs j on j.id = a.job_id where j.run_at = $1`,
        [runAt, TIMEOUT_MS],
      );
      expect(Number(times?.early), "after its time").to.be.within(0, 30_000);
      expect(Number(times?.ran), "until its timeout").to.be.within(TIMEOUT_MS - 100, 45_000);
      const loadIds = new Set(load.submitted.map(({ jobId }) => jobId));
      const own = history().filter(({ jobId }) => jobId === undefined || loadIds.has(jobId));
      const { rerun, jobs } = await verdict(world, { loads: [load], records: own, drainWithinMs: DRAIN_MS });
      note("jobs beside clocks that were wrong", jobs, "");
      note("jobs run twice by it", rerun, "");
      expect(rerun).to.equal(0);
      expect(await world.count("from worker_sessions where ended_at is not null"), "sessions over").to.equal(
        0,
      );
      expect(await world.count("from jobs where losses > 0")).to.equal(0);
      expect(Object.fromEntries(load.failures)).to.deep.equal({});
    } finally {
      await load.stop();
      await worker.stop();
      await Promise.all(skewed.map((process) => process.kill("SIGKILL")));
    }
  });
});
