/**
 * The part of the store's suite about retention: what goes and what stays, whatever the age, and that nothing is left
 * hanging. Ages are made by policies of no time at all, and by jobs that are too young for theirs.
 */
import { expect } from "chai";
import { MusterError } from "../../server/core/errors.js";
import { NO_METRICS } from "../../server/core/metrics.js";
import type { RetentionPolicy } from "../../server/core/retention.js";
import { PostgresRetentionStore } from "../../server/store/retention/retention-store.js";
import { ANY_LETTER } from "./store-redrive.suite.js";
import { failure, freshName, type StoreWorld } from "./store-world.js";

const HOUR_MS = 3_600_000;
const AT_ONCE: RetentionPolicy = {
  succeededMs: 0,
  failedMs: 0,
  keysMs: 0,
  jobsMax: null,
  sessionsMs: 0,
  firesMs: 0,
};
const FOR_EVER: RetentionPolicy = { ...AT_ONCE, succeededMs: null, failedMs: null };

export function storeRetentionSuite(current: () => StoreWorld): void {
  describe("retention", () => {
    const retention = () => new PostgresRetentionStore(current().database, NO_METRICS);
    const prune = (ids: readonly number[], policy = AT_ONCE) => retention().pruneJobs(ids, policy, []);

    /** Those of the jobs that are still there. */
    async function left(ids: readonly number[]): Promise<number[]> {
      return (await current().decoded(ids)).map(({ id }) => id).toSorted((a, b) => a - b);
    }

    async function succeeded(...jobs: Parameters<StoreWorld["submit"]>): Promise<number[]> {
      const ids = await current().submit(...jobs);
      const session = await current().register();
      for (const id of ids) {
        await current().run(session, [id]);
        await current().succeed([id]);
      }
      return ids;
    }

    async function rowsAbout(id: number): Promise<number> {
      const { kysely } = current().database;
      const found = await Promise.all([
        kysely.selectFrom("job_executions").select("job_id").where("job_id", "=", id).execute(),
        kysely.selectFrom("job_progress").select("job_id").where("job_id", "=", id).execute(),
        kysely.selectFrom("idempotency_keys").select("key").where("target_id", "=", id).execute(),
        kysely
          .selectFrom("job_dependencies")
          .select("child_id")
          .where((eb) => eb.or([eb("child_id", "=", id), eb("parent_id", "=", id)]))
          .execute(),
      ]);
      return found.flat().length;
    }

    it("names the job that is gone when a graph that had joined it is submitted again", async () => {
      const world = current();
      const idempotencyKey = freshName("key");
      const first = await world.submitLinked([{ idempotencyKey }], { body: "x" });
      const joined = first.jobs[0]?.id ?? 0;
      await world.run(await world.register(), [joined]);
      await world.succeed([joined]);
      const graph = [{ idempotencyKey }, {}];
      const options = { body: "x", graph: "g", graphKey: freshName("key") };
      const submitted = await world.submitLinked(graph, options);
      expect(submitted.jobs[0]).to.include({ id: joined, existed: true });
      expect((await world.submitLinked(graph, options)).jobs.map(({ id }) => id)).to.deep.equal(
        submitted.jobs.map(({ id }) => id),
      );
      await prune([joined]);
      const error: unknown = await world.submitLinked(graph, options).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(MusterError).with.property("code", "JOB_CONFLICT");
      expect((error as MusterError).message).to.equal(
        `jobs[0].idempotency_key: expected the job that the graph was submitted with, got "${idempotencyKey}", whose job was pruned since`,
      );
    });

    it("deletes what has ended, with everything that hangs on it, and leaves what has not", async () => {
      const world = current();
      const [first = 0, second = 0] = await succeeded([{}, { siblingParents: [0] }]);
      const keyed = await world.submitLinked([{ idempotencyKey: freshName("key-") }]);
      const keyedId = keyed.jobs[0]?.id ?? 0;
      const session = await world.register();
      await world.run(session, [keyedId]);
      await world.store.recordProgress([
        {
          ref: { jobId: keyedId, leaseEpoch: 1 },
          started: true,
          fraction: 0.5,
          note: "half",
          checkpoint: null,
        },
      ]);
      await world.succeed([keyedId]);
      const [ready = 0] = await world.submit([{}]);
      const all = [first, second, keyedId, ready];
      expect(await rowsAbout(keyedId)).to.equal(3);
      expect(await prune(all)).to.deep.equal({ jobs: 3, graphs: 0, executions: 3 });
      expect(await left(all)).to.deep.equal([ready]);
      for (const id of [first, second, keyedId]) expect(await rowsAbout(id), `rows about ${id}`).to.equal(0);
    });

    it("keeps each kind of end as long as its policy says", async () => {
      const world = current();
      const [good = 0] = await succeeded([{}]);
      const [bad = 0] = await world.submit([{}]);
      await world.cancel.cancelJob(bad, "no", 0);
      expect(await prune([good, bad], FOR_EVER)).to.deep.equal({});
      expect(await prune([good, bad], { ...AT_ONCE, succeededMs: HOUR_MS, failedMs: HOUR_MS })).to.deep.equal(
        {},
      );
      await prune([good, bad], { ...AT_ONCE, failedMs: null });
      expect(await left([good, bad])).to.deep.equal([bad]);
      await prune([bad], { ...AT_ONCE, succeededMs: null });
      expect(await left([bad])).to.deep.equal([]);
    });

    it("keeps an idempotency key, and so its job, as long as keys are kept", async () => {
      const world = current();
      const key = freshName("key-");
      const submitted = await world.submitLinked([{ idempotencyKey: key }]);
      const id = submitted.jobs[0]?.id ?? 0;
      await world.cancel.cancelJob(id, "no", 0);
      await prune([id], { ...AT_ONCE, keysMs: HOUR_MS });
      const again = await world.submitLinked([{ idempotencyKey: key }]);
      expect(again.jobs[0]).to.include({ id, existed: true });
      await prune([id]);
      expect(await left([id])).to.deep.equal([]);
      const anew = await world.submitLinked([{ idempotencyKey: key }]);
      expect(anew.jobs[0]).to.include({ existed: false });
    });

    it("keeps what a dependent needs: one that is open, and one that failed and may be retried", async () => {
      const world = current();
      const [parent = 0] = await succeeded([{}]);
      const open = await world.child([parent]);
      await prune([parent]);
      expect(await left([parent])).to.deep.equal([parent]);
      const session = await world.register();
      await world.run(session, [open]);
      await world.report(open, failure({ nonRetryable: true }));
      await prune([parent], { ...AT_ONCE, failedMs: null });
      expect(await left([parent, open])).to.deep.equal([parent, open]);
      await world.retry.retryJob(open);
      await world.run(session, [open]);
      await world.succeed([open], 2);
      await prune([parent]);
      expect(await left([parent, open]), "a dependent that succeeded needs nothing").to.deep.equal([open]);
      const view = await world.views.getJob(
        "default",
        (await world.decoded([open]))[0] ?? { id: 0, createdMs: 0 },
      );
      expect(view).to.deep.include({ state: "succeeded", dependsOn: [] });
    });

    it("lets a chain that failed go together", async () => {
      const world = current();
      const ids = await world.submit([{}, { siblingParents: [0] }, { siblingParents: [1] }]);
      await world.cancel.cancelJob(ids[0] ?? 0, "no", 0);
      expect(await prune(ids)).to.include({ jobs: 3 });
    });

    it("prunes a graph as a whole, when all of it has expired and nobody outside needs it", async () => {
      const world = current();
      const { ids, graphId } = await world.submitGraph([{}, { siblingParents: [0] }], { graph: "g" });
      const session = await world.register();
      await world.run(session, [ids[0] ?? 0]);
      await world.succeed([ids[0] ?? 0]);
      const graph = (policy = AT_ONCE) => retention().pruneGraph(graphId, policy, []);
      expect(await graph(), "one of its jobs is open").to.deep.equal({});
      await world.run(session, [ids[1] ?? 0]);
      await world.succeed([ids[1] ?? 0]);
      const outside = await world.child([ids[1] ?? 0]);
      expect(await graph(), "an open job outside needs a result").to.deep.equal({});
      await world.cancel.cancelJob(outside, "no", 0);
      await prune([outside]);
      expect(await graph({ ...AT_ONCE, succeededMs: HOUR_MS }), "too young").to.deep.equal({});
      expect(await graph()).to.deep.equal({ jobs: 2, graphs: 1, executions: 2 });
      expect(await left(ids)).to.deep.equal([]);
      expect(await graph(), "a graph that is gone").to.deep.equal({});
    });

    it("keeps a graph with a key as long as keys are kept", async () => {
      const world = current();
      const linked = { graph: "g", graphKey: freshName("key-") };
      const { graph } = await world.submitLinked([{}], linked);
      const again = await world.submitLinked([{}], linked);
      expect(again.existed).to.equal(true);
      await world.cancel.cancelJob(again.jobs[0]?.id ?? 0, "no", 0);
      const graphId = graph?.id ?? 0;
      expect(await retention().pruneGraph(graphId, { ...AT_ONCE, keysMs: HOUR_MS }, [])).to.deep.equal({});
      expect(await retention().pruneGraph(graphId, AT_ONCE, [])).to.include({ jobs: 1, graphs: 1 });
      expect((await world.submitLinked([{}], linked)).existed).to.equal(false);
    });

    it("counts what is over the number of a queue from the oldest on", async () => {
      const world = current();
      const queue = freshName("queue-");
      const ids = await world.submit([{}, {}, {}, {}], { queue });
      for (const id of ids.slice(0, 3)) await world.cancel.cancelJob(id, "no", 0);
      const queueId = await world.queueId(queue);
      expect(await retention().boundaryOf(queueId, 2)).to.equal(ids[1]);
      expect(await retention().boundaryOf(queueId, 4)).to.equal(null);
      const boundaries = [{ queueId, jobId: ids[1] ?? 0 }];
      const afterId = (ids[0] ?? 0) - 1;
      const page = await retention().walk({ afterId, limit: 4 }, FOR_EVER, boundaries);
      expect(page.map((job) => [job.id, job.hasEnded, job.isExpired])).to.deep.equal([
        [ids[0], true, true],
        [ids[1], true, true],
        [ids[2], true, false],
        [ids[3], false, false],
      ]);
      await retention().pruneJobs(ids, FOR_EVER, boundaries);
      expect(await left(ids)).to.deep.equal(ids.slice(2));
    });

    it("deletes sessions that no kept job ran on, but never a worker's last, and orders of the dead", async () => {
      const world = current();
      const workerId = freshName("worker-");
      const used = await world.register({ workerId });
      const [job = 0] = await world.submit([{}]);
      await world.run(used, [job]);
      await world.succeed([job]);
      const idle = await world.register({ workerId, instanceId: "second" });
      const last = await world.register({ workerId, instanceId: "third" });
      await world.store.endSessions([last], "offline", "left");
      const mine = [used.sessionId, idle.sessionId, last.sessionId];
      const { kysely } = world.database;
      const sessionsLeft = async (): Promise<number[]> => {
        const query = kysely.selectFrom("worker_sessions").select("id").where("id", "in", mine).orderBy("id");
        return (await query.execute()).map(({ id }) => id);
      };
      const pruneSessions = () => retention().pruneSessions(0, { afterId: used.sessionId - 1, limit: 10 });
      await pruneSessions();
      expect(await sessionsLeft()).to.deep.equal([used.sessionId, last.sessionId]);
      await prune([job]);
      await pruneSessions();
      expect(await sessionsLeft()).to.deep.equal([last.sessionId]);
      expect(await world.views.getWorker("default", workerId)).to.include({ state: "offline" });
      const order = { kind: "drain", jobId: null, leaseEpoch: null, reason: "operator", graceMs: 0 } as const;
      await world.store.writeOrders([{ sessionId: last.sessionId, ...order }]);
      await retention().pruneOrders(1_000);
      const orders = () =>
        kysely.selectFrom("session_orders").select("id").where("session_id", "=", last.sessionId).execute();
      expect((await orders()).length, "of a session that has just ended").to.equal(1);
      await kysely
        .updateTable("worker_sessions")
        .set({ ended_at: new Date(Date.now() - 2 * HOUR_MS) })
        .where("id", "=", last.sessionId)
        .execute();
      await retention().pruneOrders(1_000);
      expect(await orders()).to.deep.equal([]);
    });

    it("forgets fires by age, those of deleted schedules at once, and none that is still ahead", async () => {
      const { kysely } = current().database;
      const schedule = await kysely
        .insertInto("schedules")
        .values({
          namespace: "default",
          name: freshName("schedule-"),
          cron: "@daily",
          time_zone: "UTC",
          missed_runs: 0,
          missed_runs_max: 1,
          missed_after_ms: 1_000,
          skip_overlapping: false,
          work: JSON.stringify({ jobs: [], graph: null }),
          body_hash: Buffer.alloc(0),
          next_fire_at: null,
          paused_at: null,
        })
        .returning("id")
        .executeTakeFirstOrThrow();
      const fire = (scheduleId: number, hoursAgo: number) => ({
        schedule_id: scheduleId,
        fire_at: new Date(Date.now() - hoursAgo * HOUR_MS),
        decided_at: new Date(Date.now() - Math.max(0, hoursAgo) * HOUR_MS),
        outcome: 2,
        manual: false,
        passed_over: 0,
      });
      // What other tests left of schedules that they deleted.
      while (((await retention().pruneFires(2 * HOUR_MS, 100)).fires ?? 0) > 0);
      const gone = 2_000_000_000;
      const fires = [fire(schedule.id, 3), fire(schedule.id, 1), fire(schedule.id, -5), fire(gone, 0)];
      await kysely.insertInto("schedule_fires").values(fires).execute();
      expect(await retention().pruneFires(2 * HOUR_MS, 100)).to.deep.equal({ fires: 2 });
      const found = await kysely
        .selectFrom("schedule_fires")
        .select("schedule_id")
        .where("schedule_id", "in", [schedule.id, gone])
        .execute();
      expect(found).to.deep.equal([{ schedule_id: schedule.id }, { schedule_id: schedule.id }]);
      await kysely.deleteFrom("schedules").where("id", "=", schedule.id).execute();
    });

    it("forgets redrives that ended, by age, and none that is open", async () => {
      const { store, views } = current();
      const started = async (namespace: string): Promise<number> => {
        const filter = { ...ANY_LETTER, namespace };
        return (await store.startRedrive({ filter, canary: 1, perSecond: 1 })) ?? 0;
      };
      const namespaces = [freshName("ns-"), freshName("ns-")] as const;
      const [open, ended] = [await started(namespaces[0]), await started(namespaces[1])];
      await store.stopRedrive({ namespace: namespaces[1], id: ended, reason: "enough" });
      const listed = async (): Promise<number[]> => {
        const which = { id: null, isOpen: false };
        const found = await Promise.all(namespaces.map((namespace) => views.redrives(namespace, which)));
        return found.flat().map((redrive) => redrive.id);
      };
      expect(await listed()).to.deep.equal([open, ended]);
      await retention().pruneRedrives(HOUR_MS, 1_000);
      expect(await listed()).to.deep.equal([open, ended]);
      await retention().pruneRedrives(0, 1_000);
      expect(await listed()).to.deep.equal([open]);
      await store.stopRedrive({ namespace: namespaces[0], id: open, reason: "it is over" });
    });

    it("gives the turn to one replica until it runs out", async () => {
      const [one, two] = [freshName("replica-"), freshName("replica-")];
      expect(await retention().takeTurn(one, 60_000)).to.equal(true);
      expect(await retention().takeTurn(two, 60_000)).to.equal(false);
      expect(await retention().takeTurn(one, 0)).to.equal(true);
      expect(await retention().takeTurn(two, 0)).to.equal(true);
    });
  });
}
