/**
 * What clients may ask about schedules: make, show, pause, resume, delete, trigger. Everything about a schedule is
 * checked when it is made, so that its fires find nothing to refuse. Called by the rpc layer; the fires themselves
 * are in fire-schedules.ts.
 */
import { invalid, MusterError } from "../core/errors.js";
import type { FireTimes } from "../core/schedule.js";
import { canonicalSchedule, scheduleViolations } from "../core/schedule-checks.js";
import type {
  ScheduleInput,
  ScheduleKey,
  ScheduleOperations,
  SchedulePage,
  ScheduleStore,
  ScheduleView,
  StoredSchedule,
} from "../core/schedule-operations.js";
import { DEFAULT_QUEUE, expectName, shown } from "../core/validate.js";
import type { Aftermath } from "./aftermath.js";
import type { DatabaseClock } from "./database-clock.js";
import type { QueueDirectory } from "./queue-directory.js";
import { checkedPlan, planFire, type PlanSettings } from "./schedule-plan.js";

export interface SchedulesOptions extends PlanSettings {
  readonly scheduleStore: Omit<ScheduleStore, "fireDue" | "nextFireMs">;
  readonly fireTimes: FireTimes;
  readonly queues: QueueDirectory;
  readonly databaseClock: DatabaseClock;
  readonly aftermath: Aftermath;
  readonly hash: (parts: Iterable<string | Uint8Array>) => Buffer;
  /** A schedule may be due no later than this, ms since 1970. */
  readonly onDue: (dueMs: number) => void;
}

const LISTED_UPCOMING = 1;

export class Schedules implements ScheduleOperations {
  readonly #options: SchedulesOptions;

  constructor(options: SchedulesOptions) {
    this.#options = options;
  }

  async create(
    input: ScheduleInput,
    options: { readonly dryRun: boolean; readonly upcoming: number },
  ): Promise<{ readonly schedule: ScheduleView; readonly existed: boolean }> {
    const { databaseClock, scheduleStore, queues, hash, onDue } = this.#options;
    await databaseClock.measure();
    const nowMs = databaseClock.nowMs();
    const violations = scheduleViolations(input, this.#options.fireTimes);
    if (violations.length > 0) throw invalid("INVALID_REQUEST", violations);
    checkedPlan(input, nowMs, this.#options);
    const nextFireMs = this.#options.fireTimes.next(input.rule, nowMs);
    if (nextFireMs === null)
      throw refused("spec.cron", "a time that is still to come", shown(input.rule.cron));
    if (options.dryRun) {
      const view = { ...input, createdAt: new Date(nowMs), nextFireAt: new Date(nextFireMs) };
      return { schedule: this.#view(view, nowMs, options.upcoming), existed: false };
    }
    await queues.resolve(input.namespace, [
      ...new Set(input.work.jobs.map((job) => job.queue ?? DEFAULT_QUEUE)),
    ]);
    const bodyHash = hash(canonicalSchedule(input.rule, input.work));
    const { stored, existed } = await scheduleStore.create({ ...input, bodyHash, nextFireMs });
    if (existed && !stored.bodyHash.equals(bodyHash)) {
      throw new MusterError(
        "SCHEDULE_CONFLICT",
        `name: expected a name of its own or the same spec, got ${shown(input.name)}, used for another schedule`,
      );
    }
    if (stored.nextFireAt !== null) onDue(stored.nextFireAt.getTime());
    return { schedule: this.#view(stored, nowMs, options.upcoming), existed };
  }

  async get(
    key: ScheduleKey,
    counts: { readonly upcoming: number; readonly fires: number },
  ): Promise<ScheduleView> {
    const stored = await this.#find(key);
    const fires = await this.#options.scheduleStore.fires(stored.id, counts.fires);
    return { ...this.#view(stored, this.#options.databaseClock.nowMs(), counts.upcoming), fires };
  }

  /** A page ends at a name, which is its token: names are what a schedule is found by. */
  async list({
    namespace,
    pageSize,
    pageToken,
  }: Parameters<ScheduleOperations["list"]>[0]): Promise<SchedulePage> {
    if (pageToken !== null && expectName(pageToken) !== null)
      throw refused("page_token", "a token of an earlier page of this list", shown(pageToken));
    const found = await this.#options.scheduleStore.page(namespace, pageToken ?? "", pageSize + 1);
    const page = found.slice(0, pageSize);
    const nowMs = this.#options.databaseClock.nowMs();
    return {
      schedules: page.map((stored) => this.#view(withoutPayloads(stored), nowMs, LISTED_UPCOMING)),
      nextPageToken: found.length > pageSize ? (page.at(-1)?.name ?? null) : null,
    };
  }

  async pause(key: ScheduleKey): Promise<{ readonly changed: boolean }> {
    const { id } = await this.#find(key);
    return { changed: await this.#options.scheduleStore.pause(id) };
  }

  /** Goes on with the first time from now. */
  async resume(key: ScheduleKey): Promise<{ readonly changed: boolean; readonly nextFireAt: Date | null }> {
    const { databaseClock, scheduleStore, fireTimes, onDue } = this.#options;
    const stored = await this.#find(key);
    await databaseClock.measure();
    const nextFireMs = fireTimes.next(stored.rule, databaseClock.nowMs());
    const changed = await scheduleStore.resume(stored.id, nextFireMs);
    const { nextFireAt } = changed ? { nextFireAt: dateOf(nextFireMs) } : await this.#find(key);
    if (nextFireAt !== null) onDue(nextFireAt.getTime());
    return { changed, nextFireAt };
  }

  async delete(key: ScheduleKey): Promise<void> {
    const { id } = await this.#find(key);
    await this.#options.scheduleStore.delete(id);
  }

  async trigger(key: ScheduleKey, fireMs: number | null): ReturnType<ScheduleOperations["trigger"]> {
    const { scheduleStore, aftermath } = this.#options;
    const { id } = await this.#find(key);
    const triggered = await scheduleStore.trigger(id, fireMs, planFire(this.#options));
    if (triggered === null) throw notFound(key);
    if (triggered.jobs.length > 0) setImmediate(() => aftermath.moved(triggered.jobs));
    return { fire: triggered.fire, existed: triggered.existed };
  }

  async #find(key: ScheduleKey): Promise<StoredSchedule> {
    const stored = await this.#options.scheduleStore.find(key);
    if (stored === null) throw notFound(key);
    return stored;
  }

  #view(stored: Omit<StoredSchedule, "id" | "bodyHash">, nowMs: number, upcoming: number): ScheduleView {
    const { namespace, name, rule, work, paused, createdAt, nextFireAt } = stored;
    const times: Date[] = [];
    let at = nextFireAt?.getTime() ?? this.#options.fireTimes.next(rule, nowMs);
    while (at !== null && times.length < upcoming) {
      times.push(new Date(at));
      at = this.#options.fireTimes.next(rule, at);
    }
    return {
      ...{ namespace, name, rule, work, paused, createdAt },
      nextFireAt: paused ? null : nextFireAt,
      upcoming: times,
      fires: [],
    };
  }
}

function withoutPayloads(stored: StoredSchedule): StoredSchedule {
  const jobs = stored.work.jobs.map(({ payload, ...job }) =>
    payload === undefined ? job : { ...job, payload: { ...payload, body: null } },
  );
  return { ...stored, work: { ...stored.work, jobs } };
}

function notFound({ namespace, name }: ScheduleKey): MusterError {
  return new MusterError("SCHEDULE_NOT_FOUND", `no schedule ${shown(name)} in namespace ${shown(namespace)}`);
}

function refused(field: string, expected: string, got: string): MusterError {
  return invalid("INVALID_REQUEST", [{ field, expected, got }]);
}

function dateOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
