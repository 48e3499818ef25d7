/**
 * The part of the store's suite about schedules: each fire time is decided once, together with its jobs. Runs the
 * product's own decision and template; the calendar is the real one.
 */
import { expect } from "chai";
import { sql } from "kysely";
import { planFire } from "../../server/coordinator/schedule-plan.js";
import { decideFire, type ScheduleRule, type ScheduleWork } from "../../server/core/schedule.js";
import type { Fired, StoredSchedule } from "../../server/core/schedule-operations.js";
import { SUBMISSION_LIMITS } from "../../server/core/submission-limits.js";
import { CronFireTimes } from "../../server/cron/fire-times.js";
import { NO_METRICS } from "../../server/core/metrics.js";
import { PostgresScheduleStore } from "../../server/store/schedules/schedule-store.js";
import { eventually } from "../support/eventually.js";
import { freshName, type StoreWorld } from "./store-world.js";

const SECOND_MS = 1_000;
const TIMES = new CronFireTimes();
const EVERY_SECOND: ScheduleRule = {
  cron: "* * * * * *",
  timeZone: "UTC",
  missedRuns: "run_all",
  missedRunsMax: 100,
  missedAfterMs: 60_000,
  skipOverlapping: false,
};
const ONE_JOB: ScheduleWork = {
  graph: null,
  jobs: [{ type: "tick", payload: { contentType: "text/plain", body: Buffer.from("tock"), uri: null } }],
};
const DIAMOND: ScheduleWork = {
  graph: { name: "diamond", labels: { team: "a" }, order: "critical_path" },
  jobs: [
    { key: "last", type: "t", dependsOn: ["left", "right"] },
    { key: "left", type: "t", dependsOn: ["first"] },
    { key: "right", type: "t", dependsOn: ["first"], expectedDurationMs: 4_000 },
    { key: "first", type: "t", queue: "elsewhere" },
  ],
};

export function storeSchedulesSuite(current: () => StoreWorld): void {
  describe("schedules", () => {
    const plan = planFire({ limits: SUBMISSION_LIMITS, nowMs: () => Date.now() });
    const schedules = () => new PostgresScheduleStore(current().database, NO_METRICS);

    /** Due since `secondsAgo`, counted in whole seconds. */
    async function create(
      secondsAgo: number,
      over: { rule?: Partial<ScheduleRule>; work?: ScheduleWork; paused?: boolean } = {},
    ): Promise<StoredSchedule> {
      const nowMs = await current().store.databaseNowMs();
      const { stored } = await schedules().create({
        namespace: "default",
        name: freshName("schedule-"),
        rule: { ...EVERY_SECOND, ...over.rule },
        work: over.work ?? ONE_JOB,
        paused: over.paused ?? false,
        bodyHash: Buffer.from("hash"),
        nextFireMs: Math.floor(nowMs / SECOND_MS - secondsAgo) * SECOND_MS,
      });
      return stored;
    }

    function fireDue(limit = 100): Promise<Fired> {
      return schedules().fireDue({ limit, decide: (due) => decideFire(due, TIMES), plan });
    }

    async function fireAll(schedule: StoredSchedule): Promise<void> {
      for (;;) {
        const { nextFireAt } = (await schedules().find(schedule)) as StoredSchedule;
        const nowMs = await current().store.databaseNowMs();
        if (nextFireAt === null || nextFireAt.getTime() > nowMs) return;
        await fireDue();
      }
    }

    function jobsOf({ name }: StoredSchedule) {
      return current()
        .database.kysely.selectFrom("jobs")
        .selectAll()
        .where(sql<boolean>`labels ->> 'muster.schedule' = ${name}`)
        .orderBy("id")
        .execute();
    }

    afterEach(async () => {
      // One that is due every second would be found by every other test.
      await current().database.kysely.deleteFrom("schedules").execute();
    });

    it("keeps every part of a schedule, and takes a name once", async () => {
      const rule = { cron: "5 4 * * *", timeZone: "Europe/Berlin", skipOverlapping: true };
      const stored = await create(-100, { rule: { ...rule, missedRuns: "skip" }, work: DIAMOND });
      const found = await schedules().find(stored);
      expect(found).to.deep.equal(stored);
      expect(found?.rule).to.deep.equal({ ...EVERY_SECOND, ...rule, missedRuns: "skip" });
      expect(found?.work).to.deep.equal(DIAMOND);
      const again = await schedules().create({
        ...stored,
        bodyHash: Buffer.from("other"),
        nextFireMs: null,
      });
      expect(again).to.deep.equal({ stored, existed: true });
      const single = await create(-100);
      expect((await schedules().find(single))?.work).to.deep.equal(ONE_JOB);
      expect((await schedules().page("default", "", 1_000)).map(({ id }) => id)).to.include.members([
        stored.id,
        single.id,
      ]);
    });

    it("submits a job with the fire time in its headers, and moves on to the next time", async () => {
      const schedule = await create(0);
      const { outcomes, jobs } = await fireDue(1);
      expect(outcomes).to.have.length(1);
      expect(outcomes[0]).to.include({ outcome: "submitted", passedOver: 0 });
      const [job] = await jobsOf(schedule);
      expect(jobs[0]).to.include({ id: job?.id, state: "ready", type: "tick" });
      const firedAt = (schedule.nextFireAt as Date).toISOString();
      expect(job?.headers).to.deep.equal({ "muster-schedule": schedule.name, "muster-fire-at": firedAt });
      expect(job?.payload?.toString()).to.equal("tock");
      const next = (await schedules().find(schedule))?.nextFireAt?.getTime() ?? 0;
      expect(next).to.be.above((schedule.nextFireAt as Date).getTime());
      const [fire] = await schedules().fires(schedule.id, 10);
      expect(fire?.jobPublicId).to.be.a("string");
      expect(
        await current().views.getJob(
          "default",
          (await current().decoded([job?.id ?? 0]))[0] ?? { id: 0, createdMs: 0 },
        ),
      ).to.have.property("publicId", fire?.jobPublicId);
    });

    it("decides each fire time once, however many look at once", async () => {
      const schedule = await create(20);
      await Promise.all(Array.from({ length: 4 }, () => fireAll(schedule)));
      const fires = await schedules().fires(schedule.id, 100);
      const jobs = await jobsOf(schedule);
      expect(fires.length).to.be.above(20);
      expect(jobs.length).to.equal(fires.length);
      const times = jobs.map((job) => Date.parse(job.headers?.["muster-fire-at"] ?? ""));
      const wanted = times.map((_, at) => (schedule.nextFireAt as Date).getTime() + at * SECOND_MS);
      expect(times.toSorted((a, b) => a - b)).to.deep.equal(wanted);
    });

    it("submits nothing for a fire time that is recorded already, whatever next_fire_at says", async () => {
      const schedule = await create(3);
      await fireAll(schedule);
      const before = (await jobsOf(schedule)).length;
      await current()
        .database.kysely.updateTable("schedules")
        .set({ next_fire_at: schedule.nextFireAt })
        .where("id", "=", schedule.id)
        .execute();
      await fireDue();
      expect((await jobsOf(schedule)).length).to.equal(before);
    });

    it("submits a graph in topological order", async () => {
      const schedule = await create(0, { work: DIAMOND });
      const { jobs: changed } = await fireDue(1);
      const jobs = await jobsOf(schedule);
      expect(jobs.map(({ key }) => key)).to.have.members(["first", "left", "right", "last"]);
      expect(jobs.at(0)).to.include({ key: "first", state: 2 });
      expect(jobs.at(-1)).to.include({ key: "last", state: 0, pending_parents: 2 });
      expect(changed.map(({ id }) => id)).to.deep.equal([jobs[0]?.id]);
      expect(jobs[0]?.labels).to.deep.equal({ team: "a", "muster.schedule": schedule.name });
      const slacks = new Map(jobs.map(({ key, slack_ms: slackMs }) => [key, slackMs]));
      expect([...slacks].filter(([, slackMs]) => slackMs !== null)).to.deep.equal([["left", 3_000]]);
      const graph = await current()
        .database.kysely.selectFrom("graphs")
        .selectAll()
        .where("id", "=", jobs[0]?.graph_id ?? 0)
        .executeTakeFirstOrThrow();
      expect(graph).to.include({
        name: "diamond",
        job_count: 4,
        first_job_id: jobs[0]?.id,
        last_job_id: jobs[3]?.id,
      });
      const [fire] = await schedules().fires(schedule.id, 1);
      expect(fire).to.include({ jobPublicId: null, outcome: "submitted" });
      expect(fire?.graphPublicId).to.be.a("string");
    });

    it("skips while work of an earlier fire time is open, and goes on when it has ended", async () => {
      const rule = { skipOverlapping: true, missedRuns: "run_once" } as const;
      const schedule = await create(1, { rule });
      await fireAll(schedule);
      const [first, ...others] = await jobsOf(schedule);
      expect(others).to.deep.equal([]);
      expect((await schedules().fires(schedule.id, 100)).map(({ outcome }) => outcome)).to.include(
        "overlapped",
      );
      await current().cancel.cancelJob(first?.id ?? 0, "no", 0);
      await eventually(async () => {
        await fireDue();
        return (await jobsOf(schedule)).length === 2;
      }, 10_000);
    });

    it("fires nothing while paused", async () => {
      const schedule = await create(5, { paused: true });
      await fireDue();
      expect(await jobsOf(schedule)).to.deep.equal([]);
      const nextMs = (await current().store.databaseNowMs()) - SECOND_MS;
      expect(await schedules().resume(schedule.id, Math.floor(nextMs / SECOND_MS) * SECOND_MS)).to.equal(
        true,
      );
      expect(await schedules().resume(schedule.id, null)).to.equal(false);
      await fireDue();
      expect((await jobsOf(schedule)).length).to.equal(1);
      expect(await schedules().pause(schedule.id)).to.equal(true);
      expect(await schedules().pause(schedule.id)).to.equal(false);
    });

    it("fires what is asked for once a time, also while paused, and never again at that time", async () => {
      const schedule = await create(-2, { paused: true });
      const fireMs = (
        schedule.nextFireAt ?? new Date(Math.ceil(Date.now() / SECOND_MS) * SECOND_MS)
      ).getTime();
      const [first, second] = await Promise.all([
        schedules().trigger(schedule.id, fireMs, plan),
        schedules().trigger(schedule.id, fireMs, plan),
      ]);
      expect([first?.existed, second?.existed]).to.have.members([false, true]);
      expect(first?.fire).to.deep.equal(second?.fire);
      expect(first?.fire).to.include({ manual: true, outcome: "submitted" });
      await schedules().trigger(schedule.id, null, plan);
      expect((await jobsOf(schedule)).length).to.equal(2);
      expect(await schedules().trigger(0, null, plan)).to.equal(null);
    });

    it("records why a template is no longer accepted", async () => {
      const schedule = await create(0);
      const strict = planFire({
        limits: { ...SUBMISSION_LIMITS, payloadBytes: 1 },
        nowMs: () => Date.now(),
      });
      const decide = (due: Parameters<typeof decideFire>[0]) => decideFire(due, TIMES);
      await schedules().fireDue({ limit: 1, decide, plan: strict });
      expect(await jobsOf(schedule)).to.deep.equal([]);
      const [fire] = await schedules().fires(schedule.id, 1);
      expect(fire).to.include({ outcome: "refused", jobPublicId: null });
      expect(fire?.error).to.contain("spec.job.payload.inline: expected at most 1 bytes");
    });

    it("is gone when it is deleted, and its jobs stay", async () => {
      const schedule = await create(0);
      await fireDue();
      expect(await schedules().delete(schedule.id)).to.equal(true);
      expect(await schedules().delete(schedule.id)).to.equal(false);
      expect(await schedules().find(schedule)).to.equal(null);
      expect((await jobsOf(schedule)).length).to.be.above(0);
      expect(await schedules().nextFireMs()).to.equal(null);
    });
  });
}
